import { statfsSync } from 'node:fs'
import { firstSequenceAt } from '../../src/store/event-id.ts'
import { benchDir } from '../harness/process.ts'
import { median } from '../harness/statistics.ts'
import { bytes, type Column, figure, milliseconds, ratio, renderTable } from '../harness/table.ts'
import { type Accepts, measureWindow } from './accepts.ts'
import type { BenchPostgres } from './postgres.ts'
import { startReplicas, stopReplicas } from './replica.ts'
import type { Usage } from './sampling.ts'
import type { ReplicaOptions } from './types.ts'

const chunk = 250_000
/** What an id takes with its event, both indexes and the log, generously; and what is left alone. */
const bytesPerId = 800
const reserve = 5e9
const day = 86_400_000

/** Ids of events whose payloads are pruned: what a gateway keeps after two weeks. */
async function fill(postgres: BenchPostgres, url: string, from: number, to: number): Promise<void> {
  const first = firstSequenceAt(Date.now() - 30 * day)
  const receivedAt = Date.now() - 20 * day
  await postgres.run(
    url,
    "INSERT INTO posthorn.kinds (source, type) VALUES ('default', 'order.created') ON CONFLICT DO NOTHING",
  )
  for (let begin = from; begin < to; begin += chunk) {
    const end = Math.min(to, begin + chunk) - 1
    const key = "md5('known ' || i)::uuid"
    const seq = `${first} + i * 64`
    await postgres.run(
      url,
      `SET synchronous_commit = off;
       INSERT INTO posthorn.events (seq, received_at, kind, body_size, dedup_key, source, type, external_id)
       SELECT ${seq}, ${receivedAt}, (SELECT id FROM posthorn.kinds WHERE type = 'order.created' LIMIT 1), 1024, ${key},
         'default', 'order.created', 'evt_' || i FROM generate_series(${begin}::bigint, ${end}) i;
       INSERT INTO posthorn.keys (key, seq, received_at)
       SELECT ${key}, ${seq}, ${receivedAt} FROM generate_series(${begin}::bigint, ${end}) i ORDER BY 1`,
    )
  }
  await postgres.run(url, 'VACUUM ANALYZE')
  await postgres.run(url, 'CHECKPOINT')
}

interface Measured extends Accepts {
  readonly ids: number
  readonly size: number
}

/** Accepting with so many ids known before; one replica, one database that grows. */
export async function measureKnownIds(postgres: BenchPostgres, options: ReplicaOptions): Promise<string> {
  const url = await postgres.createDatabase()
  const samples: Measured[] = []
  let filled = 0
  for (const ids of options.ids.toSorted((a, b) => a - b)) {
    const { bavail, bsize } = statfsSync(benchDir)
    if (bavail * bsize < (ids - filled) * bytesPerId + reserve) {
      console.error(`${ids} ids: not enough disk, left out`)
      break
    }
    // The first start makes the schema.
    if (filled === 0) await stopReplicas(await startReplicas(1, { DATABASE_URL: url }))
    await fill(postgres, url, filled, ids)
    filled = ids
    const size = await postgres.number(
      url,
      "SELECT pg_total_relation_size('posthorn.keys') + pg_total_relation_size('posthorn.events')",
    )
    const replicas = await startReplicas(1, { DATABASE_URL: url })
    try {
      for (let round = 1; round <= options.rounds; round += 1) {
        const accepts = await measureWindow(postgres, url, replicas, options)
        samples.push({ ...accepts, ids, size })
        console.error(`round ${round} ${ids} ids: ${figure(accepts.perSecond)}/s`)
      }
    } finally {
      await stopReplicas(replicas)
    }
  }
  const sizes = [...new Set(samples.map(({ ids }) => ids))]
  const middle = (ids: number, value: (each: Measured) => number) =>
    median(samples.filter((each) => each.ids === ids).map(value))
  const rate = (ids: number) => middle(ids, ({ perSecond }) => perSecond)
  const perEvent = (ids: number, cores: (usage: Usage) => number) =>
    figure(middle(ids, ({ usage, perSecond }) => (cores(usage) * 1e6) / perSecond))
  const columns: Column<number>[] = [
    { title: 'ids known before', value: (ids) => ids.toLocaleString('en') },
    { title: 'accepts/s', value: (ids) => figure(rate(ids)) },
    { title: '× first', value: (ids) => ratio(rate(ids) / rate(sizes[0] ?? ids)) },
    { title: 'p99 ms', value: (ids) => milliseconds(middle(ids, ({ p99 }) => p99)) },
    { title: 'gateway CPU µs', value: (ids) => perEvent(ids, ({ gateways }) => gateways) },
    { title: 'Postgres CPU µs', value: (ids) => perEvent(ids, ({ postgres: cpu }) => cpu) },
    { title: 'commit ms', value: (ids) => figure(middle(ids, ({ usage }) => usage.commitMs)) },
    {
      title: 'log/event',
      value: (ids) => bytes(middle(ids, ({ usage, perSecond }) => usage.walBytes / usage.seconds / perSecond)),
    },
    { title: 'events and keys', value: (ids) => bytes(middle(ids, ({ size }) => size)) },
    { title: 'per id', value: (ids) => bytes(middle(ids, ({ size }) => size) / ids) },
  ]
  return renderTable(columns, sizes)
}
