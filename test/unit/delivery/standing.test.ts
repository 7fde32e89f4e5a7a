import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reportStanding } from '../../../src/delivery/standing.ts'
import type { DestinationStatus } from '../../../src/store/types.ts'
import { recordedLog, START } from './support.ts'

const status = (name: string, overrides: Partial<DestinationStatus>): DestinationStatus => ({
  name,
  pausedAt: null,
  disabledAt: null,
  disabledReason: null,
  pending: 0,
  retrying: 0,
  leased: 0,
  dead: 0,
  oldestDueAt: null,
  ...overrides,
})

describe('at the start', () => {
  it('deliveries for destinations that are no longer configured are worth a warning with their number', async () => {
    const log = recordedLog()
    const stored = async () => [
      status('orders', { pending: 3, leased: 1 }),
      status('forward:old.example', { pending: 2, leased: 1 }),
      status('handler:gone', { dead: 5 }),
    ]
    await reportStanding(stored, [{ name: 'orders' }], log)
    assert.deepEqual(
      log.lines.map(({ level, destination, deliveries }) => [level, destination, deliveries]),
      [['warn', 'forward:old.example', 3]],
    )
  })

  it('so are destinations that stand still since an earlier run', async () => {
    const log = recordedLog()
    const stored = async () => [
      status('paused', { pausedAt: START, pending: 7 }),
      status('gone', { disabledAt: START, disabledReason: 'it answered 410' }),
    ]
    await reportStanding(stored, [{ name: 'paused' }, { name: 'gone' }], log)
    assert.deepEqual(
      log.lines.map(({ destination, deliveries, since, reason }) => [destination, deliveries, since, reason]),
      [
        ['paused', 7, new Date(START).toISOString(), undefined],
        ['gone', 0, new Date(START).toISOString(), 'it answered 410'],
      ],
    )
  })

  it('nothing is stopped by what cannot be counted', async () => {
    const log = recordedLog()
    await reportStanding(() => Promise.reject(new Error('the disk is away')), [], log)
    assert.deepEqual(
      log.lines.map(({ error }) => error),
      ['the disk is away'],
    )
  })
})
