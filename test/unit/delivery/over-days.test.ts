import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createDispatcher } from '../../../src/delivery/dispatcher.ts'
import type { AttemptReport } from '../../../src/delivery/report.ts'
import { DEFAULT_SCHEDULE } from '../../../src/delivery/schedule.ts'
import type { Destination, Outcome } from '../../../src/delivery/types.ts'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { quietStore } from './quiet-store.ts'
import { destination, fakeClock, recordedLog } from './support.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const refused: Outcome = { result: 'failed', status: 503, error: 'the destination answered 503' }
const taken: Outcome = { result: 'delivered', status: 200 }

interface Attempted {
  readonly id: string
  readonly attempt: number
  /** Milliseconds since the test began. */
  readonly at: number
}

/** The engine over a store on the disk, with a clock that goes only where the test moves it. */
async function engine(t: TestContext, destinations: readonly Destination[], random: () => number = () => 0.5) {
  const { store, quiet } = quietStore(await openSqliteStore({ dataDir: tempDir(), dedupRetentionMs: 35 * 24 * HOUR }))
  const start = Date.now() + MINUTE
  const clock = fakeClock(start, quiet)
  const reports: AttemptReport[] = []
  const observe = (report: AttemptReport) => void reports.push(report)
  const log = recordedLog()
  // Nobody else leaves work in this store, and a week of looking for it every ten seconds would be long.
  const gathering = { endedMs: 0, newMs: 0 }
  const dispatcher = createDispatcher({
    store,
    destinations,
    clock,
    log,
    random,
    observe,
    pollMs: HOUR,
    gathering,
    brake: null,
  })
  dispatcher.start()
  t.after(async () => {
    const stopped = dispatcher.stop()
    await clock.advance(MINUTE)
    await stopped
    await store.close()
  })

  /** Stores an event as its sender's first or repeated request would, and gives its id. */
  async function accept(key: string, names = destinations.map(({ name }) => name)): Promise<string> {
    const { id } = await store.accept({
      source: 'acme',
      type: 'order.created',
      externalId: key,
      dedupKey: `acme:${key}`,
      replay: null,
      receivedAt: clock.now(),
      headers: [],
      body: Buffer.from(key),
      destinations: names,
    })
    dispatcher.wake()
    return id
  }

  const deliveryOf = async (id: string) => (await store.get(id))?.deliveries[0]
  return { store, clock, dispatcher, log, reports, accept, deliveryOf, elapsed: () => clock.now() - start }
}

/** A destination that writes down what is attempted, and does with it as the test says. */
function watched(name: string, outcome: () => Outcome, elapsed: () => number, overrides: Partial<Destination> = {}) {
  const attempts: Attempted[] = []
  const place = destination(name, {
    schedule: DEFAULT_SCHEDULE,
    async attempt({ id }, { attempt }) {
      attempts.push({ id, attempt, at: elapsed() })
      return outcome()
    },
    ...overrides,
  })
  return { attempts, place }
}

describe('a delivery that never succeeds', () => {
  for (const [chance, share] of [
    [0.5, 1],
    [0, 0.8],
    [1 - Number.EPSILON, 1.2],
  ] as const) {
    it(`at ${share} times its delays is attempted through all 72 hours, then dead, and begins anew when its sender repeats it`, async (t) => {
      let elapsed = () => 0
      const { attempts, place } = watched(
        'app',
        () => refused,
        () => elapsed(),
        { breaker: null },
      )
      const { clock, accept, deliveryOf, ...run } = await engine(t, [place], () => chance)
      elapsed = run.elapsed
      const id = await accept('1')
      await clock.advance(7 * 24 * HOUR)

      const expected = [0]
      for (const delay of DEFAULT_SCHEDULE.delays) expected.push((expected.at(-1) ?? 0) + Math.round(delay * share))
      assert.deepEqual(
        attempts.map(({ at }) => at),
        expected,
      )
      assert.equal(attempts.at(-1)?.at, Math.round(72 * HOUR * share))
      assert.deepEqual(
        attempts.map(({ attempt }) => attempt),
        expected.map((_, i) => i + 1),
      )
      assert.equal((await deliveryOf(id))?.state, 'dead')

      // The sender's own "redeliver" sends the event again under its id.
      const again = await accept('1')
      assert.equal(again, id)
      await clock.advance(6 * SECOND)
      assert.equal(attempts.length, expected.length + 2, 'at once, and after five seconds')
      assert.equal((await deliveryOf(id))?.state, 'pending')
      await clock.advance(7 * 24 * HOUR)
      assert.equal(attempts.length, 2 * expected.length, 'a whole series')
      assert.equal((await deliveryOf(id))?.state, 'dead')
    })
  }
})

describe('a destination that is down for an hour', () => {
  it('is left alone with all that comes meanwhile, and then gets everything once', async (t) => {
    let elapsed = () => 0
    let down = true
    const { attempts, place } = watched(
      'app',
      () => (down ? refused : taken),
      () => elapsed(),
    )
    const { clock, accept, store, log, ...run } = await engine(t, [place])
    elapsed = run.elapsed
    const ids: string[] = []
    // A backlog at once, then six a minute.
    for (let n = 0; n < 200; n += 1) ids.push(await accept(`backlog-${n}`))
    for (let n = 0; n < 360; n += 1) {
      await clock.advance(10 * SECOND)
      ids.push(await accept(`live-${n}`))
    }
    assert.equal(elapsed(), HOUR)
    await clock.advance(0)
    const spent = attempts.length
    // What was under way when it opened, then a probe after 30 s, 1, 2, 4, 8 and each further 10 minutes.
    assert.ok(spent >= 10 && spent <= 10 + place.concurrency + 9, `${spent} attempts in the hour that it was down`)
    const longestSilence = Math.max(...attempts.slice(1).map(({ at }, i) => at - (attempts[i]?.at ?? 0)))
    assert.ok(longestSilence <= 10 * MINUTE, 'it is asked every ten minutes at the latest')

    down = false
    await clock.advance(10 * MINUTE)
    const arrived = attempts.slice(spent).map(({ id }) => id)
    const retried = new Set(attempts.slice(0, spent).map(({ id }) => id))
    // Those that had spent attempts are due when their own schedule says so.
    await clock.advance(HOUR)
    const all = attempts.slice(spent).map(({ id }) => id)
    assert.deepEqual(all.toSorted(), ids.toSorted(), 'each once, none missing')
    assert.deepEqual(
      ids.filter((id) => !retried.has(id) && !arrived.includes(id)),
      [],
      'what had only waited came within ten minutes of its return',
    )
    for (const { id, attempt } of attempts.slice(spent)) if (!retried.has(id)) assert.equal(attempt, 1)
    const { deliveries } = await store.deliveries({ limit: 1_000 })
    assert.equal(deliveries.filter(({ state }) => state === 'done').length, ids.length)
    assert.equal(log.lines.filter(({ message }) => message.startsWith('the destination only fails')).length, 1)
    t.diagnostic(`${ids.length} events in the hour, ${spent} attempts spent on it, all taken once afterwards`)
  })
})

describe('ten destinations', () => {
  it('of which one hangs: the other nine get everything while not a millisecond passes', async (t) => {
    let elapsed = () => 0
    const others = Array.from({ length: 9 }, (_, n) =>
      watched(
        `app-${n}`,
        () => taken,
        () => elapsed(),
      ),
    )
    const hanging: string[] = []
    const stuck = destination('stuck', {
      schedule: DEFAULT_SCHEDULE,
      attempt: (event, { signal }) => {
        hanging.push(event.id)
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    })
    const { clock, accept, ...run } = await engine(t, [stuck, ...others.map(({ place }) => place)])
    elapsed = run.elapsed
    const ids = await Promise.all(Array.from({ length: 300 }, (_, n) => accept(String(n))))
    await clock.advance(0)
    for (const { attempts } of others) {
      assert.deepEqual(attempts.map(({ id }) => id).toSorted(), ids.toSorted())
    }
    assert.equal(hanging.length, stuck.concurrency, 'it has its own slots and no more')
    await clock.advance(stuck.timeoutMs)
    assert.equal(run.reports.filter(({ destination: name, error }) => name === 'stuck' && error).length, 10)
  })
})

describe('a bulk replay', () => {
  it('waits for whatever is live', async (t) => {
    const begun: { readonly key: string; readonly end: () => void }[] = []
    let held = false
    const app = destination('app', {
      concurrency: 4,
      attempt: ({ body }, { signal }) => {
        const key = Buffer.from(body).toString()
        if (!held) return Promise.resolve(taken)
        return new Promise((resolve) => {
          const end = () => resolve(taken)
          begun.push({ key, end })
          signal.addEventListener('abort', end)
        })
      },
    })
    const { clock, accept, store, dispatcher } = await engine(t, [app])
    for (let n = 0; n < 100; n += 1) await accept(`old-${n}`)
    await clock.advance(0)
    held = true
    let after: string | null = null
    let count = 0
    do {
      const step = await store.replayBatch({ limit: 30, ...(after === null ? {} : { after }) }, clock.now())
      count += step.count
      after = step.next
    } while (after !== null)
    assert.equal(count, 100)
    dispatcher.wake()
    await clock.advance(0)
    assert.equal(begun.length, 4)

    let ended = 0
    for (let n = 0; n < 20; n += 1) {
      const key = `live-${n}`
      await accept(key)
      await clock.advance(0)
      // Every slot is taken by the replay: the next one that is free is the live event's.
      begun[ended]?.end()
      ended += 1
      await clock.advance(0)
      assert.equal(begun.at(-1)?.key, key)
    }
    while (ended < begun.length) {
      begun[ended]?.end()
      ended += 1
      await clock.advance(0)
    }
    assert.equal(begun.length, 120)
    assert.deepEqual(
      begun.filter(({ key }) => key.startsWith('old-')).map(({ key }) => key),
      Array.from({ length: 100 }, (_, n) => `old-${n}`),
      'the replay itself goes from the oldest to the newest',
    )
  })
})
