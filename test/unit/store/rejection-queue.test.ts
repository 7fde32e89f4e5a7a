import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRejectionQueue } from '../../../src/store/rejection-queue.ts'
import type { NewRejection } from '../../../src/store/types.ts'

const rejection = (bytes: number): NewRejection => ({
  source: 'github',
  cause: 'signature_mismatch',
  detail: null,
  receivedAt: 0,
  method: 'POST',
  url: '/',
  remoteAddress: null,
  headers: [],
  body: Buffer.alloc(bytes),
})

test('drops rejected requests that nobody has time for', async () => {
  const queue = createRejectionQueue()
  const added = queue.add(Array.from({ length: 300 }, () => rejection(1)))
  let taken = 0
  for (let batch = queue.take(); batch !== null; batch = queue.take()) {
    assert.ok(batch.rejections.length <= 64)
    taken += batch.rejections.length
    batch.settle(true)
  }
  assert.equal(taken, 256)
  assert.equal(await added, 256)
})

test('drops what would take too much memory, and takes a few bytes at a time', async () => {
  const queue = createRejectionQueue()
  const megabyte = 1024 * 1024
  const added = queue.add(Array.from({ length: 12 }, () => rejection(megabyte)))
  let batches = 0
  for (let batch = queue.take(); batch !== null; batch = queue.take()) {
    assert.equal(batch.rejections.length, 1)
    batch.settle(batches++ > 0)
  }
  assert.equal(batches, 8)
  assert.equal(await added, 7, 'one of them could not be written')
  assert.equal(await Promise.all([queue.add([rejection(megabyte)]), queue.clear()]).then(([count]) => count), 0)
})
