import type { Row } from '../sql/rows.ts'
import type { Note, Store } from '../types.ts'
import type { Database } from './database.ts'
import { durably } from './durably.ts'

/** What the gateway remembers for itself. */
export type Notes = Pick<Store, 'notes' | 'note' | 'setNote'>

export function createNotes({
  query,
  transaction,
  tables: t,
}: Pick<Database, 'query' | 'transaction' | 'tables'>): Notes {
  // The server's clock is the one that all replicas share.
  const columns =
    'key, value, version, greatest(0, floor(extract(epoch FROM clock_timestamp() - written_at) * 1000)) AS age_ms'
  const selectAll = `SELECT ${columns} FROM ${t.notes} WHERE kind = $1 ORDER BY key COLLATE "C"`
  const selectOne = `SELECT ${columns} FROM ${t.notes} WHERE kind = $1 AND key = $2`
  const insert = `INSERT INTO ${t.notes} (kind, key, value) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING version`
  const update = `UPDATE ${t.notes} SET value = $3, version = DEFAULT, written_at = DEFAULT
    WHERE kind = $1 AND key = $2 AND version = $4 RETURNING version`
  const remove = `DELETE FROM ${t.notes} WHERE kind = $1 AND key = $2 AND version = $3 RETURNING version`

  function change(text: string, values: readonly unknown[]): Promise<number | null> {
    return transaction(async (run) => {
      await run(durably)
      const [row] = await run(text, values)
      return row === undefined ? null : Number(row['version'])
    })
  }

  return {
    notes: async (kind) => (await query(selectAll, [kind])).map(toNote),
    async note(kind, key) {
      if (key.includes('\0')) return null
      const [row] = await query(selectOne, [kind, key])
      return row === undefined ? null : toNote(row)
    },
    async setNote({ kind, key, value, version }) {
      if (value === null) return version === null ? null : change(remove, [kind, key, version])
      return version === null ? change(insert, [kind, key, value]) : change(update, [kind, key, value, version])
    },
  }
}

function toNote(row: Row): Note {
  return {
    key: String(row['key']),
    value: String(row['value']),
    version: Number(row['version']),
    ageMs: Number(row['age_ms']),
  }
}
