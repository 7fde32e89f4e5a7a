import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../test/support/ports.ts'

export const benchDir = join(import.meta.dirname, '..')

export interface LaunchOptions {
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]]
  /** CPU list as `taskset -c` takes it. */
  readonly cores: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

export interface RunningServer {
  readonly pid: number
  readonly port: number
  /** Milliseconds from the start of the process to the first 200 on /health. */
  readonly readyMs: number
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>
}

const pollMs = 3
const startDeadlineMs = 20_000
const stopDeadlineMs = 20_000

// Whatever ends the benchmark, no server outlives it.
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) endGroup(child, 'SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

/** The child leads its own process group, so that what it started (npm's child) ends with it. */
function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // Already gone.
  }
}

function healthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ port, host: '127.0.0.1', path: '/health', agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('error', () => resolve(false))
  })
}

async function stopChild(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  const timeout = setTimeout(() => endGroup(child, 'SIGKILL'), stopDeadlineMs)
  endGroup(child, 'SIGTERM')
  await exited
  clearTimeout(timeout)
}

/**
 * Starts a server on a free port, its standard output thrown away, and waits until it is healthy.
 * @throws {Error} when it ends or does not become healthy; the message has the end of its standard error.
 */
export async function launch(options: LaunchOptions): Promise<RunningServer> {
  const port = await freePort()
  const output = openSync('/dev/null', 'w')
  const startedAt = performance.now()
  const child = spawn('taskset', ['-c', options.cores, ...options.command], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...options.env, PORT: String(port) },
    stdio: ['ignore', output, 'pipe'],
    detached: true,
  })
  closeSync(output)
  running.add(child)
  const exited = once(child, 'exit').finally(() => running.delete(child))
  let complaints = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-2000)
  })
  while (!(await healthy(port))) {
    const failed = child.exitCode !== null || child.signalCode !== null
    if (failed || performance.now() - startedAt > startDeadlineMs) {
      await stopChild(child, failed ? Promise.resolve() : exited)
      throw new Error(`${options.command.join(' ')} did not become healthy. ${complaints}`)
    }
    await sleep(pollMs)
  }
  return {
    pid: child.pid ?? 0,
    port,
    readyMs: performance.now() - startedAt,
    stop: () => stopChild(child, exited),
  }
}

/**
 * Runs a program of the benchmark to its end.
 * @returns its standard output.
 * @throws {Error} when it fails.
 */
export async function runToEnd(file: string, argument: string, cores: string): Promise<string> {
  const child = spawn('taskset', ['-c', cores, process.execPath, join(benchDir, file), argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  running.add(child)
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const [code] = await once(child, 'close')
  running.delete(child)
  if (code !== 0) throw new Error(`${file} ended with ${code}`)
  return output
}
