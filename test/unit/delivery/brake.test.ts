import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createBrake } from '../../../src/delivery/brake.ts'

function setUp() {
  let now = 1_000
  let share = 0
  const brake = createBrake(
    () => now,
    () => share,
  )
  /** Events come all the while. */
  function during(ms: number, busy: number): number {
    share = busy
    for (let passed = 0; passed < ms; passed += 10) {
      now += 10
      brake.eventCame()
      brake.spacingMs()
    }
    return brake.spacingMs()
  }
  return { brake, during, pass: (ms: number) => (now += ms) }
}

it('holds nothing while there is time for both', () => {
  const { brake, during } = setUp()
  assert.equal(brake.spacingMs(), 0)
  assert.equal(during(1_000, 0.7), 0)
})

it('holds claims further and further apart while events come and time is short, within a bound', () => {
  const { during } = setUp()
  const [first, later, last] = [during(60, 0.95), during(200, 0.95), during(5_000, 0.95)]
  assert.ok(0 < first && first < later && later < last, `${first}, ${later}, ${last}`)
  assert.equal(last, during(1_000, 1))
  assert.ok(last <= 100)
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
  assert.equal(brake.spacingMs(), 0)
})
