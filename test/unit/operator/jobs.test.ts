import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createJobs, type JobRequest } from '../../../src/operator/jobs.ts'
import type { BatchQuery, BatchStep } from '../../../src/store/types.ts'
import { fakeClock, recordedLog, START } from '../delivery/support.ts'

const request: JobRequest = { kind: 'replay', filter: { state: 'dead' }, ratePerSecond: 20 }

/** A store in which so many deliveries match. */
function setUp(matching: number) {
  const clock = fakeClock()
  const log = recordedLog()
  const asked: { readonly at: number; readonly limit: number; readonly after: string | undefined }[] = []
  let failures = 0
  let woken = 0
  const step = async ({ limit, after }: BatchQuery): Promise<BatchStep> => {
    if (failures > 0) {
      failures -= 1
      throw new Error('the store is away')
    }
    asked.push({ at: clock.now() - START, limit, after })
    const begun = Number(after ?? 0)
    const count = Math.min(limit, matching - begun)
    return { count, next: begun + count >= matching ? null : String(begun + count) }
  }
  const jobs = createJobs({
    store: { replayBatch: step, discardBatch: step },
    clock,
    log,
    wake: () => {
      woken += 1
    },
  })
  return { clock, log, jobs, asked, failNext: (n: number) => (failures = n), woken: () => woken }
}

describe('a job', () => {
  it('changes no more in a second than it may', async () => {
    const { clock, jobs, asked, woken } = setUp(25)
    const job = jobs.start(request)
    assert.ok(job)
    await clock.advance(950)
    assert.deepEqual(
      asked.map(({ at, limit }) => [at, limit]),
      Array.from({ length: 10 }, (_, n) => [n * 100, 2]),
    )
    assert.equal(jobs.get(job.id)?.state, 'running')
    assert.equal(jobs.get(job.id)?.count, 20)
    await clock.advance(1_000)
    assert.deepEqual(
      [jobs.get(job.id)?.state, jobs.get(job.id)?.count, jobs.get(job.id)?.endedAt],
      ['done', 25, START + 1_200],
    )
    assert.equal(woken(), 13)
  })

  it('of less than one in a tenth of a second waits between them', async () => {
    const { clock, jobs, asked } = setUp(3)
    jobs.start({ ...request, ratePerSecond: 0.5 })
    await clock.advance(5_000)
    assert.deepEqual(
      asked.map(({ at, limit }) => [at, limit]),
      [
        [0, 1],
        [2_000, 1],
        [4_000, 1],
      ],
    )
  })

  it('goes on where it was when the store comes back, and is given up when it does not', async () => {
    const { clock, jobs, asked, failNext, log } = setUp(4)
    const job = jobs.start(request)
    await clock.advance(0)
    failNext(3)
    await clock.advance(5_000)
    assert.equal(jobs.get(job?.id ?? '')?.state, 'done')
    assert.deepEqual(
      asked.map(({ after }) => after),
      [undefined, '2'],
    )
    failNext(1_000)
    const doomed = jobs.start(request)
    await clock.advance(120_000)
    assert.deepEqual(
      [jobs.get(doomed?.id ?? '')?.state, jobs.get(doomed?.id ?? '')?.error],
      ['failed', 'the store is away'],
    )
    assert.ok(log.lines.some(({ message }) => message === 'a job was given up'))
  })

  it('stops when it is cancelled, and when the process stops', async () => {
    const { clock, jobs, asked } = setUp(100)
    const job = jobs.start(request)
    await clock.advance(0)
    assert.equal(jobs.cancel(job?.id ?? ''), true)
    assert.equal(jobs.cancel(job?.id ?? ''), false)
    const other = jobs.start(request)
    await clock.advance(0)
    await jobs.stop()
    await clock.advance(10_000)
    assert.equal(asked.length, 2)
    assert.deepEqual(
      jobs.list().map(({ id, state }) => [id, state]),
      [
        [other?.id, 'cancelled'],
        [job?.id, 'cancelled'],
      ],
    )
  })

  it('is refused while eight run, and the oldest ended ones are forgotten', async () => {
    const { clock, jobs } = setUp(1_000)
    const running = Array.from({ length: 8 }, () => jobs.start(request))
    assert.ok(running.every((job) => job !== null))
    assert.equal(jobs.start(request), null)
    for (const job of running) jobs.cancel(job?.id ?? '')
    for (let n = 0; n < 150; n += 1) jobs.cancel(jobs.start(request)?.id ?? '')
    await clock.advance(0)
    assert.ok(jobs.list().length <= 100)
  })
})
