import type { Note, Store } from '../types.ts'
import type { Link } from './link.ts'
import { hashOf, listOf, numberOf, type Reply, textOf } from './replies.ts'

/** What the gateway remembers for itself. */
export type Notes = Pick<Store, 'notes' | 'note' | 'setNote'>

export function createNotes(link: Link): Notes {
  async function read(kind: string, key: string): Promise<readonly Note[]> {
    const [now, ...found] = listOf(await link.run('notes', [kind, key]))
    const notes = [...hashOf(found)].map(([name, kept]) => toNote(name, kept, numberOf(now)))
    return notes.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  return {
    notes: (kind) => read(kind, ''),
    note: async (kind, key) => (await read(kind, key))[0] ?? null,
    async setNote({ kind, key, value, version }) {
      const kept = value === null ? [0, ''] : [1, value]
      const written = numberOf(await link.run('setNote', [kind, key, version ?? '', ...kept]))
      return written === 0 ? null : written
    },
  }
}

function toNote(key: string, kept: Reply, now: number): Note {
  const text = textOf(kept)
  const second = text.indexOf(' ')
  const third = text.indexOf(' ', second + 1)
  return {
    key,
    version: Number(text.slice(0, second)),
    ageMs: Math.max(0, now - Number(text.slice(second + 1, third))),
    value: text.slice(third + 1),
  }
}
