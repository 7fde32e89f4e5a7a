import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { parseRedisUrl } from '../../src/redis/address.ts'
import { firstSequenceAt } from '../../src/store/event-id.ts'
import { parseDatabaseUrl } from '../../src/store/postgres/address.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { openRedisStore } from '../../src/store/redis/store.ts'
import type { Store } from '../../src/store/types.ts'
import { startPostgres } from '../../test/support/postgres.ts'
import { startRedis } from '../../test/support/redis.ts'
import { body, day, twoWeeksAgo } from './filled-store.ts'

export interface Filled {
  readonly store: Store
  /** What it takes on disk, or of memory. */
  readonly bytes: number
  close(): Promise<void>
}

export type SharedEngine = 'postgres' | 'redis'

const dedupRetentionMs = 35 * day

/** SQL that leaves so many events as the store would have left them; `i` is the event's number. */
interface Filling {
  readonly count: number
  readonly destinations: readonly string[]
  readonly source: string
  readonly type: string
  readonly destination: string
  readonly state: string
  readonly attempt: string
  readonly orderKey: string
}

function pendingOf(count: number, ordered: boolean): Filling {
  return {
    ...{ count, destinations: ['slow'], source: `'source'`, type: `'type'`, destination: '1', attempt: '0' },
    // With ordering keys the first of each of a hundred keys waits to be claimed, the others behind it.
    state: ordered ? 'CASE WHEN i < 100 THEN 0 ELSE -1 END' : '0',
    orderKey: ordered ? `'key-' || (i % 100)` : 'NULL::text',
  }
}

function eventsOf(count: number): Filling {
  return {
    ...{ count, destinations: ['http', 'handler'], destination: '1 + i % 2', orderKey: 'NULL::text' },
    source: `CASE WHEN i % 100000 = 77777 % ${count} THEN 'rare' ELSE 'source-' || (i % 20) END`,
    type: `'type-' || (i % 7)`,
    // Of a thousand: one dead, one retrying, the newest hundred of all pending.
    state: `CASE WHEN i >= ${count - 100} THEN 0 WHEN i % 1000 = 5 THEN 3 WHEN i % 1000 = 6 THEN 0 ELSE 2 END`,
    attempt: `CASE WHEN i >= ${count - 100} THEN 0 ELSE 1 END`,
  }
}

/** A PostgreSQL of its own, filled by generate_series. */
async function openPostgres(filling: Filling): Promise<Filled> {
  const server = await startPostgres({ shared_buffers: '512MB', max_wal_size: '4GB' })
  const url = await server.createDatabase()
  const address = parseDatabaseUrl(url)
  if (!('host' in address)) throw new Error('not the URL of a database')
  const open = () => openPostgresStore({ address, dedupRetentionMs, timeoutMs: 10_000 })
  await (await open()).close()
  const client = new Client(url)
  await client.connect()
  const { count, source, type, destination, state, attempt, orderKey } = filling
  const first = firstSequenceAt(twoWeeksAgo)
  const step = Math.floor((firstSequenceAt(Date.now()) - first) / count)
  const at = `(${twoWeeksAgo} + i * ${(14 * day) / count})::bigint`
  const numbers = `generate_series(0::bigint, ${count - 1}) AS i`
  for (const statement of [
    'SET search_path = posthorn; SET synchronous_commit = off',
    ...filling.destinations.map((name) => `INSERT INTO destinations (name) VALUES ('${name}')`),
    `INSERT INTO kinds (source, type) SELECT DISTINCT ${source}, ${type} FROM ${numbers}`,
    `INSERT INTO events (seq, received_at, kind, body_size, dedup_key, source, type, external_id)
      SELECT ${first} + i * ${step}, ${at}, k.id, ${body.length}, md5(i::text)::uuid, k.source, k.type, 'ext_' || i
      FROM ${numbers} JOIN kinds k ON k.source = ${source} AND k.type = ${type}`,
    `INSERT INTO keys (key, seq, received_at) SELECT md5(i::text)::uuid, ${first} + i * ${step}, ${at} FROM ${numbers}`,
    `INSERT INTO payloads (seq, headers, body)
      SELECT ${first} + i * ${step}, '["Content-Type","application/json"]', '${body}'::bytea FROM ${numbers}`,
    `INSERT INTO deliveries (seq, due_at, destination, state, attempt, last_status, order_key, order_hash)
      SELECT ${first} + i * ${step}, ${at}, ${destination}, ${state}, ${attempt}, CASE WHEN ${attempt} > 0 THEN 200 END,
        ${orderKey}, encode(substring(sha256(convert_to(${orderKey}, 'UTF8')) FOR 16), 'hex')::uuid FROM ${numbers}`,
    'VACUUM (ANALYZE)',
    'CHECKPOINT',
  ])
    await client.query(statement)
  const { rows } = await client.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes')
  await client.end()
  const store = await open()
  return {
    store,
    bytes: Number(rows[0]?.bytes ?? 0),
    async close() {
      await store.close()
      await server.close()
    },
  }
}

/** A Redis of its own, filled through the store, since its rows are BullMQ's jobs: many accepts share a script. */
async function openRedis({ count, destinations, ...filling }: Filling, ordered: boolean): Promise<Filled> {
  const dir = mkdtempSync(join(tmpdir(), 'posthorn-redis-'))
  const ends: (() => unknown)[] = []
  const redis = await startRedis({ after: (end) => ends.push(end) }, '--appendonly', 'yes', '--dir', dir)
  const address = parseRedisUrl(redis.url.href)
  if (address === null) throw new Error('not the URL of a Redis')
  const store = await openRedisStore({ address, dedupRetentionMs, durability: 'relaxed', timeoutMs: 60_000 })
  const isBacklog = filling.source === "'source'"
  for (let from = 0; from < count; from += 4096) {
    const numbers = Array.from({ length: Math.min(4096, count - from) }, (_, n) => from + n)
    await Promise.all(
      numbers.map((i) =>
        store.accept({
          source: isBacklog ? 'source' : i % 100_000 === 77_777 % count ? 'rare' : `source-${i % 20}`,
          type: isBacklog ? 'type' : `type-${i % 7}`,
          externalId: `ext_${i}`,
          dedupKey: `key ${i}`,
          replay: null,
          receivedAt: twoWeeksAgo + Math.floor((i * 14 * day) / count),
          headers: ['Content-Type', 'application/json'],
          body: Buffer.from(body),
          destinations: [destinations[i % destinations.length] ?? ''],
          ...(ordered ? { orderingKeys: [`key-${i % 100}`] } : {}),
        }),
      ),
    )
  }
  const used = await usedMemory(redis.url)
  return {
    store,
    bytes: used,
    async close() {
      await store.close()
      for (const end of ends) await end()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function usedMemory(url: URL): Promise<number> {
  const { Redis } = await import('ioredis')
  const client = new Redis(url.href)
  const text = await client.info('memory')
  client.disconnect()
  return Number(/^used_memory:(\d+)/m.exec(text)?.[1] ?? 0)
}

/** So many deliveries that all wait for one destination, all due. */
export function openPending(engine: SharedEngine, count: number, ordered: boolean): Promise<Filled> {
  const filling = pendingOf(count, ordered)
  return engine === 'postgres' ? openPostgres(filling) : openRedis(filling, ordered)
}

/** Events evenly over two weeks, as `fillEvents` has them; in a Redis all their deliveries wait. */
export function openEvents(engine: SharedEngine, count: number): Promise<Filled> {
  return engine === 'postgres' ? openPostgres(eventsOf(count)) : openRedis(eventsOf(count), false)
}
