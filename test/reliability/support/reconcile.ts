import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
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

const page = 500

export async function openStore(dataDir: string): Promise<Store> {
  return openSqliteStore({ dataDir, dedupRetentionMs: 35 * 86_400_000 })
}

/** Opens the store of a gateway that has ended, and compares. */
export async function reconcile(
  dataDir: string,
  { acks }: Pick<Ledger, 'acks'>,
  events: ReadonlyMap<string, TestEvent>,
): Promise<Reconciled> {
  const store = await openStore(dataDir)
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
