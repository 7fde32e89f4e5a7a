import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The gateway as a process of its own, as operators run it. */
export interface Gateway {
  readonly origin: string
  /** Of Node itself, even when another program started it. */
  readonly pid: number
  readonly exited: Promise<Exit>
  /** Sends a signal without waiting for what comes of it. */
  signal(signal: NodeJS.Signals): void
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Exit>
  /** The latest lines of the log, and everything that went to standard error. */
  output(): string
}

export interface GatewayOptions {
  readonly dataDir: string
  readonly env?: Readonly<Record<string, string>>
  /** A program and its arguments that starts the gateway for us: `strace` and its options. */
  readonly under?: readonly string[]
}

/** The gateway ended before it was ready. */
export class NotStartedError extends Error {
  override readonly name = 'NotStartedError'
  readonly exit: Exit

  constructor(exit: Exit, output: string) {
    super(`the gateway ended with ${exit.code ?? exit.signal} before it was ready: ${output}`)
    this.exit = exit
  }
}

export const secret = 'a secret that only the tests know'

const server = join(import.meta.dirname, '..', '..', '..', 'src', 'server.ts')
const keptLines = 5000
const running = new Set<ChildProcess>()

function killAll(): void {
  for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGKILL')
}

/** Kills whatever is still running, for a test's end, however it ends; resolves once it is gone. */
export async function endAll(): Promise<void> {
  killAll()
  await Promise.all([...running].map((child) => once(child, 'close')))
}

process.on('exit', killAll)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/**
 * Starts the gateway on a free loopback port and resolves once it is ready.
 * @throws {NotStartedError}
 */
export function startGateway({ dataDir, env = {}, under = [] }: GatewayOptions): Promise<Gateway> {
  const [program = process.execPath, ...args] = [...under, process.execPath, server]
  const child = spawn(program, args, {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      HANDLERS_DIR: join(dataDir, 'no-handlers'),
      WEBHOOK_SECRET: secret,
      LOG_PAYLOADS: 'false',
      DRAIN_SECONDS: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that it can be killed together with what it was started under.
    detached: true,
  })
  running.add(child)
  const lines: string[] = []
  const keep = (line: string) => {
    lines.push(line)
    if (lines.length > keptLines) lines.shift()
  }
  const output = () => lines.join('\n')
  createInterface({ input: child.stderr }).on('line', keep)

  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve({ code, signal })
    })
  })
  // Who waits for readiness hears of it there.
  exited.catch(() => {})

  return new Promise((resolve, reject) => {
    exited.then((exit) => reject(new NotStartedError(exit, output())), reject)
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(line)
      if (!line.includes('"msg":"ready"')) return
      const { port, pid }: { port: number; pid: number } = JSON.parse(line)
      const signal = (name: NodeJS.Signals) => {
        // It may have ended by itself meanwhile.
        if (child.exitCode === null && child.signalCode === null) process.kill(pid, name)
      }
      resolve({
        origin: `http://127.0.0.1:${port}`,
        pid,
        exited,
        signal,
        end(name) {
          signal(name)
          return exited
        },
        output,
      })
    })
  })
}
