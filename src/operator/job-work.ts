import type { Clock } from '../delivery/clock.ts'
import { describeError } from '../delivery/one-line.ts'
import type { Log } from '../delivery/types.ts'
import type { BatchStep, Store } from '../store/types.ts'
import type { Job, JobNote, JobNotes } from './job-notes.ts'
import type { ReleaseStep, Releases } from './quarantine.ts'

/** The jobs that this process works on. */
export interface JobWork {
  has(id: string): boolean
  /** Of a note that says that this process is its owner. */
  take(note: JobNote): void
  /** Gives all of them back, and resolves once no step is under way. */
  stop(): Promise<void>
}

export interface JobWorkOptions {
  readonly store: Pick<Store, 'replayBatch' | 'discardBatch' | 'shared'>
  readonly notes: JobNotes
  /** Null: it takes no releases. */
  readonly releases: () => Releases | null
  readonly owner: string
  readonly clock: Clock
  readonly log: Log
  readonly wake: () => void
}

/** A job whose note is older than this has nobody who works on it. */
export const abandonedMs = 20_000
/** Who works on a job says so at least so often. */
const aliveMs = 5_000
/** Steps that found nothing need not be written down one by one, nor what came of releases be put together. */
const unwrittenMs = 1_000
const stepsPerSecond = 10
const retryMs = 1_000
/** Steps that failed one after the other until a job is given up: about a minute. */
const maxFailures = 60

interface Held {
  note: JobNote
  /** Rejected requests that were taken, to be let go of once the note says so. */
  taken: NonNullable<JobNote['recent']>
  /** When the note was written and its recent results put with the others, and when the next step is due; Unix milliseconds. */
  writtenAt: number
  keptAt: number
  dueAt: number
  failures: number
}

export function createJobWork(options: JobWorkOptions): JobWork {
  const { store, notes, releases, owner, clock, log, wake } = options
  const held = new Map<string, Held>()
  const timers = new Map<string, () => void>()
  const turns = new Set<Promise<void>>()
  let stopped = false

  function drop(id: string): void {
    held.delete(id)
    timers.get(id)?.()
    timers.delete(id)
  }

  /** Next time there is something to do for it: a step, or saying that somebody works on it. */
  function schedule(id: string, one: Held): void {
    if (stopped || !held.has(id)) return
    const pause = Math.max(0, one.dueAt - clock.now())
    const ms = store.shared ? Math.min(pause, aliveMs) : pause
    timers.set(
      id,
      clock.setTimer(() => run(id, one), ms),
    )
  }

  function run(id: string, one: Held): void {
    const turn = advance(id, one)
      .catch((error: unknown) => failed(id, one, error))
      .then(() => schedule(id, one))
    turns.add(turn)
    void turn.finally(() => turns.delete(turn))
  }

  async function advance(id: string, one: Held): Promise<void> {
    const known = await notes.get(id)
    if (stopped) return
    if (known === null || known.job.state !== 'running' || known.owner !== owner) return drop(id)
    // Nobody else writes the note while it names this process but to end the job, so what is kept here is newer; another
    // version is that of a write that came through although it seemed to fail.
    one.note = { ...one.note, version: known.version }
    const isDue = one.note.job.state === 'running' && clock.now() >= one.dueAt
    if (!isDue || (await step(one))) await write(id, one)
    if (held.has(id) && one.note.job.state !== 'running') end(id, one.note.job)
  }

  /** Whether what it came to should be written down now. */
  async function step(one: Held): Promise<boolean> {
    // Only what was let go of: the others are looked for in the note by whoever takes over.
    if (one.taken.length === 0 && clock.now() - one.keptAt >= unwrittenMs) await keepRecent(one)
    const { job, after, recent } = one.note
    const { count, next, results = [] } = await takeStep(job, after)
    one.taken = [...one.taken, ...results]
    one.failures = 0
    one.dueAt = clock.now() + (count === 0 ? 0 : pauseOf(job))
    const ended = next === null ? ({ state: 'done', endedAt: clock.now() } as const) : {}
    const told = recent === undefined ? {} : { recent: [...recent, ...results] }
    one.note = { ...one.note, ...told, after: next, job: { ...job, ...ended, count: job.count + count } }
    if (count > 0 && job.kind === 'replay') wake()
    return count > 0 || next === null || clock.now() - one.writtenAt >= unwrittenMs
  }

  async function write(id: string, one: Held): Promise<void> {
    const version = await notes.put(one.note, one.note.version)
    if (version === null) return writeEnded(id, one)
    one.note = { ...one.note, version }
    one.writtenAt = clock.now()
    await letGo(one)
  }

  async function keepRecent(one: Held): Promise<void> {
    one.keptAt = clock.now()
    if (one.note.recent === undefined || one.note.recent.length === 0) return
    await notes.keepRecent(one.note)
    one.note = { ...one.note, recent: [] }
  }

  /** It was cancelled during the step; what the step did counts all the same. */
  async function writeEnded(id: string, one: Held): Promise<void> {
    const { job, recent } = one.note
    const known = await notes.get(id)
    if (known !== null && known.job.state !== 'running') {
      const told = recent === undefined ? {} : { recent }
      const version = await notes.put({ ...known, ...told, job: { ...known.job, count: job.count } }, known.version)
      if (version !== null) await letGo(one)
    }
    drop(id)
  }

  async function letGo(one: Held): Promise<void> {
    if (one.taken.length > 0) await releases()?.letGo(one.taken)
    one.taken = []
  }

  async function failed(id: string, one: Held, error: unknown): Promise<void> {
    one.failures += 1
    one.dueAt = clock.now() + retryMs
    if (one.failures < maxFailures || !held.has(id)) return
    const job = { ...one.note.job, state: 'failed', error: describeError(error), endedAt: clock.now() } as const
    try {
      await notes.put({ ...one.note, job }, one.note.version)
      end(id, job)
    } catch {
      // Nor can this be written down: whoever can write again goes on with it.
      log.warn({ job: id, error: describeError(error) }, 'a job waits for the store')
      drop(id)
    }
  }

  function end(id: string, job: Job): void {
    drop(id)
    const fields = { job: id, kind: job.kind, deliveries: job.count, state: job.state }
    if (job.state === 'failed') log.error({ ...fields, error: job.error }, 'a job was given up')
    else log.info(fields, 'a job ended')
  }

  async function takeStep(job: Job, after: string | null): Promise<BatchStep & Partial<ReleaseStep>> {
    const limit = Math.max(1, Math.round(job.ratePerSecond / stepsPerSecond))
    const query = { ...job.filter, limit, ...(after === null ? {} : { after }) }
    const { kind, destination, move = false } = job
    if (kind === 'discard') return store.discardBatch(query, clock.now())
    if (kind === 'replay') {
      return store.replayBatch(query, clock.now(), destination === undefined ? undefined : { destination, move })
    }
    // What is rejected from now on is not its concern: while senders go on failing, it would never end.
    const to = Math.min(query.to ?? Number.POSITIVE_INFINITY, job.startedAt + 1)
    const releasing = releases()
    if (releasing === null) throw new Error('this process takes no releases')
    return releasing.releaseBatch({ ...query, to })
  }

  return {
    has: (id) => held.has(id),
    take(note) {
      const now = clock.now()
      // Whoever had it before may have died before it could let go of these.
      const one = { note, taken: note.recent ?? [], writtenAt: now, keptAt: now, dueAt: now, failures: 0 }
      held.set(note.job.id, one)
      run(note.job.id, one)
    },
    async stop() {
      stopped = true
      for (const cancel of timers.values()) cancel()
      await Promise.all(turns)
      // What cannot be given back now is found abandoned a little later.
      const giveBack = [...held.values()].map(({ note }) => notes.put({ ...note, owner: null }, note.version))
      await Promise.allSettled(giveBack)
      held.clear()
    },
  }
}

/** Between two steps, in milliseconds. */
function pauseOf({ ratePerSecond }: Job): number {
  return ratePerSecond >= stepsPerSecond ? 1_000 / stepsPerSecond : 1_000 / ratePerSecond
}
