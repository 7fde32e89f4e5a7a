import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { freePort, inUrl } from './ports.ts'
import { childrenOf, isThere, signalOne } from './processes.ts'

/** Where Debian, Red Hat, Homebrew and the official image have the server's programs. */
const places = ['/usr/lib/postgresql', '/usr', '/usr/local', '/opt/homebrew/opt', '/usr/local/opt']
/** The server refuses to run as root. */
const asRoot = process.getuid?.() === 0
const binDir = findBinDir()

/** Why no Postgres can be started here; false: it can. In CI it has to be there. */
export const noPostgres: string | false =
  process.env['CI'] === 'true' || binDir !== null ? false : 'no PostgreSQL server is installed'

export interface PostgresServer {
  readonly port: number
  /** Directory of the Unix socket. */
  readonly socketDir: string
  /** Of a database of this name. */
  url(database: string): string
  /** A fresh, empty database: its URL. */
  createDatabase(): Promise<string>
  /** It stops at once and leaves recovery to the next start. */
  kill(): Promise<void>
  /** `kill -9` of every one of its processes. */
  crash(): Promise<void>
  /** `kill -9` of a process that serves a connection; the server then ends all others and recovers by itself. */
  crashBackend(database: string): Promise<void>
  /** It answers nothing and closes nothing, as a machine that hangs. */
  freeze(): void
  thaw(): void
  /** Not so once it has given up by itself. */
  isRunning(): boolean
  /** As an administrator would. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops it and removes everything. */
  close(): Promise<void>
}

/** Where a server runs that is not an ordinary one. */
export interface PostgresPlace {
  /** Of its data: what an earlier server left there is used. Its user must be able to get there. */
  readonly directory?: string
  /** The address that it is reached at (127.0.0.1). */
  readonly host?: string
  /** A program and its arguments that start it. */
  readonly under?: readonly string[]
}

const servers = new Set<{ child: ChildProcess | null; dir: string }>()

process.on('exit', () => {
  for (const { child, dir } of servers) {
    child?.kill('SIGQUIT')
    child?.kill('SIGCONT')
    rmSync(dir, { recursive: true, force: true })
  }
})

/**
 * A PostgreSQL of the test file's own: on a free port, in a directory that is gone afterwards, as safe as an ordinary one
 * (`fsync` stays on). Ends with the process.
 */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
  { directory, host = '127.0.0.1', under = [] }: PostgresPlace = {},
): Promise<PostgresServer> {
  const dir = mkdtempSync(join(tmpdir(), 'posthorn-pg-'))
  const state: { child: ChildProcess | null; dir: string } = { child: null, dir }
  servers.add(state)
  for (const own of asRoot ? [dir, ...(directory === undefined ? [] : [directory])] : []) {
    chownSync(own, userId('-u'), userId('-g'))
  }
  const data = join(directory ?? dir, 'data')
  if (!existsSync(data)) initialise(data, host, directory === undefined)
  const port = await freePort(host)
  const all = { shared_buffers: '32MB', max_connections: '60', listen_addresses: host, ...settings }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const args = ['-D', data, '-p', String(port), '-k', dir, ...flags]
  const url = (database: string) => `postgres://posthorn@${inUrl(host)}:${port}/${database}`
  let databases = 0

  async function start(): Promise<void> {
    const [program, rest] = asServer('postgres', args)
    const [first = program, ...others] = [...under, program]
    const child = spawn(first, [...others, ...rest], { stdio: 'ignore' })
    // What holds the test process is its tests.
    child.unref()
    state.child = child
    const ended = once(child, 'exit').then(() => {
      throw new Error('postgres ended at once')
    })
    await Promise.race([answering(url('postgres')), ended])
    ended.catch(() => {})
  }

  function running(): { readonly child: ChildProcess; readonly pid: number } | null {
    const { child } = state
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return null
    return { child, pid: child.pid }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const alive = running()
    if (alive === null) return
    const exited = exitOf(alive.child)
    alive.child.kill(signal)
    await exited
  }

  function signalAll(signal: NodeJS.Signals): readonly number[] {
    const pid = running()?.pid
    if (pid === undefined) return []
    // The first one first: it would begin others.
    const all = [pid, ...childrenOf(pid)]
    for (const one of all) signalOne(one, signal)
    return all
  }

  await start()
  return {
    port,
    socketDir: dir,
    url,
    start,
    isRunning: () => running() !== null,
    // SIGINT is "fast shutdown", SIGQUIT "immediate shutdown": https://www.postgresql.org/docs/current/server-shutdown.html
    stop: () => end('SIGINT'),
    kill: () => end('SIGQUIT'),
    async crash() {
      const alive = running()
      if (alive === null) return
      const exited = exitOf(alive.child)
      signalAll('SIGSTOP')
      const all = signalAll('SIGKILL')
      await exited
      // Their memory is shared: as long as one of them is there, no other server may begin.
      while (all.some(isThere)) await pause(10)
    },
    async crashBackend(database) {
      const [row] = await ask(
        url('postgres'),
        `SELECT pid FROM pg_stat_activity WHERE datname = '${database}' AND backend_type = 'client backend' ORDER BY random()`,
      )
      if (row !== undefined) signalOne(Number(row['pid']), 'SIGKILL')
    },
    freeze: () => void signalAll('SIGSTOP'),
    thaw: () => void signalAll('SIGCONT'),
    async close() {
      signalAll('SIGCONT')
      await end('SIGQUIT')
      servers.delete(state)
      rmSync(dir, { recursive: true, force: true })
    },
    async createDatabase() {
      const name = `test_${++databases}`
      await ask(url('postgres'), `CREATE DATABASE ${name}`)
      return url(name)
    },
  }
}

/** Tests on one server, which is there before them and gone after them; skipped where none can be started. */
export async function describePostgres(
  name: string,
  tests: (server: PostgresServer) => void,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (noPostgres !== false) {
    test(name, { skip: noPostgres }, () => {})
    return
  }
  const server = await startPostgres(settings)
  describe(name, () => {
    after(() => server.close())
    tests(server)
  })
}

/** One statement on a connection of its own. */
export async function ask(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

function exitOf(child: ChildProcess): Promise<unknown> {
  // Now something does wait for it.
  child.ref()
  return once(child, 'exit')
}

function initialise(data: string, host: string, temporary: boolean): void {
  const init = ['-D', data, '-U', 'posthorn', '-A', 'trust', '-E', 'UTF8', '--locale', 'C']
  const made = spawnSync(...asServer('initdb', temporary ? [...init, '--no-sync'] : init), { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb: ${made.error?.message ?? made.stderr}`)
  if (host !== '127.0.0.1') appendFileSync(join(data, 'pg_hba.conf'), 'host all all samenet trust\n')
}

async function answering(url: string): Promise<void> {
  for (;;) {
    try {
      await ask(url, 'SELECT 1')
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** Lets the server alone read a file, as it wants its private key to be. */
export function giveToServer(path: string): void {
  if (asRoot) chownSync(path, userId('-u'), userId('-g'))
  chmodSync(path, 0o600)
}

function asServer(program: string, args: readonly string[]): [string, string[]] {
  const path = join(binDir ?? '', program)
  return asRoot
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', path, ...args]]
    : [path, [...args]]
}

function userId(flag: '-u' | '-g'): number {
  return Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
}

/** The newest version that is there. */
function findBinDir(): string | null {
  const versions = places.flatMap((place) => {
    const found = listing(place).filter((name) => /^(postgresql@?)?\d+$/.test(name))
    return found.sort((a, b) => digits(b) - digits(a)).map((name) => join(place, name, 'bin'))
  })
  const dirs = [...versions, ...places.map((place) => join(place, 'bin'))]
  return dirs.find((dir) => listing(dir).includes('initdb') && listing(dir).includes('postgres')) ?? null
}

function digits(name: string): number {
  return Number(name.replace(/\D/g, ''))
}

function listing(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}
