import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import type { EventPage, EventSummary, Store } from '../../../src/store/types.ts'
import type { TestEvent } from './events.ts'
import type { Ledger } from './producers.ts'

/** What the senders were told, held against what a stopped gateway left behind. Everything but `events` must be 0. */
export interface Reconciled {
  /** Rows in the store. */
  readonly events: number
  /** Acknowledged, but not in the store under the id that was named. */
  readonly lost: number
  /** Stored, but with other bytes than were sent. */
  readonly altered: number
  /** More than one row for one id of the sender. */
  readonly storedTwice: number
  /** `duplicate: false` was said more than once for one id. */
  readonly acceptedTwice: number
  /** Two senders were told different ids for one event. */
  readonly namedTwice: number
  /** Deliveries that are not done. */
  readonly open: number
}

/** Where a gateway's store is: the directory of an embedded one, or how another is opened. */
export type Place = string | (() => Promise<Store>)

const page = 500
export const dedupRetentionMs = 35 * 86_400_000

export async function openStore(place: Place): Promise<Store> {
  return typeof place === 'string' ? openSqliteStore({ dataDir: place, dedupRetentionMs }) : place()
}

/** Opens the store of a gateway that has ended, and compares. */
export async function reconcile(
  place: Place,
  { acks }: Pick<Ledger, 'acks'>,
  events: ReadonlyMap<string, TestEvent>,
): Promise<Reconciled> {
  const store = await openStore(place)
  try {
    const stored = await listAll(store)
    const known = new Map(stored.map((event) => [event.id, event]))
    const result = { lost: 0, altered: 0, acceptedTwice: 0, namedTwice: 0 }
    for (const [externalId, heard] of acks) {
      if (heard.filter(({ duplicate }) => !duplicate).length > 1) result.acceptedTwice++
      const named = new Set(heard.map(({ id }) => id))
      if (named.size > 1) result.namedTwice++
      for (const id of named) {
        if (known.get(id)?.externalId !== externalId) result.lost++
        else if (digest((await store.get(id))?.body) !== digest(events.get(externalId)?.body)) result.altered++
      }
    }
    return {
      events: stored.length,
      ...result,
      storedTwice: stored.length - new Set(stored.map(({ externalId }) => externalId)).size,
      open: stored.flatMap(({ deliveries }) => deliveries).filter(({ state }) => state !== 'done').length,
    }
  } finally {
    await store.close()
  }
}

/** That everything that was acknowledged is there once, as it was sent. */
export function assertKept({ events: _events, open: _open, ...faults }: Reconciled): void {
  assert.deepEqual(faults, { lost: 0, altered: 0, storedTwice: 0, acceptedTwice: 0, namedTwice: 0 })
}

/** What every proof says in the end. */
export function verdict({ count }: Pick<Ledger, 'count'>, found: Reconciled): string {
  const { lost, storedTwice, acceptedTwice } = found
  return (
    `acked ${count.acks}, lost ${lost}, stored twice ${storedTwice}, accepted twice ${acceptedTwice}; ` +
    `${found.events} events, ${count.unavailable} × 503, ${count.unanswered} without an answer`
  )
}

/** Resolves once every delivery is done; for a store that others may have open at the same time. */
export async function untilDone(open: () => Promise<Store>): Promise<void> {
  const store = await open()
  try {
    for (;;) {
      const deliveries = (await listAll(store)).flatMap((event) => event.deliveries)
      if (deliveries.every(({ state }) => state === 'done')) return
      await pause(200)
    }
  } finally {
    await store.close()
  }
}

export async function listAll(store: Store): Promise<EventSummary[]> {
  const all: EventSummary[] = []
  let before: string | null = null
  do {
    const { events, next }: EventPage = await store.list({ limit: page, ...(before === null ? {} : { before }) })
    all.push(...events)
    before = next
  } while (before !== null)
  return all
}

/** What SQLite itself says of the file: `ok`, or what is wrong. */
export function integrityOf(dataDir: string): string {
  const db = new DatabaseSync(join(dataDir, 'posthorn.db'))
  try {
    return String(db.prepare('PRAGMA integrity_check').get()?.['integrity_check'])
  } finally {
    db.close()
  }
}

export function digest(bytes: Uint8Array | null | undefined): string | null {
  return bytes === null || bytes === undefined ? null : createHash('sha256').update(bytes).digest('hex')
}
