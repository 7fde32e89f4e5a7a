import { eventColumns, type Row } from '../../move/types.ts'
import type { Query } from '../database.ts'
import type { Tables } from '../tables.ts'

interface Known {
  readonly seq: number
  readonly receivedAt: number
}

const at = (column: (typeof eventColumns.events)[number]) => eventColumns.events.indexOf(column)
const [seqAt, receivedAt, dedupAt, replayAt, repeatedAt] = [
  at('seq'),
  at('received_at'),
  at('dedup_key'),
  at('replay_key'),
  at('repeated'),
]

/**
 * By what events are recognised, made of the events themselves: a key leads to the last event that had it, but for the
 * signature of one that repeats another, which leads to that other.
 */
export function createKeysInsert(t: Tables): (query: Query, events: readonly Row[]) => Promise<void> {
  const insert = (conflict: string) => `INSERT INTO ${t.keys} AS k (key, seq, received_at)
    SELECT i.key, i.seq, i.received_at FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS i (key, seq, received_at)
    ON CONFLICT (key) ${conflict}`
  const overwrite = insert(
    'DO UPDATE SET seq = excluded.seq, received_at = excluded.received_at WHERE k.seq < excluded.seq',
  )
  const add = insert('DO NOTHING')

  return async (query, events) => {
    const [own, repeated] = [new Map<string, Known>(), new Map<string, Known>()]
    for (const row of events) {
      const known = { seq: Number(row[seqAt]), receivedAt: Number(row[receivedAt]) }
      const [dedup, replay] = [row[dedupAt], row[replayAt]]
      if (typeof dedup === 'string') own.set(dedup, known)
      if (typeof replay !== 'string') continue
      if (row[repeatedAt] === 1) repeated.set(replay, repeated.get(replay) ?? known)
      else own.set(replay, known)
    }
    if (own.size > 0) await query(overwrite, listsOf(own))
    if (repeated.size > 0) await query(add, listsOf(repeated))
  }
}

function listsOf(keys: ReadonlyMap<string, Known>): readonly unknown[] {
  const known = [...keys.values()]
  return [[...keys.keys()], known.map(({ seq }) => seq), known.map(({ receivedAt: ms }) => ms)]
}
