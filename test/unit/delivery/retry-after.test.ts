import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseRetryAfter } from '../../../src/delivery/retry-after.ts'

const now = Date.UTC(1994, 10, 6, 8, 49, 0)

describe('Retry-After', () => {
  for (const [value, expected] of [
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    // The three forms of RFC 9110 §5.6.7.
    ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['Sun Nov  6 08:49:37 1994', 37_000],
    ['Sun, 06 Nov 1994 08:48:37 GMT', 0],
  ] as const) {
    it(`reads ${JSON.stringify(value)}`, () => assert.equal(parseRetryAfter(value, now), expected))
  }

  for (const value of ['', '-1', '1.5', '1e3', '0x10', 'soon', '5 s', 'Sun, 99 Nov 1994 08:49:37 GMT', '1994-11-06']) {
    it(`does not take ${JSON.stringify(value)}`, () => assert.equal(parseRetryAfter(value, now), null))
  }

  it('never throws and never gives a negative or missing number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d+$/)), (value) => {
        const delay = parseRetryAfter(value, now)
        assert.ok(delay === null || delay >= 0)
      }),
    )
  })
})
