import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Client } from 'pg'

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
  /** A fresh, empty database: its URL. */
  createDatabase(): Promise<string>
  /** As `kill -9` of the whole server. */
  kill(): Promise<void>
  /** As an administrator would. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops it and removes everything. */
  close(): Promise<void>
}

const servers = new Set<{ child: ChildProcess | null; dir: string }>()

process.on('exit', () => {
  for (const { child, dir } of servers) {
    child?.kill('SIGQUIT')
    rmSync(dir, { recursive: true, force: true })
  }
})

/**
 * A PostgreSQL of the test file's own: on a free port, in a directory that is gone afterwards, as safe as an ordinary one
 * (`fsync` stays on). Ends with the process.
 */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const dir = mkdtempSync(join(tmpdir(), 'posthorn-pg-'))
  const state: { child: ChildProcess | null; dir: string } = { child: null, dir }
  servers.add(state)
  if (asRoot) chownSync(dir, userId('-u'), userId('-g'))
  const data = join(dir, 'data')
  const init = ['-D', data, '-U', 'posthorn', '-A', 'trust', '-E', 'UTF8', '--locale', 'C', '--no-sync']
  const made = spawnSync(...asServer('initdb', init), { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb: ${made.error?.message ?? made.stderr}`)
  const port = await freePort()
  const all = { shared_buffers: '32MB', max_connections: '60', listen_addresses: '127.0.0.1', ...settings }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const url = (database: string) => `postgres://posthorn@127.0.0.1:${port}/${database}`
  let databases = 0

  async function start(): Promise<void> {
    const child = spawn(...asServer('postgres', ['-D', data, '-p', String(port), '-k', dir, ...flags]), {
      stdio: 'ignore',
    })
    // What holds the test process is its tests.
    child.unref()
    state.child = child
    const ended = once(child, 'exit').then(() => {
      throw new Error('postgres ended at once')
    })
    await Promise.race([answering(url('postgres')), ended])
    ended.catch(() => {})
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const { child } = state
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    // Now something does wait for it.
    child.ref()
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  await start()
  return {
    port,
    socketDir: dir,
    start,
    // SIGINT is "fast shutdown", SIGQUIT "immediate shutdown": https://www.postgresql.org/docs/current/server-shutdown.html
    stop: () => end('SIGINT'),
    kill: () => end('SIGQUIT'),
    async close() {
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

export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
