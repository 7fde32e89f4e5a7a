import type { DatabaseSync } from 'node:sqlite'
import type { Row } from '../sql/rows.ts'
import type { Note, NoteChange } from '../types.ts'

/** What the gateway remembers for itself; inside the writer's open transaction. */
export interface Notes {
  all(kind: string, now: number): Note[]
  one(kind: string, key: string, now: number): Note | null
  /** The version that was written; null: somebody else was faster. */
  set(change: NoteChange, now: number): number | null
}

export function createNotes(db: DatabaseSync): Notes {
  const selectAll = db.prepare('SELECT key, value, version, written_at FROM notes WHERE kind = ? ORDER BY key')
  const selectOne = db.prepare('SELECT key, value, version, written_at FROM notes WHERE kind = ? AND key = ?')
  // Versions are taken from one row for all notes, so that none is given again to a note that was removed and made anew.
  const nextVersion = db.prepare(
    `INSERT INTO notes (kind, key, value, version, written_at) VALUES ('', '', '', 1, 0)
     ON CONFLICT DO UPDATE SET version = version + 1 RETURNING version`,
  )
  const insert = db.prepare(
    'INSERT INTO notes (kind, key, value, version, written_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const update = db.prepare(
    'UPDATE notes SET value = ?, version = ?, written_at = ? WHERE kind = ? AND key = ? AND version = ?',
  )
  const remove = db.prepare('DELETE FROM notes WHERE kind = ? AND key = ? AND version = ?')

  return {
    all: (kind, now) => selectAll.all(kind).map((row) => toNote(row, now)),
    one(kind, key, now) {
      const row = selectOne.get(kind, key)
      return row === undefined ? null : toNote(row, now)
    },
    set({ kind, key, value, version }, now) {
      if (value === null) return version !== null && remove.run(kind, key, version).changes === 1 ? version : null
      const next = Number(nextVersion.get()?.['version'])
      const { changes } =
        version === null ? insert.run(kind, key, value, next, now) : update.run(value, next, now, kind, key, version)
      return changes === 1 ? next : null
    },
  }
}

function toNote(row: Row, now: number): Note {
  return {
    key: String(row['key']),
    value: String(row['value']),
    version: Number(row['version']),
    ageMs: Math.max(0, now - Number(row['written_at'])),
  }
}
