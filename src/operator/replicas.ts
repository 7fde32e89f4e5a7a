import { randomUUID } from 'node:crypto'
import type { Clock } from '../delivery/clock.ts'
import type { Store } from '../store/types.ts'
import { version } from '../version.ts'

/** The processes that share a store. */
export interface Replicas {
  /** Says from now on that this one is at work. */
  begin(): void
  /** How many are at work, this one included; null: the store is not shared. @throws {StoreUnavailableError} */
  count(): Promise<number | null>
  /** Says that it is not any more. */
  stop(): Promise<void>
}

const kind = 'replica'
const aliveMs = 5_000
/** Who has not said for so long that it is at work is not. */
const goneMs = 15_000
/** What a process that died left behind is removed by another. */
const forgottenMs = 600_000

export function createReplicas(
  store: Pick<Store, 'shared' | 'notes' | 'setNote'>,
  clock: Pick<Clock, 'setTimer'>,
): Replicas {
  const key = randomUUID()
  const value = JSON.stringify({ version })
  let cancel = () => {}
  let stopped = false
  let turn: Promise<void> = Promise.resolve()

  async function sayAlive(): Promise<void> {
    const notes = await store.notes(kind)
    const own = notes.find((note) => note.key === key)
    await store.setNote({ kind, key, value, version: own?.version ?? null })
    for (const note of notes) {
      if (note.ageMs > forgottenMs) await store.setNote({ kind, key: note.key, value: null, version: note.version })
    }
  }

  function goOn(): void {
    // What could not be said now is said the next time.
    turn = sayAlive().catch(() => {})
    void turn.then(() => {
      if (!stopped) cancel = clock.setTimer(goOn, aliveMs)
    })
  }

  return {
    begin() {
      if (store.shared && !stopped) goOn()
    },
    async count() {
      if (!store.shared) return null
      const others = (await store.notes(kind)).filter((note) => note.key !== key && note.ageMs < goneMs)
      return others.length + 1
    },
    async stop() {
      stopped = true
      cancel()
      if (!store.shared) return
      await turn
      const own = (await store.notes(kind).catch(() => [])).find((note) => note.key === key)
      if (own !== undefined) await store.setNote({ kind, key, value: null, version: own.version }).catch(() => null)
    },
  }
}
