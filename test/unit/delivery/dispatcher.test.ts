import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DEFAULT_BREAKER } from '../../../src/delivery/breaker.ts'
import { createDispatcher, type Dispatcher, type DispatcherOptions } from '../../../src/delivery/dispatcher.ts'
import type { AttemptReport } from '../../../src/delivery/report.ts'
import { withTransform } from '../../../src/delivery/transform.ts'
import type { AttemptContext, DeliverableEvent, Destination, Outcome } from '../../../src/delivery/types.ts'
import { withTrace } from '../../../src/tracing/stored-trace.ts'
import type { TraceContext } from '../../../src/tracing/trace-context.ts'
import { storeDouble, storeDown } from './store-double.ts'
import { destination, event, fakeClock, recordedLog, START, settle } from './support.ts'

const failing: Outcome = { result: 'failed', status: 500, error: 'the destination answered 500' }

function setUp(destinations: readonly Destination[], options: Partial<DispatcherOptions> = {}) {
  const store = storeDouble()
  const clock = fakeClock()
  const log = recordedLog()
  const dispatcher = createDispatcher({
    store,
    destinations,
    clock,
    log,
    random: () => 0.5,
    pollMs: 60_000,
    gathering: { endedMs: 0, newMs: 0 },
    brake: null,
    ...options,
  })
  return { store, clock, log, dispatcher }
}

/** A destination whose attempts end when the test says so. */
function manual(name: string, overrides: Partial<Destination> = {}) {
  const begun: { event: DeliverableEvent; context: AttemptContext; end: (outcome: Outcome) => void }[] = []
  const held = destination(name, {
    attempt: (one, context) =>
      new Promise<Outcome>((resolve) => {
        const end = resolve
        begun.push({ event: one, context, end })
        context.signal.addEventListener('abort', () => {
          end({ result: 'failed', status: null, error: String(context.signal.reason.message) })
        })
      }),
    ...overrides,
  })
  return { begun, held }
}

async function stopped(dispatcher: Dispatcher, clock: ReturnType<typeof fakeClock>): Promise<void> {
  const done = dispatcher.stop()
  await clock.advance(60_000)
  await done
}

describe('dispatcher', () => {
  it('delivers what is due once it is started, and not before', async () => {
    const seen: string[] = []
    const { store, clock, dispatcher } = setUp([
      destination('a', {
        attempt: async ({ id }) => {
          seen.push(id)
          return { result: 'delivered', status: 204 }
        },
      }),
    ])
    store.add(event(), ['a'], START)
    dispatcher.wake()
    await settle()
    assert.deepEqual(seen, [])
    dispatcher.start()
    await settle()
    assert.deepEqual(seen, ['evt_1'])
    assert.equal(store.row('evt_1', 'a').state, 'done')
    assert.equal(store.row('evt_1', 'a').lastStatus, 204)
    assert.deepEqual(clock.timers(), [START + 60_000], 'only the poll is left')
    await stopped(dispatcher, clock)
  })

  it('tries a failed delivery again as the schedule says, then gives it up', async () => {
    const at: number[] = []
    const { store, clock, log, dispatcher } = setUp([
      destination('a', {
        attempt: async (_event, { now }) => {
          at.push(now() - START)
          return failing
        },
      }),
    ])
    store.add(event(), ['a'], START)
    dispatcher.start()
    await clock.advance(10 * 60_000)
    assert.deepEqual(at, [0, 5_000, 35_000])
    const row = store.row('evt_1', 'a')
    assert.equal(row.state, 'dead')
    assert.equal(row.lastStatus, 500)
    assert.equal(row.lastError, 'the destination answered 500')
    assert.deepEqual(
      log.lines.map(({ level, outcome, attempt }) => [level, outcome, attempt]),
      [
        ['warn', 'retry', 1],
        ['warn', 'retry', 2],
        ['error', 'dead', 3],
      ],
    )
    await stopped(dispatcher, clock)
  })

  it('hands on one trace over all attempts of an event, each from a span of its own', async () => {
    const traces: TraceContext[] = []
    const shown: (readonly string[])[] = []
    const { store, clock, log, dispatcher } = setUp([
      destination('a', {
        attempt: async ({ headers }, { trace }) => {
          traces.push(trace)
          shown.push(headers)
          return failing
        },
      }),
    ])
    const sent = ['traceparent', `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`, 'tracestate', 'x=y']
    const accepted = { traceId: '3'.repeat(32), spanId: '4'.repeat(16), flags: 1 }
    store.add(event({ headers: sent }), ['a'], START)
    store.add(event({ id: 'evt_2', headers: [] }), ['a'], START)
    store.add(event({ id: 'evt_3', headers: withTrace(sent, accepted) }), ['a'], START)
    dispatcher.start()
    await clock.advance(6_000)
    assert.equal(traces.length, 6)
    assert.equal(new Set(traces.map(({ spanId }) => spanId)).size, 6)
    const [sender, own, traced, ...again] = traces.map(({ spanId: _, ...rest }) => rest)
    assert.deepEqual(sender, { traceId: '1'.repeat(32), flags: 0, state: 'x=y' })
    assert.match(String(own?.traceId), /^[0-9a-f]{32}$/)
    assert.deepEqual(traced, { traceId: '3'.repeat(32), flags: 1, state: null })
    assert.deepEqual(again, [sender, own, traced])
    assert.deepEqual(shown.slice(0, 3), [sent, [], sent], 'what the gateway stored is no header of the sender’s')
    assert.deepEqual(
      log.lines.map(({ traceId }) => traceId),
      traces.map(({ traceId }) => traceId),
    )
    await stopped(dispatcher, clock)
  })

  it('honours how long the destination asks to be left alone', async () => {
    const at: number[] = []
    const { store, clock, dispatcher } = setUp([
      destination('a', {
        attempt: async (_event, { now }) => {
          at.push(now() - START)
          return { ...failing, retryAfterMs: 90_000 }
        },
      }),
    ])
    store.add(event(), ['a'], START)
    dispatcher.start()
    await clock.advance(100_000)
    assert.deepEqual(at, [0, 90_000])
    await stopped(dispatcher, clock)
  })

  it('ends a delivery for good when the destination says so', async () => {
    const { store, clock, dispatcher } = setUp([
      destination('a', { attempt: async () => ({ result: 'ended', status: 410, error: 'gone', excerpt: 'bye' }) }),
    ])
    store.add(event(), ['a'], START)
    dispatcher.start()
    await settle()
    assert.equal(store.row('evt_1', 'a').state, 'dead')
    assert.equal(store.row('evt_1', 'a').lastError, 'gone: bye')
    await stopped(dispatcher, clock)
  })

  it('keeps what a destination answered out of the log', async () => {
    const { store, clock, log, dispatcher } = setUp([
      destination('a', { attempt: async () => ({ ...failing, excerpt: 'the payload, echoed' }) }),
    ])
    store.add(event(), ['a'], START)
    dispatcher.start()
    await settle()
    assert.match(store.row('evt_1', 'a').lastError ?? '', /echoed/)
    assert.equal(log.lines.length, 1)
    assert.doesNotMatch(JSON.stringify(log.lines), /echoed/)
    await stopped(dispatcher, clock)
  })

  it('takes no more than a destination has slots, and goes on as soon as one is free', async () => {
    const { begun, held } = manual('a', { concurrency: 2 })
    const { store, clock, dispatcher } = setUp([held])
    for (let i = 1; i <= 5; i += 1) store.add(event({ id: `evt_${i}` }), ['a'], START)
    dispatcher.start()
    await settle()
    assert.equal(begun.length, 2)
    begun[0]?.end({ result: 'delivered', status: 200 })
    await settle()
    assert.equal(begun.length, 3)
    for (let i = 1; i <= 4; i += 1) {
      begun[i]?.end({ result: 'delivered', status: 200 })
      await settle()
    }
    assert.equal(begun.length, 5)
    assert.equal(store.row('evt_5', 'a').state, 'done')
    await stopped(dispatcher, clock)
  })

  it('never lets a destination that hangs hold up another', async () => {
    const { begun, held } = manual('slow', { concurrency: 1 })
    const { store, clock, dispatcher } = setUp([held, destination('quick')])
    for (let i = 1; i <= 30; i += 1) store.add(event({ id: `evt_${i}` }), ['slow', 'quick'], START)
    dispatcher.start()
    await settle()
    assert.equal(begun.length, 1)
    for (let i = 1; i <= 30; i += 1) assert.equal(store.row(`evt_${i}`, 'quick').state, 'done')
    await stopped(dispatcher, clock)
  })

  it('asks for all destinations in one claim, and one claim for any number of wakes', async () => {
    const { store, clock, dispatcher } = setUp([destination('a'), destination('b', { concurrency: 3 })])
    dispatcher.start()
    await settle()
    assert.equal(store.claims.length, 1)
    assert.deepEqual(store.claims[0], [
      { destination: 'a', limit: 10, leaseMs: 25_000 },
      { destination: 'b', limit: 3, leaseMs: 25_000 },
    ])
    for (let i = 0; i < 1_000; i += 1) dispatcher.wake()
    await settle()
    assert.equal(store.claims.length, 2)
    await stopped(dispatcher, clock)
  })

  it('sees what arrives while a claim is under way', async () => {
    const { store, clock, dispatcher } = setUp([destination('a')])
    const { claim } = store
    let arrived = false
    store.claim = async (requests, now) => {
      const result = await claim.call(store, requests, now)
      if (!arrived) {
        arrived = true
        store.add(event(), ['a'], START)
        dispatcher.wake()
      }
      return result
    }
    dispatcher.start()
    await settle()
    assert.equal(store.row('evt_1', 'a').state, 'done')
    await stopped(dispatcher, clock)
  })

  it('records outcomes of one tick in one call', async () => {
    const { store, clock, dispatcher } = setUp([destination('a'), destination('b')])
    for (let i = 1; i <= 5; i += 1) store.add(event({ id: `evt_${i}` }), ['a', 'b'], START)
    dispatcher.start()
    await settle()
    assert.deepEqual(
      store.settles.map(({ length }) => length),
      [10],
    )
    await stopped(dispatcher, clock)
  })

  it('breaks an attempt off at its time limit and tries again', async () => {
    const { begun, held } = manual('a')
    const { store, clock, dispatcher } = setUp([held])
    store.add(event(), ['a'], START)
    dispatcher.start()
    await clock.advance(14_999)
    assert.equal(begun[0]?.context.signal.aborted, false)
    assert.equal(begun[0]?.context.deadline, START + 15_000)
    await clock.advance(1)
    const row = store.row('evt_1', 'a')
    assert.equal(row.state, 'pending')
    assert.equal(row.dueAt, START + 20_000)
    assert.equal(row.lastError, 'not done within 15 s')
    await stopped(dispatcher, clock)
  })

  it('takes an attempt that throws for a failed one', async () => {
    const { store, clock, log, dispatcher } = setUp([
      destination('a', {
        attempt: async () => {
          throw new TypeError('a bug\nwith details')
        },
      }),
    ])
    store.add(event(), ['a'], START)
    dispatcher.start()
    await settle()
    assert.equal(store.row('evt_1', 'a').state, 'pending')
    assert.equal(store.row('evt_1', 'a').lastError, 'a bug')
    assert.ok(log.lines[0]?.['err'] instanceof TypeError)
    await stopped(dispatcher, clock)
  })

  it('gives up what was claimed more often than the schedule allows, without another attempt', async () => {
    let attempts = 0
    const { store, clock, dispatcher } = setUp([
      destination('a', {
        attempt: async () => {
          attempts += 1
          return failing
        },
      }),
    ])
    store.add(event(), ['a'], START, 3)
    dispatcher.start()
    await settle()
    assert.equal(attempts, 0)
    assert.equal(store.row('evt_1', 'a').state, 'dead')
    assert.match(store.row('evt_1', 'a').lastError ?? '', /given up/)
    await stopped(dispatcher, clock)
  })

  it('gives up what ended the process three times, without another attempt', async () => {
    const attempts: string[] = []
    const { store, clock, dispatcher } = setUp([
      destination('a', {
        runsHere: true,
        attempt: async ({ id }) => {
          attempts.push(id)
          return failing
        },
      }),
    ])
    store.add(event({ id: 'evt_2' }), ['a'], START, 2, 2)
    store.add(event({ id: 'evt_3' }), ['a'], START, 1, 3)
    dispatcher.start()
    await settle()
    assert.deepEqual(attempts, ['evt_2'])
    assert.equal(store.row('evt_3', 'a').state, 'dead')
    assert.match(store.row('evt_3', 'a').lastError ?? '', /the process ended during the last 3 attempts/)
    await stopped(dispatcher, clock)
  })

  it('tries one at a time what was under way in code of this process when it died', async () => {
    const handler = manual('handler:a', { runsHere: true })
    const url = manual('url')
    const { store, clock, dispatcher } = setUp([handler.held, url.held])
    for (const id of ['evt_1', 'evt_2', 'evt_3']) store.add(event({ id }), ['handler:a', 'url'], START, 1, 2)
    store.add(event({ id: 'evt_4' }), ['handler:a'], START)
    const begun = () => handler.begun.map((one) => one.event.id)
    dispatcher.start()
    await settle()
    assert.deepEqual(begun(), ['evt_1', 'evt_4'], 'an event that crashed nothing does not wait')
    assert.equal(url.begun.length, 3, 'nor does what runs elsewhere')
    await clock.advance(1_000)
    assert.deepEqual(begun(), ['evt_1', 'evt_4'])
    handler.begun[0]?.end({ result: 'delivered', status: null })
    await clock.advance(200)
    assert.deepEqual(begun(), ['evt_1', 'evt_4', 'evt_2'])
    handler.begun[2]?.end(failing)
    await clock.advance(200)
    assert.deepEqual(begun(), ['evt_1', 'evt_4', 'evt_2', 'evt_3'])
    await stopped(dispatcher, clock)
  })

  it('records when each attempt began, how long it took and what was answered', async () => {
    const answered = { headers: ['x-request-id', 'abc'], body: Buffer.from('nope') }
    const { held, begun } = manual('a')
    const { store, clock, dispatcher } = setUp([held])
    store.add(event(), ['a'], START)
    dispatcher.start()
    await clock.advance(250)
    begun[0]?.end({ ...failing, answer: answered, excerpt: 'nope' })
    await settle()
    assert.deepEqual(store.settles[0]?.[0]?.record, {
      startedAt: START,
      durationMs: 250,
      responseHeaders: answered.headers,
      responseBody: answered.body,
    })
    assert.equal(store.row('evt_1', 'a').lastError, 'the destination answered 500: nope')
    await stopped(dispatcher, clock)
  })

  it('tells of every attempt, and of a destination that is gone', async () => {
    const gone: string[] = []
    const reports: AttemptReport[] = []
    const error = 'the destination answered 410 (gone)'
    const { store, clock, dispatcher } = setUp(
      [
        destination('a', { attempt: async () => ({ result: 'ended', status: 410, error, gone: true }) }),
        destination('b', { attempt: async () => ({ result: 'ended', status: 400, error: 'refused' }) }),
      ],
      {
        observe: (report) => reports.push(report),
        onGone: (name, reason) => gone.push(`${name}: ${reason}`),
      },
    )
    store.add(event(), ['a', 'b'], START)
    dispatcher.start()
    await settle()
    assert.deepEqual(gone, [`a: ${error}`])
    assert.deepEqual(
      reports.map(({ destination, outcome, status }) => [destination, outcome, status]),
      [
        ['a', 'dead', 410],
        ['b', 'dead', 400],
      ],
    )
    await stopped(dispatcher, clock)
  })

  it('gives up what has no payload any more', async () => {
    const { store, clock, dispatcher } = setUp([destination('a')])
    store.add({ ...event(), body: null }, ['a'], START)
    dispatcher.start()
    await settle()
    assert.equal(store.row('evt_1', 'a').state, 'dead')
    assert.match(store.row('evt_1', 'a').lastError ?? '', /payload/)
    await stopped(dispatcher, clock)
  })

  it('records nothing for a lease that is another one’s by now, and says so', async () => {
    const { begun, held } = manual('a')
    const { store, clock, log, dispatcher } = setUp([held])
    store.add(event(), ['a'], START)
    dispatcher.start()
    await settle()
    const row = store.row('evt_1', 'a')
    row.attempt = 2
    begun[0]?.end({ result: 'delivered', status: 200 })
    await settle()
    assert.equal(row.state, 'leased')
    assert.match(log.lines.at(-1)?.message ?? '', /lease/)
    await stopped(dispatcher, clock)
  })

  it('does not begin an attempt whose lease has ended already', async () => {
    const { begun, held } = manual('a')
    const { store, clock, dispatcher } = setUp([held])
    const { claim } = store
    store.claim = async (requests, now) => {
      const result = await claim.call(store, requests, now)
      return { ...result, leases: result.leases.map((lease) => ({ ...lease, leaseUntil: clock.now() })) }
    }
    store.add(event(), ['a'], START)
    dispatcher.start()
    await settle()
    assert.equal(begun.length, 0)
    await stopped(dispatcher, clock)
  })

  it('refuses a lease that would end before the attempt, and a doubled name', () => {
    assert.throws(() => setUp([destination('a')], { leaseMs: 15_000 }), /15000 ms/)
    assert.throws(() => setUp([destination('a'), destination('a')]), /two destinations are named a/)
  })

  it('finds without a wake what another process left', async () => {
    const { store, clock, dispatcher } = setUp([destination('a')])
    dispatcher.start()
    await settle()
    store.add(event(), ['a'], START)
    await clock.advance(60_000)
    assert.equal(store.row('evt_1', 'a').state, 'done')
    await stopped(dispatcher, clock)
  })
})

describe('dispatcher while the store is away', () => {
  it('asks again with growing pauses, wakes or not, and then delivers', async () => {
    const { store, clock, dispatcher } = setUp([destination('a')])
    store.add(event(), ['a'], START)
    let calls = 0
    const { claim } = store
    store.claim = (requests, now) => {
      calls += 1
      return claim.call(store, requests, now)
    }
    store.failure = storeDown()
    dispatcher.start()
    await settle()
    for (let i = 0; i < 100; i += 1) {
      dispatcher.wake()
      await settle()
    }
    assert.equal(calls, 1)
    await clock.advance(1_000)
    assert.equal(calls, 4, 'after 100, 200 and 400 ms')
    await clock.advance(60_000)
    assert.ok(calls < 20, `${calls} calls in a minute`)
    store.failure = null
    await clock.advance(5_000)
    assert.equal(store.row('evt_1', 'a').state, 'done')
    await stopped(dispatcher, clock)
  })

  it('keeps outcomes until they can be recorded, and claims nothing meanwhile', async () => {
    const { begun, held } = manual('a')
    const { store, clock, dispatcher } = setUp([held])
    store.add(event(), ['a'], START)
    dispatcher.start()
    await settle()
    const { settle: record } = store
    let calls = 0
    store.settle = async () => {
      calls += 1
      throw storeDown()
    }
    begun[0]?.end({ result: 'delivered', status: 200 })
    await clock.advance(40_000)
    assert.ok(calls < 16, `${calls} calls in 40 seconds`)
    const claimsBefore = store.claims.length
    store.settle = record
    await clock.advance(5_000)
    const row = store.row('evt_1', 'a')
    assert.equal(row.state, 'done')
    assert.equal(row.attempt, 1, 'the lease was long over, yet nobody claimed it again')
    assert.equal(begun.length, 1)
    await clock.advance(60_000)
    assert.ok(store.claims.length > claimsBefore, 'claims again afterwards')
    await stopped(dispatcher, clock)
  })

  it('bounds what it takes on while recording hangs', async () => {
    const { store, clock, dispatcher } = setUp([destination('a', { concurrency: 3 })])
    for (let i = 1; i <= 20; i += 1) store.add(event({ id: `evt_${i}` }), ['a'], START)
    const { settle: record } = store
    let release = () => {}
    const hanging = new Promise<void>((resolve) => {
      release = resolve
    })
    store.settle = async (settlements, now) => {
      await hanging
      return record.call(store, settlements, now)
    }
    dispatcher.start()
    await settle()
    const taken = () =>
      Array.from({ length: 20 }, (_, i) => store.row(`evt_${i + 1}`, 'a')).filter((row) => row.attempt > 0)
    assert.equal(taken().length, 6)
    release()
    await settle()
    await settle()
    assert.equal(taken().length, 20)
    await stopped(dispatcher, clock)
  })

  it('lets outcomes go that the store refuses, so that they hold up no others', async () => {
    const { store, clock, log, dispatcher } = setUp([destination('a', { concurrency: 1 })])
    store.add(event(), ['a'], START)
    store.add(event({ id: 'evt_2' }), ['a'], START + 1_000)
    const { settle: record } = store
    let refused = false
    store.settle = async (settlements, now) => {
      if (!refused) {
        refused = true
        throw new TypeError('a bug')
      }
      return record.call(store, settlements, now)
    }
    dispatcher.start()
    await clock.advance(1_000)
    assert.equal(store.row('evt_2', 'a').state, 'done')
    assert.equal(store.row('evt_1', 'a').state, 'leased')
    assert.ok(log.lines.some(({ level }) => level === 'error'))
    await clock.advance(60_000)
    assert.equal(store.row('evt_1', 'a').state, 'done', 'its lease ended and it was delivered again')
    await stopped(dispatcher, clock)
  })
})

describe('stopping the dispatcher', () => {
  it('lets attempts under way end, and begins none', async () => {
    const { begun, held } = manual('a', { concurrency: 1 })
    const { store, clock, dispatcher } = setUp([held])
    store.add(event(), ['a'], START)
    store.add(event({ id: 'evt_2' }), ['a'], START)
    dispatcher.start()
    await settle()
    const done = dispatcher.stop()
    begun[0]?.end({ result: 'delivered', status: 200 })
    await done
    assert.deepEqual(clock.timers(), [])
    dispatcher.wake()
    await clock.advance(60_000)
    assert.equal(store.row('evt_1', 'a').state, 'done')
    assert.equal(store.row('evt_2', 'a').state, 'pending')
    assert.equal(store.row('evt_2', 'a').attempt, 0)
    assert.deepEqual(clock.timers(), [])
  })

  it('breaks off after the grace what still runs; it is due at once for the next run', async () => {
    const { begun, held } = manual('a')
    const { store, clock, dispatcher } = setUp([held], { graceMs: 2_000 })
    store.add(event(), ['a'], START)
    dispatcher.start()
    await settle()
    const done = dispatcher.stop()
    await clock.advance(1_999)
    assert.equal(begun[0]?.context.signal.aborted, false)
    await clock.advance(1)
    await done
    const row = store.row('evt_1', 'a')
    assert.equal(row.state, 'pending')
    assert.equal(row.dueAt, START + 2_000)
    assert.match(row.lastError ?? '', /gateway stopped/)
  })

  it('keeps the schedule of an attempt that failed by itself during the grace', async () => {
    const { begun, held } = manual('a')
    const { store, dispatcher } = setUp([held])
    store.add(event(), ['a'], START)
    dispatcher.start()
    await settle()
    const done = dispatcher.stop()
    begun[0]?.end(failing)
    await done
    assert.equal(store.row('evt_1', 'a').dueAt, START + 5_000)
  })

  it('gives back what a claim brings that was under way', async () => {
    const { begun, held } = manual('a')
    const { store, dispatcher } = setUp([held])
    store.add(event(), ['a'], START)
    const { claim } = store
    let release = () => {}
    const asked = new Promise<void>((resolve) => {
      store.claim = async (requests, now) => {
        resolve()
        await new Promise<void>((released) => {
          release = released
        })
        return claim.call(store, requests, now)
      }
    })
    dispatcher.start()
    await asked
    const done = dispatcher.stop()
    await settle()
    release()
    await done
    assert.equal(begun.length, 0)
    assert.equal(store.row('evt_1', 'a').state, 'pending')
    assert.equal(store.row('evt_1', 'a').attempt, 1)
    assert.equal(store.row('evt_1', 'a').dueAt, START)
  })

  it('does not wait for ever for a store that is away', async () => {
    const { begun, held } = manual('a')
    const { store, clock, log, dispatcher } = setUp([held])
    store.add(event(), ['a'], START)
    dispatcher.start()
    await settle()
    store.failure = storeDown()
    begun[0]?.end({ result: 'delivered', status: 200 })
    await stopped(dispatcher, clock)
    assert.match(log.lines.at(-1)?.message ?? '', /unrecorded/)
    assert.deepEqual(clock.timers(), [])
  })

  it('can be asked for twice, and before the start', async () => {
    const { dispatcher } = setUp([destination('a')])
    await Promise.all([dispatcher.stop(), dispatcher.stop()])
    dispatcher.start()
    await settle()
  })

  it('leaves a destination alone that only fails, spends no attempts meanwhile, and comes back with one', async () => {
    const attempts: string[] = []
    const changes: string[] = []
    let works = false
    const held = destination('a', {
      concurrency: 1,
      schedule: { delays: Array(100).fill(1_000), jitter: 0 },
      attempt: async ({ id }) => {
        attempts.push(id)
        return works ? { result: 'delivered', status: 200 } : failing
      },
    })
    const { store, clock, log, dispatcher } = setUp([held, destination('b', { breaker: null })], {
      onBreaker: (name, change) => changes.push(`${name} ${change}`),
    })
    const states = () => ['a', 'b', 'c'].map(dispatcher.breakerState)
    for (let n = 1; n <= 30; n += 1) store.add(event({ id: `evt_${n}` }), ['a'], START)
    assert.deepEqual(states(), ['closed', null, null])
    dispatcher.start()
    await settle()
    assert.equal(attempts.length, 10, 'ten failures open it')
    assert.equal(log.lines.filter(({ message }) => message.startsWith('the destination only fails')).length, 1)
    assert.deepEqual(states(), ['open', null, null])
    await clock.advance(29_000)
    assert.equal(attempts.length, 10)
    await clock.advance(1_000)
    assert.equal(attempts.length, 11, 'one probe')
    await clock.advance(59_000)
    assert.equal(attempts.length, 11, 'twice the pause after it failed')
    works = true
    await clock.advance(1_000)
    await clock.advance(0)
    assert.equal(attempts.length, 41, 'the probe, then everything that waits')
    assert.equal(log.lines.filter(({ message }) => message === 'the destination works again').length, 1)
    assert.equal(store.row('evt_30', 'a').attempt, 1, 'an event that waited has spent nothing')
    assert.deepEqual(changes, ['a opened', 'a closed'])
    assert.deepEqual(states(), ['closed', null, null])
    await stopped(dispatcher, clock)
  })

  it('gives a destination the pause that it asks for, spends no attempts meanwhile, and goes on with one', async () => {
    const at: number[] = []
    const answers: Outcome[] = [60_000, 90_000, 10_000].map((retryAfterMs) => ({ ...failing, retryAfterMs }))
    const busy = destination('a', {
      concurrency: 2,
      schedule: { delays: [1_000_000], jitter: 0 },
      breaker: { ...DEFAULT_BREAKER, consecutiveFailures: 1, minAttempts: 1 },
      attempt: async (_event, { now }) => {
        at.push((now() - START) / 1_000)
        return answers.shift() ?? { result: 'delivered', status: 200 }
      },
    })
    const { store, clock, log, dispatcher } = setUp([busy, destination('b')])
    for (let n = 1; n <= 6; n += 1) store.add(event({ id: `evt_${n}` }), ['a', 'b'], START)
    const state = () => [dispatcher.isThrottled('a'), dispatcher.breakerState('a'), dispatcher.leftAloneUntil('a')]
    assert.deepEqual(state(), [false, 'closed', null])
    dispatcher.start()
    await settle()
    assert.deepEqual(at, [0, 0])
    assert.deepEqual(state(), [true, 'closed', START + 90_000], 'the longest that was asked for')
    assert.equal(store.row('evt_6', 'b').state, 'done')
    await clock.advance(89_999)
    assert.deepEqual(at, [0, 0])
    await clock.advance(1)
    assert.deepEqual(at, [0, 0, 90], 'one asks whether it may go on')
    assert.deepEqual(state(), [true, 'closed', START + 100_000])
    await clock.advance(9_999)
    assert.equal(at.length, 3)
    await clock.advance(1)
    await clock.advance(0)
    assert.deepEqual(at.slice(3), [100, 100, 100], 'one again, then everything that waits')
    assert.deepEqual(state(), [false, 'closed', null])
    assert.equal(store.row('evt_6', 'a').attempt, 1, 'an event that waited has spent nothing')
    assert.equal(log.lines.filter(({ message }) => /asks for a pause/.test(message)).length, 1)
    await stopped(dispatcher, clock)
  })

  it('tries a destination now that asked for a pause, when the operator says so', async () => {
    let begun = 0
    const busy = destination('a', {
      attempt: async () => {
        begun += 1
        return { ...failing, ...(begun === 1 ? { retryAfterMs: 600_000 } : {}) }
      },
    })
    const changes: string[] = []
    const { store, clock, dispatcher } = setUp([busy], { onBreaker: (_name, change) => changes.push(change) })
    store.add(event({ id: 'evt_1' }), ['a'], START)
    dispatcher.start()
    await settle()
    for (let n = 2; n <= 4; n += 1) store.add(event({ id: `evt_${n}` }), ['a'], START)
    dispatcher.wake()
    await settle()
    assert.equal(begun, 1)
    dispatcher.tryNow('a')
    await clock.advance(0)
    await clock.advance(0)
    assert.equal(begun, 4, 'one, which is answered otherwise, then the others')
    assert.deepEqual([dispatcher.isThrottled('a'), changes], [false, []])
    await stopped(dispatcher, clock)
  })

  it('begins no more attempts in a second than the rate allows, and holds nobody else to it', async () => {
    const { store, clock, dispatcher } = setUp([destination('slow', { ratePerSecond: 2 }), destination('fast')])
    for (let n = 1; n <= 8; n += 1) store.add(event({ id: `evt_${n}` }), ['slow', 'fast'], START)
    const done = (name: string) =>
      Array.from({ length: 8 }, (_, n) => store.row(`evt_${n + 1}`, name)).filter(({ state }) => state === 'done')
        .length
    dispatcher.start()
    await settle()
    assert.deepEqual([done('slow'), done('fast')], [2, 8])
    await clock.advance(499)
    assert.equal(done('slow'), 2)
    await clock.advance(1)
    assert.equal(done('slow'), 3)
    await clock.advance(2_500)
    assert.equal(done('slow'), 8)
    await stopped(dispatcher, clock)
  })

  it('learns nothing of a destination from what never reached it', async () => {
    const reached: string[] = []
    const held = destination('a', {
      concurrency: 1,
      schedule: { delays: Array(100).fill(1_000), jitter: 0 },
      attempt: async ({ id }) => {
        reached.push(id)
        if (id.startsWith('left')) return { result: 'delivered', status: null, note: 'left out by the transform' }
        return failing
      },
    })
    const { store, clock, dispatcher } = setUp([held])
    for (let n = 1; n <= 10; n += 1) store.add(event({ id: `evt_${n}` }), ['a'], START)
    dispatcher.start()
    await settle()
    assert.equal(dispatcher.breakerState('a'), 'open')
    store.add(event({ id: 'left_1' }), ['a'], START - 2_000)
    store.add({ ...event({ id: 'pruned_1' }), body: null }, ['a'], START - 1_000)
    await clock.advance(30_000)
    assert.deepEqual(reached.slice(10), ['left_1', 'evt_1'], 'neither closes it, so one at a time is tried')
    assert.equal(store.row('pruned_1', 'a').state, 'dead')
    assert.equal(dispatcher.breakerState('a'), 'open')
    await stopped(dispatcher, clock)
  })

  it('learns nothing of a destination from a transform that fails', async () => {
    const changed = withTransform(destination('a'), ({ id }) => {
      if (id !== 'evt_30') throw new Error('no total in it')
      return {}
    })
    const { store, clock, dispatcher } = setUp([changed])
    for (let n = 1; n <= 30; n += 1) store.add(event({ id: `evt_${n}` }), ['a'], START)
    dispatcher.start()
    await clock.advance(1_000)
    assert.equal(dispatcher.breakerState('a'), 'closed')
    assert.equal(store.row('evt_1', 'a').lastError, 'the transform failed: no total in it')
    assert.equal(store.row('evt_30', 'a').state, 'done', 'those that it can change do not wait')
    await stopped(dispatcher, clock)
  })

  it('says that the schedule allows no more, where it was longer when the delivery began', async () => {
    const { store, clock, dispatcher } = setUp([destination('a')])
    store.add(event(), ['a'], START, 5)
    store.add(event({ id: 'evt_2' }), ['a'], START, 3, 1)
    dispatcher.start()
    await settle()
    assert.equal(store.row('evt_1', 'a').lastError, 'given up: 5 attempts were made, and the schedule allows 3')
    assert.match(store.row('evt_2', 'a').lastError ?? '', /the last of 3 attempts ended without an outcome/)
    await stopped(dispatcher, clock)
  })

  it('spends nothing of a rate on deliveries that are not attempted', async () => {
    const { store, clock, dispatcher } = setUp([destination('slow', { ratePerSecond: 1 })])
    store.add({ ...event({ id: 'pruned' }), body: null }, ['slow'], START - 1_000)
    store.add(event(), ['slow'], START)
    dispatcher.start()
    await settle()
    assert.equal(store.row('pruned', 'slow').state, 'dead')
    assert.equal(store.row('evt_1', 'slow').state, 'done')
    await stopped(dispatcher, clock)
  })
})

describe('a dispatcher whose event loop has no time left', () => {
  it('holds claims further apart, and what waits goes on when that time has passed', async () => {
    const { begun, held } = manual('a', { concurrency: 1 })
    const spacings = [0, 20, 0]
    const came: number[] = []
    const brake = { eventCame: () => void came.push(clock.now()), spacingMs: () => spacings[0] ?? 0 }
    const { store, clock, dispatcher } = setUp([held], { brake })
    for (let n = 1; n <= 3; n += 1) store.add(event({ id: `evt_${n}` }), ['a'], START)
    dispatcher.wake()
    assert.deepEqual(came, [START])
    dispatcher.start()
    await settle()
    spacings.shift()
    begun[0]?.end({ result: 'delivered', status: 200 })
    await clock.advance(19)
    assert.equal(begun.length, 1)
    assert.equal(store.row('evt_1', 'a').state, 'done', 'what ended is recorded all the same')
    await clock.advance(1)
    assert.equal(begun.length, 2)
    spacings.shift()
    begun[1]?.end({ result: 'delivered', status: 200 })
    await settle()
    assert.equal(begun.length, 3)
    await stopped(dispatcher, clock)
  })
})

describe('what a dispatcher gathers', () => {
  const gathering = { endedMs: 4, newMs: 5 }

  it('records outcomes that come close together in one call, with the claim that follows', async () => {
    const { begun, held } = manual('a', { concurrency: 4 })
    const { store, clock, dispatcher } = setUp([held], { gathering })
    for (let n = 1; n <= 8; n += 1) store.add(event({ id: `evt_${n}` }), ['a'], START)
    dispatcher.start()
    await settle()
    begun[0]?.end({ result: 'delivered', status: 200 })
    begun[1]?.end({ result: 'delivered', status: 200 })
    await clock.advance(3)
    assert.deepEqual([store.settles.length, store.claims.length], [0, 1])
    await clock.advance(1)
    assert.deepEqual(
      store.settles.map(({ length }) => length),
      [2],
    )
    assert.deepEqual(
      store.claims.map(([request]) => request?.limit),
      [4, 2],
    )
    assert.equal(begun.length, 6)
    await stopped(dispatcher, clock)
  })

  it('waits for nobody once nothing of a destination is under way', async () => {
    const { begun, held } = manual('a', { concurrency: 2 })
    const { store, clock, dispatcher } = setUp([held, manual('hangs').held], { gathering })
    for (let n = 1; n <= 4; n += 1) store.add(event({ id: `evt_${n}` }), ['a', 'hangs'], START)
    dispatcher.start()
    await settle()
    for (const { end } of begun) end({ result: 'delivered', status: 200 })
    await settle()
    assert.equal(begun.length, 4, 'although the clock stood still')
    assert.equal(store.row('evt_2', 'a').state, 'done')
    await stopped(dispatcher, clock)
  })

  it('hands an event on at once after a quiet time, and with others while they come fast', async () => {
    const { store, clock, dispatcher } = setUp([destination('a')], { gathering })
    dispatcher.start()
    await clock.advance(5)
    const arrive = (id: string) => {
      store.add(event({ id }), ['a'], clock.now())
      dispatcher.wake()
    }
    arrive('first')
    await settle()
    assert.equal(store.row('first', 'a').state, 'done')
    const claims = store.claims.length
    await clock.advance(1)
    for (let n = 0; n < 100; n += 1) arrive(`evt_${n}`)
    await settle()
    assert.equal(store.claims.length, claims)
    await clock.advance(4)
    assert.equal(store.row('evt_0', 'a').state, 'done')
    await stopped(dispatcher, clock)
  })

  it('records what ended, and gives back what did not, when it stops meanwhile', async () => {
    const { begun, held } = manual('a', { concurrency: 40 })
    const { store, clock, dispatcher } = setUp([held], { gathering, graceMs: 1_000 })
    for (let n = 1; n <= 40; n += 1) store.add(event({ id: `evt_${n}` }), ['a'], START)
    dispatcher.start()
    while (begun.length === 0) await new Promise(setImmediate)
    assert.ok(begun.length < 40, 'they begin a few at a time')
    begun[0]?.end({ result: 'delivered', status: 200 })
    await stopped(dispatcher, clock)
    assert.equal(store.row('evt_1', 'a').state, 'done')
    for (let n = 2; n <= 40; n += 1) {
      assert.deepEqual([store.row(`evt_${n}`, 'a').state, store.row(`evt_${n}`, 'a').counted], ['pending', 0])
    }
  })
})
