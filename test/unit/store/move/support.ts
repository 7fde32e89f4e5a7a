import { type MoveOptions, type MoveReport, move } from '../../../../src/store/move/move.ts'
import type { MoveSource, MoveTarget } from '../../../../src/store/move/types.ts'
import { parseDatabaseUrl } from '../../../../src/store/postgres/address.ts'
import { openImport } from '../../../../src/store/postgres/import/import.ts'
import { openExport } from '../../../../src/store/sqlite/export.ts'
import { openSqliteStore } from '../../../../src/store/sqlite/store.ts'
import type { Store } from '../../../../src/store/types.ts'
import { newEvent } from '../../../support/events.ts'

export const day = 86_400_000
export const retention = { dedupRetentionMs: 35 * day }

/** Has something done with both sides, while no store has the directory open. */
export async function withBoth<T>(
  dataDir: string,
  url: string,
  work: (source: MoveSource, target: MoveTarget) => Promise<T>,
): Promise<T> {
  const address = parseDatabaseUrl(url)
  if ('problem' in address) throw new Error(address.problem)
  const source = openExport({
    dataDir,
    lockWaitMs: 5000,
    countOnly: false,
    notes: [['handshake-secrets', 'asana', '["s"]']],
  })
  try {
    const target = await openImport({ address, schema: 'posthorn', waitMs: 5000 })
    try {
      return await work(source, target)
    } finally {
      await target.close()
    }
  } finally {
    source.close()
  }
}

/** One run of a move. */
export function moveOnce(dataDir: string, url: string, options: MoveOptions = {}): Promise<MoveReport> {
  return withBoth(dataDir, url, (source, target) => move(source, target, options))
}

export const lease = { destination: 'crm', limit: 100, leaseMs: 30_000 }

/**
 * Everything that a store can hold: deliveries in each state, with and without ordering keys, attempts with and without a
 * kept answer, duplicates, conflicts, repeats, rejected requests, destinations that are stopped, counts.
 * @returns ids by what they stand for
 */
export async function fill(store: Store, now: number): Promise<Readonly<Record<string, string>>> {
  const ids: Record<string, string> = {}
  async function add(name: string, overrides: Parameters<typeof newEvent>[0] = {}): Promise<void> {
    const event = newEvent({ dedupKey: `stripe:${name}`, externalId: name, source: 'stripe', ...overrides })
    ids[name] = (await store.accept({ ...event, receivedAt: now })).id
  }
  const record = {
    startedAt: now,
    durationMs: 12,
    responseHeaders: ['server', 'x'],
    responseBody: Buffer.from('no\0\xff'),
  }
  await add('done', { destinations: ['crm'] })
  await add('dead', { destinations: ['crm'], secret: 'previous' })
  await add('retrying', { destinations: ['crm'] })
  await add('leased', { destinations: ['crm'] })
  const claimed = await store.claim([lease], Date.now() + 1000)
  for (const { event, attempt, destination } of claimed.leases) {
    const at = { eventId: event.id, destination, attempt }
    if (event.id === ids['done']) await store.settle([{ ...at, outcome: 'done', status: 204, error: null }], now)
    if (event.id === ids['dead'])
      await store.settle([{ ...at, outcome: 'dead', status: 410, error: 'gone', record }], now)
    if (event.id === ids['retrying']) {
      await store.settle([{ ...at, outcome: 'retry', dueAt: now + 60_000, status: 500, error: 'x', record }], now)
    }
  }
  await add('pending', { destinations: ['crm', 'billing'] })
  await add('first in order', { destinations: ['crm'], orderingKeys: ['customer 1\0'] })
  await add('blocked', { destinations: ['crm'], orderingKeys: ['customer 1\0'] })
  await add('bulk', { destinations: ['billing'] })
  await store.discardBatch({ destination: 'billing', limit: 1, from: 0 }, now)
  await add('nowhere', { type: 'naïve ☃ \0', body: Buffer.from([0, 255, 10]), secret: 'current' })
  await add('no id', { dedupKey: null, replay: { key: 'signature 1', verdict: 'duplicate' } })
  await add('signed', { replay: { key: 'signature 2', verdict: 'flag' } })
  await add('signed again', { replay: { key: 'signature 2', verdict: 'flag' } })
  await store.accept(newEvent({ dedupKey: 'stripe:nowhere', source: 'stripe', body: Buffer.from('other') }))
  await store.setDestination('billing', { paused: true }, now)
  await store.setDestination('gone', { disabled: 'answered 410' }, now)
  await store.setNote({ kind: 'job', key: 'job_1', value: '{}', version: null })
  await store.reject([
    {
      source: 'stripe',
      cause: 'signature_mismatch',
      detail: null,
      receivedAt: now,
      method: 'POST',
      url: '/webhook/stripe?x=1',
      remoteAddress: '192.0.2.1',
      headers: ['a', 'b'],
      body: Buffer.from('{}'),
    },
    {
      source: null,
      cause: 'no_source',
      detail: 'x',
      receivedAt: now,
      method: 'POST',
      url: '/webhook/y',
      remoteAddress: null,
      headers: [],
      body: null,
      bodySize: 12,
    },
  ])
  return ids
}

/** Many small events, some of them to be delivered. */
export async function fillWith(store: Store, count: number, prefix = 'many'): Promise<void> {
  for (let done = 0; done < count; done += 500) {
    await Promise.all(
      Array.from({ length: Math.min(500, count - done) }, (_, i) =>
        store.accept(
          newEvent({
            dedupKey: `default:${prefix}-${done + i}`,
            externalId: `${prefix}-${done + i}`,
            body: Buffer.from(`{"n":${done + i}}`),
            destinations: i % 10 === 0 ? ['crm'] : [],
          }),
        ),
      ),
    )
  }
}

/** A store's data, filled by `work` and closed again. */
export async function withSqlite(dataDir: string, work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openSqliteStore({ dataDir, ...retention })
  try {
    await work(store)
  } finally {
    await store.close()
  }
}
