import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createBrake } from '../../../src/delivery/brake.ts'

/** Of the destination that has most. */
const slots = 10

function setUp() {
  let now = 1_000
  let share = 0
  const brake = createBrake(
    () => now,
    () => share,
  )
  /** Events come all the while, so many a second. */
  function during(ms: number, busy: number, perSecond = 100, lateMs = 0): number {
    share = busy
    for (let passed = 0; passed < ms; passed += 10) {
      now += 10
      for (let events = 0; events < perSecond / 100; events += 1) brake.eventCame()
      brake.spacingMs(slots, lateMs)
    }
    return brake.spacingMs(slots, lateMs)
  }
  return { brake, during, pass: (ms: number) => (now += ms) }
}

it('holds nothing while there is time for both', () => {
  const { brake, during } = setUp()
  assert.equal(brake.spacingMs(slots, 0), 0)
  assert.equal(during(1_000, 0.7), 0)
})

it('holds claims further and further apart while events come and time is short, within a bound', () => {
  const { during } = setUp()
  const [first, later, last] = [during(60, 0.96), during(50, 0.96), during(5_000, 0.96)]
  assert.ok(0 < first && first < later && later < last, `${first}, ${later}, ${last}`)
  assert.equal(last, during(1_000, 1))
  assert.ok(last <= 100)
})

it('lets deliveries keep up with what comes as long as there is any time left', () => {
  for (const perSecond of [200, 1_000, 4_000]) {
    const { during } = setUp()
    const spacing = during(5_000, 0.85, perSecond)
    assert.ok(spacing > 0)
    const deliveries = (slots / spacing) * 1_000
    assert.ok(perSecond < deliveries && deliveries < 2 * perSecond, `${deliveries} of ${perSecond} events a second`)
  }
})

it('gives way to senders when none is left, and catches up after that', () => {
  const { during } = setUp()
  const [keepsUp, full, after] = [during(5_000, 0.85, 1_000), during(5_000, 1, 1_000), during(5_000, 0.85, 1_000)]
  assert.ok(full > 5 * keepsUp, `${keepsUp}, ${full}`)
  assert.ok(Math.abs(after - keepsUp) < 0.1, `${keepsUp}, ${after}`)
})

it('lets what has waited for long keep up where there is little time, and not where there is none', () => {
  const { during } = setUp()
  const [held, late] = [during(5_000, 0.95, 1_000, 29_000), during(5_000, 0.95, 1_000, 31_000)]
  assert.ok((slots / held) * 1_000 < 200 && (slots / late) * 1_000 > 1_000, `${held}, ${late}`)
  assert.equal(during(5_000, 1, 1_000, 31_000), held)
})

it('lets go step by step when there is time again', () => {
  const { during } = setUp()
  const held = during(5_000, 1)
  const less = during(100, 0.5)
  assert.ok(0 < less && less < held)
  assert.equal(during(5_000, 0.5), 0)
})

it('holds nothing once no event comes', () => {
  const { brake, during, pass } = setUp()
  assert.ok(during(5_000, 1) > 0)
  pass(300)
  assert.equal(brake.spacingMs(slots, 0), 0)
})
