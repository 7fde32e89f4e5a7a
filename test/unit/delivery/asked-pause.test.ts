import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAskedPause } from '../../../src/delivery/asked-pause.ts'

const minute = 60_000
const hour = 60 * minute
const any = Number.POSITIVE_INFINITY

/** An attempt that ended at this time. */
const heard = (endedAt: number, retryAfterMs?: number, startedAt = endedAt) => ({ startedAt, endedAt, retryAfterMs })

describe('a pause that a destination asks for', () => {
  it('holds everything back until its end, then lets one at a time ask', () => {
    const pause = createAskedPause()
    assert.deepEqual([pause.isOn(), pause.allowance(0, 0), pause.until(0)], [false, any, null])
    assert.equal(pause.hear(heard(0, minute)), true)
    assert.deepEqual([pause.isOn(), pause.allowance(minute - 1, 0), pause.until(minute - 1)], [true, 0, minute])
    assert.deepEqual([pause.isOn(), pause.allowance(minute, 0), pause.until(minute)], [true, 1, null])
    assert.equal(pause.allowance(minute, 1), 0)
    assert.equal(pause.hear(heard(minute)), false)
    assert.deepEqual([pause.isOn(), pause.allowance(minute, 5), pause.until(minute)], [false, any, null])
  })

  it('is as long as the latest end that was asked for, and an hour at most', () => {
    const pause = createAskedPause()
    pause.hear(heard(0, 2 * minute))
    assert.equal(pause.hear(heard(5, minute)), false)
    assert.equal(pause.until(5), 2 * minute)
    pause.hear(heard(10, 3 * minute))
    assert.equal(pause.until(10), 3 * minute + 10)
    for (const endless of [30 * hour, any]) {
      pause.hear(heard(20, endless))
      assert.equal(pause.until(20), hour + 20)
    }
  })

  it('is not asked for with no time, nor with what is none', () => {
    const pause = createAskedPause()
    for (const none of [0, -1, Number.NaN, undefined]) assert.equal(pause.hear(heard(0, none)), false)
    assert.equal(pause.isOn(), false)
  })

  it('outlasts what began before its end', () => {
    const pause = createAskedPause()
    pause.hear(heard(0, minute))
    pause.hear(heard(10, undefined, 0))
    pause.hear(heard(minute + 1, undefined, minute - 1))
    assert.deepEqual([pause.isOn(), pause.allowance(minute + 1, 0)], [true, 1])
    pause.hear(heard(minute + 2, undefined, minute))
    assert.equal(pause.isOn(), false)
  })

  it('is cut short by the operator, and asked for again by the answer', () => {
    const pause = createAskedPause()
    pause.hear(heard(0, minute))
    pause.cutShort(10)
    assert.deepEqual([pause.isOn(), pause.allowance(10, 0), pause.until(10)], [true, 1, null])
    assert.equal(pause.hear(heard(20, minute)), false)
    assert.equal(pause.until(20), minute + 20)
  })

  it('does not grow when the clock is set back', () => {
    const pause = createAskedPause()
    pause.hear(heard(5 * hour, minute))
    assert.deepEqual([pause.allowance(0, 0), pause.until(0)], [0, minute])
    assert.equal(pause.allowance(minute, 0), 1)
  })
})
