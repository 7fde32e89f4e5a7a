import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Cleanup } from './gateway.ts'
import { freePort, inUrl, listening } from './ports.ts'
import { tempDir } from './temp-dir.ts'

export interface RedisServer {
  readonly url: URL
  /** Not so once it has given up by itself. */
  isRunning(): boolean
  /** As an administrator would. */
  stop(): Promise<void>
  /** As `kill -9`. */
  kill(): Promise<void>
  /** Kills it and starts it on the same port, with what is on its disk: nothing, unless flags say otherwise. */
  restart(): Promise<void>
  /** It answers nothing and closes nothing, as a machine that hangs. */
  freeze(): void
  thaw(): void
}

/** Why no Redis can be started here; false: it can. In CI it has to be there. */
export const noRedis: string | false =
  process.env['CI'] === 'true' || spawnSync('redis-server', ['--version']).status === 0
    ? false
    : 'redis-server is not installed'

/** Where a server runs that is not an ordinary one. */
export interface RedisPlace {
  /** The address that it is reached at (127.0.0.1). */
  readonly host?: string
  /** A program and its arguments that start it. */
  readonly under?: readonly string[]
}

/** A Redis of the test's own, on a free port, that keeps nothing on disk; what it writes all the same is in a directory of its own. */
export async function startRedis(t: Cleanup, ...flags: readonly string[]): Promise<RedisServer> {
  return startRedisAt({}, t, ...flags)
}

export async function startRedisAt(
  { host = '127.0.0.1', under = [] }: RedisPlace,
  t: Cleanup,
  ...flags: readonly string[]
): Promise<RedisServer> {
  const port = await freePort(host)
  const own = ['--dir', tempDir(), ...flags]
  const start = () => launch(under, host, port, own)
  let child = await start()
  const isRunning = () => child.exitCode === null && child.signalCode === null
  const end = async (signal: NodeJS.Signals) => {
    if (!isRunning()) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  const kill = () => end('SIGKILL')
  t.after(kill)
  return {
    url: new URL(`redis://${inUrl(host)}:${port}`),
    isRunning,
    stop: () => end('SIGTERM'),
    kill,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async restart() {
      await kill()
      child = await start()
    },
  }
}

/** A Cluster of three primaries, and a client of each. */
export async function startCluster(t: Cleanup, ...flags: readonly string[]) {
  const nodes: RedisServer[] = []
  const buses: string[] = []
  for (let i = 0; i < 3; i++) {
    const bus = String(await freePort())
    const own = ['--dir', tempDir(), '--cluster-enabled', 'yes', '--cluster-port', bus]
    nodes.push(await startRedis(t, ...flags, ...own))
    buses.push(bus)
  }
  const clients = nodes.map(({ url }) => new Redis(url.href))
  t.after(() => {
    for (const client of clients) client.disconnect()
  })
  const bounds = [0, 5461, 10_923, 16_384]
  for (const [i, client] of clients.entries()) {
    await client.call('CLUSTER', 'ADDSLOTSRANGE', bounds[i] ?? 0, (bounds[i + 1] ?? 0) - 1)
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1)
  }
  for (const [i, { url }] of nodes.entries()) {
    if (i > 0) await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', url.port, buses[i] ?? '')
  }
  const isReady = async (client: Redis) => {
    const info = String(await client.call('CLUSTER', 'INFO'))
    return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')
  }
  for (const client of clients) while (!(await isReady(client))) await sleep(20)
  return { nodes, clients }
}

/** A Sentinel that knows one server, as it is called there, and finds out about its replicas. */
export async function startSentinel(t: Cleanup, name: string, server: URL): Promise<URL> {
  const port = await freePort()
  const file = join(tempDir(), 'sentinel.conf')
  writeFileSync(
    file,
    `port ${port}
bind 127.0.0.1
dir ${dirname(file)}
sentinel monitor ${name} ${server.hostname} ${server.port} 1
sentinel down-after-milliseconds ${name} 300
sentinel failover-timeout ${name} 2000
`,
  )
  const child = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' })
  t.after(() => void child.kill('SIGKILL'))
  await listening(port)
  return new URL(`redis://127.0.0.1:${port}`)
}

async function launch(
  under: readonly string[],
  host: string,
  port: number,
  flags: readonly string[],
): Promise<ChildProcess> {
  const settings = ['--port', String(port), '--bind', host, '--save', '', '--appendonly', 'no', ...flags]
  const [program = '', ...args] = [...under, 'redis-server', ...settings]
  const child = spawn(program, args, { stdio: 'ignore' })
  const ended = new AbortController()
  child.once('exit', () => ended.abort(new Error(`redis-server ended at once: ${settings.join(' ')}`)))
  await listening(port, host, ended.signal)
  return child
}
