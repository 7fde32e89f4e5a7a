import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSharedBreakers } from '../../../src/delivery/shared-breakers.ts'
import { notesDouble } from '../operator/notes-double.ts'
import { fakeClock, recordedLog } from './support.ts'

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
