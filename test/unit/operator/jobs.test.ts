import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createJobs, type JobRequest, type Jobs } from '../../../src/operator/jobs.ts'
import type { ReleaseResult, Releases } from '../../../src/operator/quarantine.ts'
import type { BatchQuery, BatchStep, RejectionQuery } from '../../../src/store/types.ts'
import { type FakeClock, fakeClock, recordedLog, START } from '../delivery/support.ts'
import { notesDouble } from './notes-double.ts'

const request: JobRequest = { kind: 'replay', filter: { state: 'dead' }, ratePerSecond: 20 }

interface Step {
  readonly at: number
  readonly limit: number
  readonly after: string | undefined
  /** Which process took it. */
  readonly by: number
}

/** A store in which so many deliveries match, and processes that share it. */
function setUp(matching: number, shared = true) {
  const clock: FakeClock = fakeClock()
  const log = recordedLog()
  const notes = notesDouble(clock)
  const asked: Step[] = []
  let failures = 0
  let woken = 0
  let hold: Promise<void> = Promise.resolve()

  /** @param time of a process that may stand still while it goes on for the others */
  function open(by: number, time = clock): Jobs {
    const step = async ({ limit, after }: BatchQuery): Promise<BatchStep> => {
      if (failures > 0) {
        failures -= 1
        throw new Error('the store is away')
      }
      asked.push({ at: clock.now() - START, limit, after, by })
      await hold
      const begun = Number(after ?? 0)
      const count = Math.min(limit, matching - begun)
      return { count, next: begun + count >= matching ? null : String(begun + count) }
    }
    const wake = () => {
      woken += 1
    }
    return createJobs({ store: { ...notes, shared, replayBatch: step, discardBatch: step }, clock: time, log, wake })
  }

  return {
    clock,
    log,
    notes,
    asked,
    open,
    jobs: open(0),
    failNext: (n: number) => (failures = n),
    woken: () => woken,
    holdSteps() {
      const held = Promise.withResolvers<void>()
      hold = held.promise
      return held.resolve
    },
  }
}

async function idOf(started: ReturnType<Jobs['start']>): Promise<string> {
  const job = await started
  assert.ok(job)
  return job.id
}

describe('a job', () => {
  it('changes no more in a second than it may', async () => {
    const { clock, jobs, asked, woken } = setUp(25)
    const id = await idOf(jobs.start(request))
    await clock.advance(950)
    assert.deepEqual(
      asked.map(({ at, limit }) => [at, limit]),
      Array.from({ length: 10 }, (_, n) => [n * 100, 2]),
    )
    assert.equal((await jobs.get(id))?.state, 'running')
    assert.equal((await jobs.get(id))?.count, 20)
    await clock.advance(1_000)
    const { state, count, endedAt } = (await jobs.get(id)) ?? {}
    assert.deepEqual([state, count, endedAt], ['done', 25, START + 1_200])
    assert.equal(woken(), 13)
  })

  it('of less than one in a tenth of a second waits between them', async () => {
    const { clock, jobs, asked } = setUp(3)
    await jobs.start({ ...request, ratePerSecond: 0.1 })
    await clock.advance(25_000)
    assert.deepEqual(
      asked.map(({ at, limit }) => [at, limit]),
      [
        [0, 1],
        [10_000, 1],
        [20_000, 1],
      ],
    )
  })

  it('goes on where it was when the store comes back, and is given up when it does not', async () => {
    const { clock, jobs, asked, failNext, log } = setUp(4)
    const id = await idOf(jobs.start(request))
    await clock.advance(0)
    failNext(3)
    await clock.advance(5_000)
    assert.equal((await jobs.get(id))?.state, 'done')
    assert.deepEqual(
      asked.map(({ after }) => after),
      [undefined, '2'],
    )
    failNext(1_000)
    const doomed = await idOf(jobs.start(request))
    await clock.advance(120_000)
    const { state, error } = (await jobs.get(doomed)) ?? {}
    assert.deepEqual([state, error], ['failed', 'the store is away'])
    assert.ok(log.lines.some(({ message }) => message === 'a job was given up'))
  })

  it('stops when it is cancelled, by whichever process', async () => {
    const { clock, jobs, open, asked } = setUp(100)
    const other = open(1)
    const id = await idOf(jobs.start(request))
    await clock.advance(0)
    assert.equal((await other.get(id))?.state, 'running')
    assert.equal(await other.cancel(id), true)
    assert.equal(await jobs.cancel(id), false)
    assert.equal(await jobs.cancel('job_none'), false)
    await clock.advance(10_000)
    assert.equal(asked.length, 1)
    const { state, count } = (await jobs.list())[0] ?? {}
    assert.deepEqual([state, count], ['cancelled', 2])
  })

  it('that is cancelled during a step counts what the step did', async () => {
    const { clock, jobs, open, holdSteps } = setUp(100)
    const go = holdSteps()
    const id = await idOf(jobs.start(request))
    await clock.advance(0)
    assert.equal(await open(1).cancel(id), true)
    go()
    await clock.advance(1_000)
    const { state, count } = (await jobs.get(id)) ?? {}
    assert.deepEqual([state, count], ['cancelled', 2])
  })

  it('is left to the others by a process that stops, once its step has ended', async () => {
    const { clock, jobs, open, asked, holdSteps } = setUp(20)
    const go = holdSteps()
    const id = await idOf(jobs.start(request))
    await clock.advance(0)
    const stopped = jobs.stop()
    go()
    await stopped
    const other = open(1)
    other.begin()
    await clock.advance(5_000)
    assert.deepEqual([(await other.get(id))?.state, (await other.get(id))?.count], ['done', 20])
    assert.deepEqual(
      asked.map(({ after, by }) => [after, by]),
      Array.from({ length: 10 }, (_, n) => [n === 0 ? undefined : String(2 * n), n === 0 ? 0 : 1]),
    )
  })

  it('is taken over from a process that died, and from none that is alive, however slow the job', async () => {
    const { clock, open, asked } = setUp(5)
    const time = fakeClock()
    const mortal = open(0, time)
    const others = [open(1), open(2)]
    const id = await idOf(mortal.start({ ...request, ratePerSecond: 0.02 }))
    for (const other of others) other.begin()
    for (let s = 0; s < 90; s += 1) {
      await time.advance(1_000)
      await clock.advance(1_000)
    }
    assert.deepEqual(
      asked.map(({ by }) => by),
      [0, 0],
    )
    await clock.advance(30_000)
    assert.equal(asked.length, 3)
    assert.notEqual(asked[2]?.by, 0)
    await time.advance(60_000)
    assert.equal(asked.length, 3, 'who wakes up again sees that it is no longer its own')
    await clock.advance(200_000)
    assert.equal((await others[1]?.get(id))?.state, 'done')
    assert.equal(asked.filter(({ by }) => by === asked[2]?.by).length, 3)
  })

  it('that was taken over is left alone by the process that wakes up in the middle of it', async () => {
    const { clock, open, asked } = setUp(100_000)
    const time = fakeClock()
    await open(0, time).start(request)
    await time.advance(0)
    open(1).begin()
    await clock.advance(30_000)
    await time.advance(10_000)
    assert.equal(asked.filter(({ by }) => by === 0).length, 1)
    assert.ok(asked.length > 2)
  })

  it('of a store that nobody shares goes on at the next start at once', async () => {
    const { clock, open, asked } = setUp(40, false)
    await open(0, fakeClock()).start(request)
    open(1).begin()
    await clock.advance(0)
    assert.deepEqual(
      asked.map(({ by }) => by),
      [0, 1],
    )
  })

  it('is refused while eight run, and the oldest ended ones are forgotten', async () => {
    const { clock, jobs } = setUp(1_000)
    const running: string[] = []
    for (let n = 0; n < 8; n += 1) running.push(await idOf(jobs.start(request)))
    assert.equal(await jobs.start(request), null)
    for (const id of running) await jobs.cancel(id)
    for (let n = 0; n < 150; n += 1) await jobs.cancel(await idOf(jobs.start(request)))
    await clock.advance(0)
    const ids = (await jobs.list()).map(({ id }) => id)
    assert.equal(ids.length, 100)
    assert.deepEqual(ids, ids.toSorted().reverse(), 'newest first')
  })

  it('counts what was done once when a write came through that seemed to fail', async () => {
    const { clock, notes, open } = setUp(25)
    const { setNote } = notes
    let writes = 0
    notes.setNote = async (change) => {
      const version = await setNote(change)
      writes += 1
      if (writes === 4) throw new Error('the answer was lost')
      return version
    }
    const jobs = open(1)
    const id = await idOf(jobs.start(request))
    await clock.advance(5_000)
    const { state, count } = (await jobs.get(id)) ?? {}
    assert.deepEqual([state, count], ['done', 25])
  })

  describe('that releases', () => {
    const release: JobRequest = { kind: 'release', filter: {}, ratePerSecond: 20 }

    /** So many rejected requests, each genuine or not, and processes that can release them. */
    function rejectedRequests(count: number, isGenuine = true) {
      const kept = new Set(Array.from({ length: count }, (_, n) => `rej_${String(n).padStart(4, '0')}`))
      const stored = new Set<string>()
      const queries: RejectionQuery[] = []
      /** @param dies in its third step, before it can write down what it has taken, or before it can let go of it */
      const releases = (dies: 'taken' | 'written' | null = null, steps = 0): Releases => ({
        async releaseBatch(query) {
          steps += 1
          queries.push(query)
          const ids = [...kept].filter((id) => id > (query.after ?? '')).slice(0, query.limit)
          const results = ids.map((id): ReleaseResult => {
            if (!isGenuine) return { id, outcome: 'rejected', cause: 'mismatch', detail: 'no' }
            const event = { id, eventId: `evt_${id}`, type: 'order' }
            if (stored.has(id)) return { ...event, outcome: 'duplicate', conflict: false }
            stored.add(id)
            return { ...event, outcome: 'released' }
          })
          if (dies === 'taken' && steps === 3) await new Promise(() => {})
          return { count: ids.length, next: ids.at(-1) ?? null, results }
        },
        async letGo(results) {
          if (dies === 'written' && steps === 3) await new Promise(() => {})
          for (const { id, outcome } of results) if (outcome !== 'rejected') kept.delete(id)
        },
      })
      return { kept, stored, queries, releases }
    }

    function begin(jobs: Jobs, releases: Releases): Jobs {
      jobs.takeReleases(releases)
      jobs.begin()
      return jobs
    }

    it('asks for all that was rejected before it began, by the whole filter, from where it was', async () => {
      const { clock, jobs } = setUp(0)
      const { queries, releases } = rejectedRequests(4, false)
      const filter = { source: 'github', cause: 'mismatch', from: START - 5_000 }
      begin(jobs, releases())
      await jobs.start({ ...release, filter })
      await clock.advance(1_000)
      const asked = { ...filter, to: START + 1, limit: 2 }
      assert.deepEqual(queries, [asked, { ...asked, after: 'rej_0001' }, { ...asked, after: 'rej_0003' }])
      await jobs.start({ ...release, filter: { to: START - 1_000 } })
      await clock.advance(0)
      assert.equal(queries.at(-1)?.to, START - 1_000)
    })

    it('looks at none twice that is still rejected, and lets go of those that are not', async () => {
      for (const isGenuine of [true, false]) {
        const { clock, jobs } = setUp(0)
        const { kept, queries, releases } = rejectedRequests(5, isGenuine)
        const id = await idOf(begin(jobs, releases()).start(release))
        await clock.advance(1_000)
        const { state, count, results = [] } = (await jobs.get(id)) ?? {}
        assert.deepEqual([state, count, results.length, kept.size], ['done', 5, 5, isGenuine ? 0 : 5])
        assert.equal(new Set(queries.map(({ after }) => after)).size, queries.length)
      }
    })

    for (const dies of ['taken', 'written'] as const) {
      it(`is gone on with by another process, whatever it had ${dies} when it died, and counts each once`, async () => {
        const { clock, open } = setUp(0)
        const { kept, stored, releases } = rejectedRequests(25)
        const time = fakeClock()
        const id = await idOf(begin(open(0, time), releases(dies)).start(release))
        await time.advance(1_000)
        assert.deepEqual([stored.size, kept.size], [6, 21])
        const other = begin(open(1), releases())
        await clock.advance(60_000)
        const { state, count, results = [] } = (await other.get(id)) ?? {}
        assert.deepEqual([state, count, results.length], ['done', 25, 25])
        assert.deepEqual([kept.size, stored.size], [0, 25])
      })
    }

    it('shows each once that was written twice when its process died', async () => {
      const { clock, notes, open } = setUp(0)
      const { stored, releases } = rejectedRequests(40)
      const { setNote } = notes
      let isDead = false
      notes.setNote = async (change) => {
        if (isDead) return new Promise(() => {})
        isDead = change.kind === 'job-results'
        return setNote(change)
      }
      const time = fakeClock()
      const id = await idOf(begin(open(0, time), releases()).start(release))
      await time.advance(3_000)
      assert.equal(stored.size, 22, 'it died a second after it began')
      notes.setNote = setNote
      const other = begin(open(1), releases())
      await clock.advance(60_000)
      const { state, count, results = [] } = (await other.get(id)) ?? {}
      assert.deepEqual([state, count, results.length], ['done', 40, 40])
      assert.equal(new Set(results.map((result) => result.id)).size, 40)
    })

    it('is left alone by a process that takes none', async () => {
      const { clock, open } = setUp(0, false)
      const { queries, releases } = rejectedRequests(50)
      const first = begin(open(0), releases())
      const id = await idOf(first.start(release))
      await clock.advance(0)
      await first.stop()
      const blind = open(1)
      blind.begin()
      await clock.advance(60_000)
      assert.deepEqual([queries.length, (await blind.get(id))?.state], [1, 'running'])
      await blind.stop()
      const next = begin(open(2), releases())
      await clock.advance(60_000)
      const { state, count, error } = (await next.get(id)) ?? {}
      assert.deepEqual([state, count, error], ['done', 50, null])
    })

    it('of an earlier version ends, since what it was to release is not known', async () => {
      const { clock, notes, jobs } = setUp(0)
      const { queries, releases } = rejectedRequests(5)
      const written = { id: 'job_old', state: 'running', count: 3, startedAt: START, endedAt: null, error: null }
      const note = { job: { ...release, ...written }, owner: 'gone', after: '3' }
      await notes.setNote({ kind: 'job', key: 'job_old', value: JSON.stringify(note), version: null })
      begin(jobs, releases())
      await clock.advance(30_000)
      const { state, error, results } = (await jobs.get('job_old')) ?? {}
      assert.deepEqual([state, results, queries], ['failed', [], []])
      assert.match(error ?? '', /start it again/)
    })

    it('shows all that came of it to whoever sees its end', async () => {
      const { clock, notes, open } = setUp(0)
      const seen: [string, number][] = []
      const { setNote } = notes
      notes.setNote = async (change) => {
        const version = await setNote(change)
        const [job] = await jobs.list()
        if (job) seen.push([job.state, (await jobs.get(job.id))?.results.length ?? 0])
        return version
      }
      const jobs = begin(open(1), rejectedRequests(5, false).releases())
      await jobs.start(release)
      await clock.advance(1_000)
      assert.deepEqual(
        seen.filter(([state]) => state === 'done'),
        [['done', 5]],
      )
    })

    it('shows what came of it so far, and then the last thousand', async () => {
      const { clock, jobs } = setUp(0)
      const id = await idOf(begin(jobs, rejectedRequests(1_500, false).releases()).start(release))
      await clock.advance(2_450)
      const shown = (await jobs.get(id))?.results.map((result) => result.id)
      assert.deepEqual([shown?.length, new Set(shown).size, shown?.[0]], [50, 50, 'rej_0000'])
      await clock.advance(80_000)
      const { state, count, results = [] } = (await jobs.get(id)) ?? {}
      assert.deepEqual([state, count, results.length], ['done', 1_500, 1_000])
      assert.deepEqual([results[0]?.id, results.at(-1)?.id], ['rej_0500', 'rej_1499'])
    })

    for (const end of ['was cancelled', 'its process stopped'] as const) {
      it(`shows what came of it until it ${end}`.replace('it its', 'its'), async () => {
        const { clock, jobs, open } = setUp(0)
        const id = await idOf(begin(jobs, rejectedRequests(100, false).releases()).start(release))
        await clock.advance(450)
        if (end === 'was cancelled') await jobs.cancel(id)
        else await jobs.stop()
        await clock.advance(1_000)
        assert.equal((await open(1).get(id))?.results.length, 10)
      })
    }
  })
})
