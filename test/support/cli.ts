import { EventEmitter, once } from 'node:events'
import { Readable, Writable } from 'node:stream'
import type { Io } from '../../src/cli/io.ts'
import { runCli } from '../../src/cli/program.ts'
import { tempDir } from './temp-dir.ts'

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly cwd?: string
  readonly now?: () => number
}

export interface CliResult {
  readonly code: number
  readonly out: string
  readonly err: string
  /** Standard output as JSON. */
  readonly json: unknown
  /** Standard output as JSON lines. */
  // biome-ignore lint/suspicious/noExplicitAny: what a command prints is what is tested
  readonly records: any[]
}

/** A command line that goes on by itself. */
export interface RunningCli {
  readonly done: Promise<CliResult>
  /** Resolves once it has printed that, on standard output or error; fails when it ends without. */
  printed(pattern: RegExp): Promise<void>
  /** As Ctrl-C does. */
  interrupt(): void
}

/** One command line in this process; nothing of the tester's own environment or folder counts. */
export function cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).done
}

export function startCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  const { env = {}, stdin = '', cwd = tempDir(), now = Date.now } = options
  const out: string[] = []
  const err: string[] = []
  const news = new EventEmitter()
  news.setMaxListeners(0)
  const sink = (into: string[]) =>
    new Writable({
      write(chunk, _encoding, done) {
        into.push(String(chunk))
        news.emit('news')
        done()
      },
    })
  const io: Io = {
    stdin: Readable.from([stdin]),
    stdout: sink(out),
    stderr: sink(err),
    env,
    cwd,
    now,
    onInterrupt(listener) {
      news.on('interrupt', listener)
      return () => news.off('interrupt', listener)
    },
  }
  let ended = false
  const done = runCli(args, io)
    .then((code) => ({
      code,
      out: out.join(''),
      err: err.join(''),
      get json() {
        return JSON.parse(out.join(''))
      },
      get records() {
        return out
          .join('')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line))
      },
    }))
    .finally(() => {
      ended = true
      news.emit('news')
    })
  return {
    done,
    async printed(pattern) {
      while (!pattern.test(out.join('') + err.join(''))) {
        if (ended) throw new Error(`it ended without printing ${pattern}:\n${out.join('')}${err.join('')}`)
        await once(news, 'news')
      }
    },
    interrupt: () => void news.emit('interrupt'),
  }
}
