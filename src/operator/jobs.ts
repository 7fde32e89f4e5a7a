import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '../delivery/clock.ts'
import { describeError } from '../delivery/one-line.ts'
import type { Log } from '../delivery/types.ts'
import type { Store } from '../store/types.ts'
import { createJobNotes, type Job, type JobNote, type JobRequest } from './job-notes.ts'
import { abandonedMs, createJobWork } from './job-work.ts'
import type { ReleaseResult, Releases } from './quarantine.ts'

export type { Job, JobRequest } from './job-notes.ts'

export interface JobDetail extends Job {
  /** What came of each rejected request, the last ones only of very many. */
  readonly results: readonly ReleaseResult[]
}

/** Every method that answers with a promise, but `stop`, throws `StoreUnavailableError` when the store cannot do it now. */
export interface Jobs {
  /** From now on releases are worked on too; a process that is never told of them leaves releases to others. */
  takeReleases(releases: Releases): void
  /** Null: too many are running. */
  start(request: JobRequest): Promise<Job | null>
  /** Newest first. */
  list(): Promise<readonly Job[]>
  get(id: string): Promise<JobDetail | null>
  /** What was done stays done. False: it is not running. */
  cancel(id: string): Promise<boolean>
  /** Goes on with jobs that nobody works on, now and later. */
  begin(): void
  /** Leaves what is running to another process, or to the next start, and resolves once no step is under way. */
  stop(): Promise<void>
}

export interface JobsOptions {
  readonly store: Pick<Store, 'replayBatch' | 'discardBatch' | 'notes' | 'note' | 'setNote' | 'shared'>
  readonly clock: Clock
  readonly log: Log
  /** Called when deliveries have become due. */
  readonly wake: () => void
}

const maxRunning = 8
const remembered = 100
/** How often jobs are looked for that another process left behind. */
const lookMs = 5_000

/**
 * Changes many deliveries a few at a time, so that live events are served meanwhile. Jobs are in the store: every process
 * that shares it sees and can cancel them, and one that ends leaves its jobs to the others, or to its next start.
 */
export function createJobs({ store, clock, log, wake }: JobsOptions): Jobs {
  const notes = createJobNotes(store)
  const owner = randomUUID()
  let releases: Releases | null = null
  const work = createJobWork({ store, notes, releases: () => releases, owner, clock, log, wake })
  const nextId = idsInOrder(clock)
  let cancelLook = () => {}
  let stopped = false

  /** Of a store of one's own nobody else can be at work on a job. */
  function isLeft({ job, owner: worker, ageMs }: JobNote): boolean {
    if (job.state !== 'running' || work.has(job.id)) return false
    return worker === null || !store.shared || ageMs > abandonedMs
  }

  async function look(): Promise<void> {
    for (const note of (await notes.list()).filter(isLeft)) {
      if (note.job.kind === 'release') {
        if (note.recent === undefined) await end(note)
        if (note.recent === undefined || releases === null) continue
      }
      const version = await notes.put({ ...note, owner }, note.version)
      if (version === null || stopped) continue
      log.info({ job: note.job.id, kind: note.job.kind, deliveries: note.job.count }, 'a job goes on')
      work.take({ ...note, owner, version })
    }
  }

  /** A release of an earlier version, which did not write down what it was to release. */
  async function end(note: JobNote): Promise<void> {
    const error = 'An earlier version of Posthorn began it: start it again for what it has not reached.'
    await notes.put({ ...note, job: { ...note.job, state: 'failed', error, endedAt: clock.now() } }, note.version)
  }

  function lookAgain(): void {
    if (stopped) return
    look()
      .catch((error: unknown) => log.warn({ error: describeError(error) }, 'jobs could not be looked for'))
      .finally(() => {
        if (!stopped) cancelLook = clock.setTimer(lookAgain, store.shared ? lookMs : abandonedMs)
      })
  }

  async function forgetOldest(known: readonly JobNote[]): Promise<void> {
    const ended = known.filter(({ job }) => job.state !== 'running')
    for (const note of ended.slice(Math.max(0, remembered - 1 - (known.length - ended.length))))
      await notes.forget(note)
  }

  return {
    takeReleases(taken) {
      releases = taken
    },
    async start(request) {
      const known = await notes.list()
      if (known.filter(({ job }) => job.state === 'running').length >= maxRunning) return null
      await forgetOldest(known)
      const started = { state: 'running', count: 0, startedAt: clock.now(), endedAt: null, error: null } as const
      const job: Job = { ...request, ...started, id: nextId() }
      const begun = { job, owner, after: null, ...(job.kind === 'release' ? { recent: [] } : {}) }
      const version = await notes.put(begun, null)
      // Nobody else makes an id with so many random bits in the same millisecond.
      if (version === null) throw new Error(`there is a job ${job.id} already`)
      log.info({ job: job.id, kind: job.kind, filter: job.filter, destination: job.destination }, 'a job began')
      work.take({ ...begun, version, ageMs: 0 })
      return job
    },
    list: async () => (await notes.list()).map(({ job }) => job),
    async get(id) {
      const note = await notes.get(id)
      if (note === null) return null
      return { ...note.job, results: await notes.results(note) }
    },
    async cancel(id) {
      for (;;) {
        const note = await notes.get(id)
        if (note?.job.state !== 'running') return false
        const job = { ...note.job, state: 'cancelled', endedAt: clock.now() } as const
        // Where a step was faster, what it did is counted first.
        if ((await notes.put({ ...note, job }, note.version)) === null) continue
        log.info({ job: id, kind: job.kind, deliveries: job.count, state: job.state }, 'a job ended')
        return true
      }
    },
    begin: lookAgain,
    async stop() {
      stopped = true
      cancelLook()
      await work.stop()
    },
  }
}

/** Text order is the order of making, among those of one process even within a millisecond. */
function idsInOrder(clock: Clock): () => string {
  let last = 0
  return () => {
    last = Math.max(last + 1, clock.now())
    return `job_${last.toString(36).padStart(9, '0')}${randomBytes(6).toString('hex')}`
  }
}
