import type { DatabaseSync } from 'node:sqlite'
import type { DestinationChange } from '../types.ts'

/** Destinations are named by people and stored as small numbers, beside what an operator or an answer said of them. */
export interface Destinations {
  /** Gives a new name a number; inside the open transaction. */
  idOf(name: string): number
  /** Paused or disabled: nothing is to be claimed. */
  isStopped(id: number): boolean
  change(name: string, change: DestinationChange, now: number): void
  /** Forgets what the open transaction changed. */
  rolledBack(): void
  committed(): void
}

export function openDestinations(db: DatabaseSync): Destinations {
  const insert = db.prepare('INSERT INTO destinations (name) VALUES (?) RETURNING id')
  const selectAll = db.prepare('SELECT id, name, paused_at, disabled_at FROM destinations')
  // Who pauses what is paused, or hears "gone" once more, does not move the time since when.
  const setPaused = db.prepare(
    'UPDATE destinations SET paused_at = CASE WHEN ?1 IS NULL THEN NULL ELSE coalesce(paused_at, ?1) END WHERE id = ?2',
  )
  const setDisabled = db.prepare(
    `UPDATE destinations SET disabled_at = CASE WHEN ?1 IS NULL THEN NULL ELSE coalesce(disabled_at, ?1) END,
       disabled_reason = ?2 WHERE id = ?3`,
  )
  const selectStopped = db.prepare(
    'SELECT paused_at IS NOT NULL OR disabled_at IS NOT NULL AS stopped FROM destinations WHERE id = ?',
  )
  const ids = new Map<string, number>()
  const stopped = new Set<number>()
  let changed = false

  function load(): void {
    ids.clear()
    stopped.clear()
    for (const row of selectAll.iterate()) {
      ids.set(String(row['name']), Number(row['id']))
      if (row['paused_at'] !== null || row['disabled_at'] !== null) stopped.add(Number(row['id']))
    }
  }

  function idOf(name: string): number {
    const known = ids.get(name)
    if (known !== undefined) return known
    const id = Number(insert.get(name)?.['id'])
    ids.set(name, id)
    changed = true
    return id
  }

  load()
  return {
    idOf,
    isStopped: (id) => stopped.has(id),
    change(name, { paused, disabled }, now) {
      const id = idOf(name)
      changed = true
      if (paused !== undefined) setPaused.run(paused ? now : null, id)
      if (disabled !== undefined) setDisabled.run(disabled === null ? null : now, disabled, id)
      if (selectStopped.get(id)?.['stopped'] === 1) stopped.add(id)
      else stopped.delete(id)
    },
    rolledBack() {
      if (changed) load()
      changed = false
    },
    committed() {
      changed = false
    },
  }
}
