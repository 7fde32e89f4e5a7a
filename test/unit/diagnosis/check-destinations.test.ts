import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDestination } from '../../../src/diagnosis/check-destinations.ts'

const fine = {
  name: 'crm',
  configured: true,
  state: 'active',
  reason: null,
  pending: 3,
  dead: 0,
  ageSeconds: 60,
} as const

test('a destination whose deliveries are made is as it should be, also while it fails for a while', () => {
  assert.equal(checkDestination(fine), null)
  assert.equal(checkDestination({ ...fine, state: 'failing' }), null)
  assert.equal(checkDestination({ ...fine, configured: false, pending: 0 }), null)
})

test('what is wrong with a destination is said in one sentence, the gravest alone', () => {
  const late = 3_600
  for (const [change, kind, isLate, sentence] of [
    [
      { configured: false, dead: 7 },
      'gone',
      false,
      /^3 deliveries wait for crm, which is in no setting any more: move/,
    ],
    [{ state: 'disabled', reason: 'it answered 410' }, 'disabled', false, /disabled \(it answered 410\).*enable it/],
    [{ state: 'paused', pending: 1 }, 'paused', false, /is paused, and 1 delivery waits: resume it/],
    [{ state: 'paused', ageSeconds: late }, 'paused', true, /the oldest has been due for 60 minutes: resume it/],
    [{ ageSeconds: late, dead: 7 }, 'late', true, /is behind: 3 deliveries wait, and the oldest .* 60 minutes/],
    [
      { ageSeconds: late, state: 'failing' },
      'late',
      true,
      /^crm only fails, 3 deliveries wait, .* 60 minutes\..*tried/,
    ],
    [{ ageSeconds: late, state: 'throttled' }, 'late', true, /^crm asks for pauses .*Retry-After.* 60 minutes\..*rate/],
    [{ dead: 7 }, 'dead', false, /^7 deliveries to crm are dead: .*replay them/],
    [{ dead: 1 }, 'dead', false, /^1 delivery to crm is dead: .*replay it\./],
  ] as const) {
    const found = checkDestination({ ...fine, ...change })
    assert.deepEqual([found?.kind, found?.isLate], [kind, isLate])
    assert.match(found?.sentence ?? '', sentence)
  }
})
