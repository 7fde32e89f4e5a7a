import type { Clock } from '../delivery/clock.ts'
import { describeError } from '../delivery/one-line.ts'
import type { Log } from '../delivery/types.ts'
import type { BatchStep, Store } from '../store/types.ts'
import type { Job, JobNote, JobNotes } from './job-notes.ts'
import type { ReleaseResult } from './quarantine.ts'

/** One step of a job that is not the store's own. */
export interface JobStep extends BatchStep {
  readonly results: readonly ReleaseResult[]
}

/** Takes one step after the place where the last one ended; null: from the start. */
export type TakeStep = (limit: number, after: string | null) => Promise<JobStep>

/** The jobs that this process works on. */
export interface JobWork {
  has(id: string): boolean
  /** Of a note that says that this process is its owner. */
  take(note: JobNote, takeStep?: TakeStep): void
  /** Gives all of them back, and resolves once no step is under way. */
  stop(): Promise<void>
}

export interface JobWorkOptions {
  readonly store: Pick<Store, 'replayBatch' | 'discardBatch' | 'shared'>
  readonly notes: JobNotes
  readonly owner: string
  readonly clock: Clock
  readonly log: Log
  readonly wake: () => void
}

/** A job whose note is older than this has nobody who works on it. */
export const abandonedMs = 20_000
/** Who works on a job says so at least so often. */
const aliveMs = 5_000
/** What came of so many refused requests is remembered, the last ones. */
const rememberedResults = 1_000
/** Steps that found nothing need not be written down one by one. */
const unwrittenMs = 1_000
const stepsPerSecond = 10
const retryMs = 1_000
/** Steps that failed one after the other until a job is given up: about a minute. */
const maxFailures = 60

interface Held {
  readonly ownStep: TakeStep | null
  note: JobNote
  results: readonly ReleaseResult[]
  /** What of them was written. */
  written: readonly ReleaseResult[]
  /** When the note and the results were written, and when the next step is due, in Unix milliseconds. */
  writtenAt: number
  resultsWrittenAt: number
  dueAt: number
  failures: number
}

export function createJobWork({ store, notes, owner, clock, log, wake }: JobWorkOptions): JobWork {
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
    // Nobody else writes the note while it names this process but to end the job, so what is kept here is newer.
    if (known === null || known.job.state !== 'running' || known.owner !== owner) {
      if (known !== null) await writeResults(id, one)
      return drop(id)
    }
    const isDue = one.note.job.state === 'running' && clock.now() >= one.dueAt
    if (!isDue || (await step(one))) await write(id, one)
    if (held.has(id) && one.note.job.state !== 'running') end(id, one.note.job)
  }

  /** Whether what it came to should be written down now. */
  async function step(one: Held): Promise<boolean> {
    const { job, after } = one.note
    const { count, next, results = [] } = await takeStep(one, job, after)
    if (results.length > 0) one.results = [...one.results, ...results].slice(-rememberedResults)
    one.failures = 0
    one.dueAt = clock.now() + (count === 0 ? 0 : pauseOf(job))
    const ended = next === null ? ({ state: 'done', endedAt: clock.now() } as const) : {}
    one.note = { ...one.note, after: next, job: { ...job, ...ended, count: job.count + count } }
    if (count > 0 && job.kind === 'replay') wake()
    return count > 0 || next === null || clock.now() - one.writtenAt >= unwrittenMs
  }

  async function writeResults(id: string, one: Held): Promise<void> {
    const { results } = one
    if (results === one.written) return
    await notes.putResults(id, results)
    one.written = results
    one.resultsWrittenAt = clock.now()
  }

  async function write(id: string, one: Held): Promise<void> {
    const isTime = one.note.job.state !== 'running' || clock.now() - one.resultsWrittenAt >= unwrittenMs
    // First: who sees the end of a job sees all that came of it.
    if (isTime) await writeResults(id, one)
    const version = await notes.put(one.note, one.note.version)
    if (version !== null) {
      one.note = { ...one.note, version }
      one.writtenAt = clock.now()
      return
    }
    // It was cancelled during the step; what the step did counts all the same.
    await writeResults(id, one)
    const known = await notes.get(id)
    if (known !== null && known.job.state !== 'running') {
      await notes.put({ ...known, job: { ...known.job, count: one.note.job.count } }, known.version)
    }
    drop(id)
  }

  async function failed(id: string, one: Held, error: unknown): Promise<void> {
    one.failures += 1
    one.dueAt = clock.now() + retryMs
    if (one.failures < maxFailures || !held.has(id)) return
    const job = { ...one.note.job, state: 'failed', error: describeError(error), endedAt: clock.now() } as const
    try {
      await writeResults(id, one)
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

  function takeStep({ ownStep }: Held, job: Job, after: string | null): Promise<BatchStep & Partial<JobStep>> {
    const limit = Math.max(1, Math.round(job.ratePerSecond / stepsPerSecond))
    if (ownStep !== null) return ownStep(limit, after)
    const query = { ...job.filter, limit, ...(after === null ? {} : { after }) }
    if (job.kind === 'discard') return store.discardBatch(query, clock.now())
    const { destination, move = false } = job
    return store.replayBatch(query, clock.now(), destination === undefined ? undefined : { destination, move })
  }

  return {
    has: (id) => held.has(id),
    take(note, ownStep = undefined) {
      const none: readonly ReleaseResult[] = []
      const now = clock.now()
      const one = {
        ownStep: ownStep ?? null,
        note,
        results: none,
        written: none,
        writtenAt: now,
        resultsWrittenAt: now,
        dueAt: now,
        failures: 0,
      }
      held.set(note.job.id, one)
      run(note.job.id, one)
    },
    async stop() {
      stopped = true
      for (const cancel of timers.values()) cancel()
      await Promise.all(turns)
      // What cannot be given back now is found abandoned a little later.
      const giveBack = [...held].map(async ([id, one]) => {
        await writeResults(id, one)
        await notes.put({ ...one.note, owner: null }, one.note.version)
      })
      await Promise.allSettled(giveBack)
      held.clear()
    },
  }
}

/** Between two steps, in milliseconds. */
function pauseOf({ ratePerSecond }: Job): number {
  return ratePerSecond >= stepsPerSecond ? 1_000 / stepsPerSecond : 1_000 / ratePerSecond
}
