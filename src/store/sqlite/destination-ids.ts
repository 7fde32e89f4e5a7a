import type { DatabaseSync } from 'node:sqlite'

/** Destinations are named by people and stored as small numbers. */
export interface DestinationIds {
  /** Gives a new name a number; inside the open transaction. */
  idOf(name: string): number
  /** Forgets what the open transaction added. */
  rolledBack(): void
  committed(): void
}

export function openDestinationIds(db: DatabaseSync): DestinationIds {
  const insert = db.prepare('INSERT INTO destinations (name) VALUES (?) RETURNING id')
  const ids = new Map<string, number>()
  for (const row of db.prepare('SELECT id, name FROM destinations').iterate()) {
    ids.set(String(row['name']), Number(row['id']))
  }
  let added: string[] = []
  return {
    idOf(name) {
      const known = ids.get(name)
      if (known !== undefined) return known
      const id = Number(insert.get(name)?.['id'])
      ids.set(name, id)
      added.push(name)
      return id
    },
    rolledBack() {
      for (const name of added) ids.delete(name)
      added = []
    },
    committed() {
      added = []
    },
  }
}
