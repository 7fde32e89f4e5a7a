import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reportUnconfigured } from '../../../src/delivery/unconfigured.ts'
import { recordedLog } from './support.ts'

describe('deliveries for destinations that are no longer configured', () => {
  it('are worth a warning with their number, those of others are not', async () => {
    const log = recordedLog()
    const stored = async () => [
      { name: 'orders', pending: 3, leased: 1 },
      { name: 'forward:old.example', pending: 2, leased: 1 },
      { name: 'handler:gone', pending: 0, leased: 0 },
    ]
    await reportUnconfigured(stored, [{ name: 'orders' }], log)
    assert.deepEqual(
      log.lines.map(({ level, destination, deliveries }) => [level, destination, deliveries]),
      [['warn', 'forward:old.example', 3]],
    )
  })

  it('do not stop the start when they cannot be counted', async () => {
    const log = recordedLog()
    await reportUnconfigured(() => Promise.reject(new Error('the disk is away')), [], log)
    assert.deepEqual(
      log.lines.map(({ error }) => error),
      ['the disk is away'],
    )
  })
})
