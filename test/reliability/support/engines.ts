import type { TestContext } from 'node:test'
import { parseDatabaseUrl } from '../../../src/store/postgres/address.ts'
import { openPostgresStore } from '../../../src/store/postgres/store.ts'
import type { Store } from '../../../src/store/types.ts'
import { noPostgres, type PostgresPlace, startPostgres } from '../../support/postgres.ts'
import { noRedis, startRedisAt } from '../../support/redis.ts'
import { openOn } from '../../support/redis-store.ts'
import { tempDir } from '../../support/temp-dir.ts'
import type { Lack } from './machine.ts'
import { dedupRetentionMs } from './reconcile.ts'

/** A database server of a proof's own, to be broken. */
export interface Server {
  /** Settings of a gateway that keeps its events there. */
  readonly env: Readonly<Record<string, string>>
  readonly open: () => Promise<Store>
  /** Not so once it has given up by itself. */
  isRunning(): boolean
  /** As an administrator stops it. */
  stop(): Promise<void>
  start(): Promise<void>
  /** `kill -9` of all of it. */
  crash(): Promise<void>
  /** `kill -9` of one of its processes, after which it recovers by itself; null: it has but one. */
  readonly crashPart: (() => Promise<void>) | null
  /** It answers nothing and closes nothing, as a machine that hangs. */
  freeze(): void
  thaw(): void
}

export interface ServerOptions {
  /** Of its data: what an earlier one left there is used. */
  readonly directory?: string
  /** The address that it is reached at, and the program that starts it there. */
  readonly host?: string
  readonly under?: readonly string[]
  /** It answers before what it took is on stable storage: for the proof of a proof. */
  readonly careless?: boolean
}

/** A kind of server that events can be kept in. */
export interface Engine {
  readonly name: string
  readonly lack: Lack
  /** The server ends with the test. */
  start(t: TestContext, options?: ServerOptions): Promise<Server>
}

const closes = new Set<() => Promise<void>>()

/** Ends the servers that were started, for who must have them gone before the end of the test. */
export async function endServers(): Promise<void> {
  for (const close of closes) await close()
  closes.clear()
}

const postgres: Engine = {
  name: 'Postgres',
  lack: noPostgres === false ? null : { reason: noPostgres, canBeInstalled: true },
  async start(t, { careless = false, ...place }: ServerOptions & PostgresPlace = {}) {
    // What the gateway promises must not depend on the default of the server, the role or the database.
    const settings = { synchronous_commit: 'off', max_wal_size: '64MB', ...(careless ? { fsync: 'off' } : {}) }
    const server = await startPostgres(settings, place)
    t.after(endServers)
    closes.add(server.close)
    const database = 'test_1'
    await server.createDatabase().catch(() => {})
    const url = server.url(database)
    return {
      env: { DATABASE_URL: url },
      async open() {
        const address = parseDatabaseUrl(url)
        if ('problem' in address) throw new Error(address.problem)
        return openPostgresStore({ address, dedupRetentionMs })
      },
      isRunning: server.isRunning,
      stop: server.stop,
      start: server.start,
      crash: server.crash,
      crashPart: () => server.crashBackend(database),
      freeze: server.freeze,
      thaw: server.thaw,
    }
  },
}

const redis: Engine = {
  name: 'Redis',
  lack: noRedis === false ? null : { reason: noRedis, canBeInstalled: true },
  async start(t, { careless = false, directory = tempDir(), ...place }: ServerOptions = {}) {
    const log = ['--appendonly', 'yes', '--appendfsync', careless ? 'everysec' : 'always', '--dir', directory]
    t.after(endServers)
    const ends = { after: (end: () => Promise<void>) => void closes.add(end) }
    // Beyond the loopback it answers nobody who shows no password, unless it is told to.
    const server = await startRedisAt(place, ends, ...log, '--maxmemory-policy', 'noeviction', '--protected-mode', 'no')
    return {
      // A gateway refuses one that answers too early, unless its operator accepts losses.
      env: { REDIS_URL: server.url.href, ...(careless ? { REDIS_DURABILITY: 'relaxed' } : {}) },
      open: () => openOn(server.url, { durability: careless ? 'relaxed' : 'strict' }),
      isRunning: server.isRunning,
      stop: server.stop,
      start: server.restart,
      crash: server.kill,
      crashPart: null,
      freeze: server.freeze,
      thaw: server.thaw,
    }
  },
}

export const engines: readonly Engine[] = [postgres, redis]
