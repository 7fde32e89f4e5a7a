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
}

/** One command line in this process; nothing of the tester's own environment or folder counts. */
export async function cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { env = {}, stdin = '', cwd = tempDir(), now = Date.now } = options
  const out: string[] = []
  const err: string[] = []
  const io: Io = { stdin: Readable.from([stdin]), stdout: sink(out), stderr: sink(err), env, cwd, now }
  const code = await runCli(args, io)
  return {
    code,
    out: out.join(''),
    err: err.join(''),
    get json() {
      return JSON.parse(out.join(''))
    },
  }
}

function sink(into: string[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      into.push(String(chunk))
      done()
    },
  })
}
