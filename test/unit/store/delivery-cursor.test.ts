import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeliveryCursor } from '../../../src/store/delivery-cursor.ts'

const id = 'evt_0abcdefghjk'

test('takes a cursor of deliveries for what an engine may have given out, all of it', () => {
  const numbered = [`${id}.0`, `${id}.12`, `${id}.-1`]
  const named = [`${id}.`, `${id}.forward%3Alocalhost%3A3000`, `${id}.a.b`, `${id}.12`]
  const neither = [
    '',
    '.',
    id,
    `${id}.%`,
    `${id}.%zz`,
    `${id}.a b`,
    `${id}.%41`,
    `${id}.ä`,
    `rej_0abcdefghjk.1`,
    `x${id}.1`,
  ]
  for (const engine of ['sqlite', 'postgres'] as const) {
    for (const cursor of numbered) assert.ok(isDeliveryCursor(cursor, engine), `${engine} ${cursor}`)
    for (const cursor of [...neither, `${id}.`, `${id}.a`, `${id}.1.2`, `${id}.1e3`, `${id}.99999999999`]) {
      assert.ok(!isDeliveryCursor(cursor, engine), `${engine} ${cursor}`)
    }
  }
  for (const cursor of named) assert.ok(isDeliveryCursor(cursor, 'redis'), cursor)
  for (const cursor of neither) assert.ok(!isDeliveryCursor(cursor, 'redis'), cursor)
})
