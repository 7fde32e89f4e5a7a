import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foreignBodyTest } from '../../../src/verification/foreign-body.ts'

const isForeign = foreignBodyTest(['{timestamp}.', '{id}.{timestamp}.'])

test('recognises the signed bytes of a scheme with a time limit', () => {
  for (const body of ['1750000000.{"a":1}', '1750000000.', 'msg_2KWPB.1750000000.{}', '9-a.1750000000.<x/>']) {
    assert.equal(isForeign(Buffer.from(body)), true, body)
  }
})

test('takes no honest payload for such bytes', () => {
  const honest = [
    '{"a":1}',
    '1750000000.25',
    '1750000000',
    '{"version":"1.1750000000.0"}',
    '["10.1750000000.x"]',
    '"a.1750000000.x"',
    '<v>1.1750000000.x</v>',
    'a=b.c&d=1750000000',
    '',
  ]
  for (const body of honest) assert.equal(isForeign(Buffer.from(body)), false, body)
})
