import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { tempDir } from './temp-dir.ts'

/** One line of the log. */
export interface LogLine {
  readonly level: number
  readonly msg: string
  readonly [field: string]: unknown
}

/** A gateway in a process of its own. */
export interface Gateway {
  readonly port: number
  readonly url: string
  readonly dataDir: string
  readonly process: ChildProcess
  /** The log so far. */
  readonly lines: readonly LogLine[]
  /** Resolves with the first line that fits, those already logged included. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>
  /** Everything that the process has written so far. */
  output(): string
  /** Asks it to stop and resolves with its exit code. */
  stop(): Promise<number | null>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
}

/** What a test or a suite offers to clean up: `t`, or `{ after }` of node:test. */
export interface Cleanup {
  after(hook: () => Promise<void> | void): void
}

const root = join(import.meta.dirname, '..', '..')
const running = new Set<ChildProcess>()

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Nothing of the tester's own environment decides how the gateway behaves. */
function launch(env: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, ['src/server.ts'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      HOST: '127.0.0.1',
      DRAIN_SECONDS: '0',
      HANDLERS_DIR: tempDir(),
      // A busy machine is no reason to fail; the doctor has nothing against this much.
      STORE_TIMEOUT_MS: '2900',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** Starts the gateway on a free port with an empty store (unless `env` says otherwise) and waits until it is ready. */
export async function startGateway(t: Cleanup, env: Readonly<Record<string, string>> = {}): Promise<Gateway> {
  const dataDir = env['DATA_DIR'] ?? join(tempDir(), 'data')
  const child = launch({ ...env, DATA_DIR: dataDir })
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    await exited
  })

  const lines: LogLine[] = []
  let output = ''
  let waiting: (() => void)[] = []
  const news = () => {
    for (const wake of waiting) wake()
    waiting = []
  }
  if (child.stdout === null || child.stderr === null) throw new Error('the gateway has no output')
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
  })
  const log = createInterface(child.stdout)
  log.on('line', (line) => {
    output += `${line}\n`
    lines.push(JSON.parse(line))
    news()
  })
  let ended = false
  log.on('close', () => {
    ended = true
    news()
  })

  async function logged(fits: (line: LogLine) => boolean): Promise<LogLine> {
    for (;;) {
      const line = lines.find(fits)
      if (line !== undefined) return line
      if (ended) throw new Error(`the gateway ended without logging that:\n${output}`)
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    child.kill(signal)
    await exited
    return child.exitCode
  }

  const { port } = await logged(({ msg }) => msg === 'ready')
  if (typeof port !== 'number') throw new Error('the gateway did not log its port')
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    dataDir,
    process: child,
    lines,
    logged,
    output: () => output,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  }
}

/** Starts a gateway that is expected to end by itself. */
export async function runGateway(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = launch({ DATA_DIR: join(tempDir(), 'data'), ...env })
  if (child.stdout === null || child.stderr === null) throw new Error('the gateway has no output')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: child.exitCode, stdout, stderr }
}
