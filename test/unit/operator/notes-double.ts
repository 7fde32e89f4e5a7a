import type { Clock } from '../../../src/delivery/clock.ts'
import { StoreUnavailableError } from '../../../src/store/errors.ts'
import type { Note, Store } from '../../../src/store/types.ts'

export interface NotesDouble extends Pick<Store, 'notes' | 'note' | 'setNote'> {
  /** From now on nobody can reach the store, until it is restored. */
  cutOff(): void
  restore(): void
}

/** The notes of a store, in memory, as the contract says. */
export function notesDouble(clock: Pick<Clock, 'now'>): NotesDouble {
  const all = new Map<string, { readonly value: string; readonly version: number; readonly writtenAt: number }>()
  let lastVersion = 0
  let isAway = false

  function reach(): void {
    if (isAway) throw new StoreUnavailableError('cut off')
  }

  const nameOf = (kind: string, key: string) => `${kind} ${key}`

  function find(kind: string, key: string): Note | null {
    const found = all.get(nameOf(kind, key))
    if (found === undefined) return null
    return { key, value: found.value, version: found.version, ageMs: clock.now() - found.writtenAt }
  }

  return {
    async notes(kind) {
      reach()
      const keys = [...all.keys()]
        .filter((name) => name.startsWith(`${kind} `))
        .map((name) => name.slice(kind.length + 1))
      return keys.sort().flatMap((key) => find(kind, key) ?? [])
    },
    async note(kind, key) {
      reach()
      return find(kind, key)
    },
    async setNote({ kind, key, value, version }) {
      reach()
      if ((find(kind, key)?.version ?? null) !== version) return null
      if (value === null) return all.delete(nameOf(kind, key)) ? version : null
      lastVersion += 1
      all.set(nameOf(kind, key), { value, version: lastVersion, writtenAt: clock.now() })
      return lastVersion
    },
    cutOff() {
      isAway = true
    },
    restore() {
      isAway = false
    },
  }
}
