import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DEFAULT_BREAKER } from '../../../src/delivery/breaker.ts'
import { createDispatcher } from '../../../src/delivery/dispatcher.ts'
import { createSharedBreakers, type SharedBreakers } from '../../../src/delivery/shared-breakers.ts'
import { notesDouble } from '../operator/notes-double.ts'
import { storeDouble } from './store-double.ts'
import { destination, event, fakeClock, recordedLog, START } from './support.ts'

function setUp() {
  const clock = fakeClock()
  const store = notesDouble(clock)
  const log = recordedLog()
  const open = () => {
    const told: [destination: string, change: string, ageMs: number][] = []
    const breakers = createSharedBreakers({
      store,
      clock,
      log,
      tell: (...what) => told.push(what),
    })
    breakers.begin()
    return { ...breakers, told }
  }
  return { clock, store, log, open }
}

describe('what one process finds out of a destination that fails', () => {
  it('is told to the others within a second, and to itself never', async () => {
    const { clock, open } = setUp()
    const [a, b] = [open(), open()]
    await clock.advance(0)
    a.changed('app', 'opened')
    await clock.advance(999)
    assert.deepEqual(b.told, [])
    await clock.advance(1)
    assert.deepEqual(b.told, [['app', 'opened', 1_000]])
    await clock.advance(5_000)
    b.changed('app', 'closed')
    await clock.advance(1_000)
    assert.deepEqual(a.told, [['app', 'closed', 0]])
    assert.equal(b.told.length, 1)
  })

  it('is not taken for gone while it is being written', async () => {
    const { clock, open } = setUp()
    const [a, b] = [open(), open()]
    await clock.advance(0)
    a.changed('app', 'opened')
    b.changed('app', 'opened')
    await clock.advance(3_000)
    assert.ok([...a.told, ...b.told].every(([, change]) => change === 'opened'))
    a.changed('app', 'closed')
    await clock.advance(1_000)
    assert.deepEqual(b.told.at(-1), ['app', 'closed', 0])
  })

  it('is known to a process that starts later, with its age', async () => {
    const { clock, open } = setUp()
    open().changed('app', 'opened')
    await clock.advance(60_000)
    const late = open()
    await clock.advance(0)
    assert.deepEqual(late.told, [['app', 'opened', 60_000]])
  })

  it('is tried by all when the operator told one of them, and by one that starts later', async () => {
    const { clock, open } = setUp()
    const [a, b] = [open(), open()]
    await clock.advance(0)
    a.changed('app', 'opened')
    await clock.advance(1_000)
    b.changed('app', 'tried')
    await clock.advance(1_000)
    assert.deepEqual(a.told, [['app', 'tried', 1_000]])
    assert.equal(b.told.length, 1)
    const late = open()
    await clock.advance(0)
    assert.deepEqual(late.told, [['app', 'tried', 1_000]])
    a.changed('app', 'closed')
    await clock.advance(1_000)
    assert.deepEqual([b.told.at(-1), late.told.at(-1)].flat(), ['app', 'closed', 0, 'app', 'closed', 0])
  })

  it('is shared again once the store is back', async () => {
    const { clock, store, log, open } = setUp()
    const [a, b] = [open(), open()]
    await clock.advance(0)
    store.cutOff()
    await clock.advance(3_000)
    assert.ok(log.lines.length > 0)
    store.restore()
    a.changed('app', 'opened')
    await clock.advance(1_000)
    assert.equal(b.told.length, 1)
    await Promise.all([a.stop(), b.stop()])
    assert.deepEqual(clock.timers(), [])
  })
})

describe('two processes on one store', () => {
  const hour = 3_600_000

  function setUpTwo() {
    const clock = fakeClock()
    const log = recordedLog()
    const notes = notesDouble(clock)
    const store = storeDouble()
    const attempts: string[] = []
    let hangs: string | null = null
    let works = false
    const replica = (by: string) => {
      let shared: SharedBreakers | null = null
      const app = destination('app', {
        concurrency: 1,
        timeoutMs: 6 * hour,
        schedule: { delays: Array(9).fill(24 * hour), jitter: 0 },
        breaker: { ...DEFAULT_BREAKER, pauseMs: hour, maxPauseMs: hour },
        attempt: async ({ id }) => {
          attempts.push(`${by} ${id}`)
          if (hangs === by) await new Promise(() => {})
          return works ? { result: 'delivered', status: 200 } : { result: 'failed', status: 500, error: 'no' }
        },
      })
      const dispatcher = createDispatcher({
        store,
        destinations: [app],
        clock,
        log,
        pollMs: 1_000,
        gathering: { endedMs: 0, newMs: 0 },
        brake: null,
        onBreaker: (name, change) => shared?.changed(name, change),
      })
      shared = createSharedBreakers({ store: notes, clock, log, tell: dispatcher.follow })
      dispatcher.start()
      shared.begin()
      return dispatcher
    }
    for (let n = 1; n <= 14; n += 1) store.add(event({ id: `evt_${n}` }), ['app'], START)
    return {
      clock,
      store,
      attempts,
      replica,
      mend: () => {
        works = true
      },
      hang: (by: string) => {
        hangs = by
      },
    }
  }

  it('deliver again as soon as either is told to try, long before their pauses end', async () => {
    const { clock, store, attempts, replica, mend } = setUpTwo()
    const a = replica('a')
    await clock.advance(0)
    const b = replica('b')
    await clock.advance(60_000)
    assert.equal(attempts.length, 10)
    assert.deepEqual(
      [a, b].map((one) => one.breakerState('app')),
      ['open', 'open'],
    )
    mend()
    b.tryNow('app')
    await clock.advance(3_000)
    assert.equal(attempts[10], 'b evt_11')
    assert.deepEqual(
      [a, b].map((one) => one.breakerState('app')),
      ['closed', 'closed'],
    )
    for (const n of [11, 12, 13, 14]) assert.equal(store.row(`evt_${n}`, 'app').state, 'done')
    assert.equal(store.row('evt_1', 'app').state, 'pending', 'what waits for a retry keeps its time')
  })

  it('try it both, so that one that is busy does not keep it waiting', async () => {
    const { clock, store, attempts, replica, mend, hang } = setUpTwo()
    hang('b')
    const b = replica('b')
    await clock.advance(0)
    const a = replica('a')
    await clock.advance(60_000)
    assert.deepEqual(
      [a, b].map((one) => one.breakerState('app')),
      ['open', 'open'],
    )
    mend()
    b.tryNow('app')
    await clock.advance(3_000)
    assert.ok(attempts.includes('a evt_12'), attempts.join())
    assert.deepEqual(
      [a, b].map((one) => one.breakerState('app')),
      ['closed', 'closed'],
    )
    assert.equal(store.row('evt_14', 'app').state, 'done')
  })
})
