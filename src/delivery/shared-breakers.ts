import type { Store } from '../store/types.ts'
import type { BreakerChange } from './breaker.ts'
import type { Clock } from './clock.ts'
import { describeError } from './one-line.ts'
import type { Log } from './types.ts'

/** What one process finds out of a destination that only fails, the others that share the store need not find out too. */
export interface SharedBreakers {
  /** This process found it out, or was told by the operator. */
  changed(destination: string, change: BreakerChange): void
  /** Hears from the others from now on. */
  begin(): void
  stop(): Promise<void>
}

export interface SharedBreakersOptions {
  readonly store: Pick<Store, 'notes' | 'note' | 'setNote'>
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
  /** Called with what another process found out or was told, and how long ago. */
  readonly tell: (destination: string, change: BreakerChange, ageMs: number) => void
}

const kind = 'breaker'
const lookMs = 1_000
const maxTries = 3

export function createSharedBreakers({ store, clock, log, tell }: SharedBreakersOptions): SharedBreakers {
  /** Notes that were seen, or written here: versions by destination. */
  let seen: ReadonlyMap<string, number> = new Map()
  let cancel = () => {}
  let stopped = false
  let turn: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    const notes = await store.notes(kind)
    for (const { key, value, version, ageMs } of notes) {
      if (seen.get(key) !== version) tell(key, value === 'tried' ? value : 'opened', ageMs)
    }
    const there = new Map(notes.map(({ key, version }) => [key, version]))
    // One that was never seen is not there yet, rather than gone: this process may have opened just now.
    for (const destination of seen.keys()) if (!there.has(destination)) tell(destination, 'closed', 0)
    seen = there
  }

  async function write(destination: string, change: BreakerChange): Promise<void> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const known = await store.note(kind, destination)
      if (known === null && change === 'closed') return
      const value = change === 'closed' ? null : change
      const version = await store.setNote({ kind, key: destination, value, version: known?.version ?? null })
      if (version === null) continue
      const others = [...seen].filter(([name]) => name !== destination)
      seen = new Map(change === 'closed' ? others : [...others, [destination, version]])
      return
    }
  }

  /** One thing after the other, so that what was written is known when it is looked for. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    turn = turn.then(work).catch((error: unknown) => {
      log.warn({ error: describeError(error) }, 'what fails could not be shared with other processes')
    })
    return turn
  }

  function goOn(): void {
    void inTurn(look).then(() => {
      if (!stopped) cancel = clock.setTimer(goOn, lookMs)
    })
  }

  return {
    changed: (destination, change) => void inTurn(() => write(destination, change)),
    begin() {
      if (!stopped) goOn()
    },
    async stop() {
      stopped = true
      cancel()
      await turn
    },
  }
}
