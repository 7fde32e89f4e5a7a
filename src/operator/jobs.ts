import { randomUUID } from 'node:crypto'
import type { Clock } from '../delivery/clock.ts'
import { describeError } from '../delivery/one-line.ts'
import type { Log } from '../delivery/types.ts'
import type { BatchStep, DeliveryFilter, Store } from '../store/types.ts'
import type { ReleaseResult } from './quarantine.ts'

/** One step of a job that is not the store's own. */
export interface JobStep extends BatchStep {
  readonly results: readonly ReleaseResult[]
}

/** Takes one step after the place where the last one ended; null: from the start. */
export type TakeStep = (limit: number, after: string | null) => Promise<JobStep>

/** Something to do to every delivery that matches, or to every refused request. */
export interface JobRequest {
  readonly kind: 'replay' | 'discard' | 'release'
  readonly filter: DeliveryFilter
  /** Deliver to this destination instead; of a replay only. */
  readonly destination?: string
  /** Discard what was found, since another destination has it now. */
  readonly move?: boolean
  /** How many deliveries to change in a second, at most 10,000. */
  readonly ratePerSecond: number
}

export interface Job extends JobRequest {
  readonly id: string
  /** `failed`: what was not done yet is left as it was. */
  readonly state: 'running' | 'done' | 'cancelled' | 'failed'
  /** How many deliveries were changed so far. */
  readonly count: number
  /** Unix milliseconds. */
  readonly startedAt: number
  readonly endedAt: number | null
  readonly error: string | null
  /** What came of each refused request, the last ones only of very many. */
  readonly results: readonly ReleaseResult[]
}

export interface Jobs {
  /**
   * Null: too many are running.
   * @param takeStep of a job that the store has no step for: `release`
   */
  start(request: JobRequest, takeStep?: TakeStep): Job | null
  /** Newest first. */
  list(): readonly Job[]
  get(id: string): Job | null
  /** What was done stays done. False: it is not running. */
  cancel(id: string): boolean
  /** Cancels all and resolves once none has a step under way. */
  stop(): Promise<void>
}

export interface JobsOptions {
  readonly store: Pick<Store, 'replayBatch' | 'discardBatch'>
  readonly clock: Clock
  readonly log: Log
  /** Called when deliveries have become due. */
  readonly wake: () => void
}

const none: readonly ReleaseResult[] = []
const maxRunning = 8
const remembered = 100
const stepsPerSecond = 10
const rememberedResults = 1_000
const retryMs = 1_000
/** Steps that failed one after the other until a job is given up: about a minute. */
const maxFailures = 60

/**
 * Changes many deliveries a few at a time, so that live events are served meanwhile. Jobs live as long as the process: what
 * one has not reached when it ends is left as it was.
 */
export function createJobs({ store, clock, log, wake }: JobsOptions): Jobs {
  const jobs = new Map<string, Job>()
  const ownSteps = new Map<string, TakeStep>()
  const steps = new Set<Promise<void>>()

  function update(id: string, change: Partial<Job>): Job | undefined {
    const job = jobs.get(id)
    if (job === undefined) return undefined
    const changed = { ...job, ...change }
    jobs.set(id, changed)
    return changed
  }

  function end(id: string, state: Job['state'], error: string | null = null): void {
    ownSteps.delete(id)
    const job = update(id, { state, error, endedAt: clock.now() })
    if (job === undefined) return
    const fields = { job: id, kind: job.kind, deliveries: job.count, state }
    if (state === 'failed') log.error({ ...fields, error }, 'a job was given up')
    else log.info(fields, 'a job ended')
  }

  function advance(id: string, after: string | null, failures: number): void {
    const job = jobs.get(id)
    if (job?.state !== 'running') return
    const step = takeStep(job, after).then(
      ({ count, next, results = none }) => {
        const before = jobs.get(id) ?? job
        const all = results.length === 0 ? before.results : [...before.results, ...results].slice(-rememberedResults)
        const { state } = update(id, { count: before.count + count, results: all }) ?? job
        if (count > 0 && job.kind === 'replay') wake()
        if (state !== 'running') return
        if (next === null) end(id, 'done')
        else clock.setTimer(() => advance(id, next, 0), count === 0 ? 0 : pauseOf(job))
      },
      (error: unknown) => {
        if (jobs.get(id)?.state !== 'running') return
        if (failures + 1 >= maxFailures) end(id, 'failed', describeError(error))
        else clock.setTimer(() => advance(id, after, failures + 1), retryMs)
      },
    )
    steps.add(step)
    void step.finally(() => steps.delete(step))
  }

  function takeStep(job: Job, after: string | null): Promise<BatchStep & Partial<JobStep>> {
    const limit = Math.max(1, Math.round(job.ratePerSecond / stepsPerSecond))
    const own = ownSteps.get(job.id)
    if (own !== undefined) return own(limit, after)
    const query = { ...job.filter, limit, ...(after === null ? {} : { after }) }
    if (job.kind === 'discard') return store.discardBatch(query, clock.now())
    const { destination, move = false } = job
    return store.replayBatch(query, clock.now(), destination === undefined ? undefined : { destination, move })
  }

  function forgetOldest(): void {
    for (const [id, { state }] of jobs) {
      if (jobs.size < remembered) return
      if (state !== 'running') jobs.delete(id)
    }
  }

  return {
    start(request, ownStep) {
      if ([...jobs.values()].filter(({ state }) => state === 'running').length >= maxRunning) return null
      forgetOldest()
      const id = `job_${randomUUID()}`
      const job: Job = {
        ...request,
        id,
        state: 'running',
        count: 0,
        startedAt: clock.now(),
        endedAt: null,
        error: null,
        results: none,
      }
      jobs.set(id, job)
      if (ownStep !== undefined) ownSteps.set(id, ownStep)
      log.info({ job: id, kind: job.kind, filter: job.filter, destination: job.destination }, 'a job began')
      advance(id, null, 0)
      return job
    },
    list: () => [...jobs.values()].reverse(),
    get: (id) => jobs.get(id) ?? null,
    cancel(id) {
      if (jobs.get(id)?.state !== 'running') return false
      end(id, 'cancelled')
      return true
    },
    async stop() {
      for (const [id, { state }] of jobs) if (state === 'running') end(id, 'cancelled')
      await Promise.all(steps)
    },
  }
}

/** Between two steps, in milliseconds. */
function pauseOf({ ratePerSecond }: JobRequest): number {
  return ratePerSecond >= stepsPerSecond ? 1_000 / stepsPerSecond : 1_000 / ratePerSecond
}
