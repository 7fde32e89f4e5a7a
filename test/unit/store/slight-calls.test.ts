import assert from 'node:assert/strict'
import { it } from 'node:test'
import { pruneStart } from '../../../src/store/sqlite/prune.ts'
import { isSlight } from '../../../src/store/sqlite/slight-calls.ts'

const nothing = { payloads: 0, events: 0, cursor: pruneStart, more: false }
const options = { now: 0, eventRetentionMs: 1, dedupRetentionMs: 1 }
const prune = { do: 'prune', options, cursor: pruneStart } as const
const claim = { do: 'claim', requests: [], now: 0 } as const

it('what a gateway at rest asks of its store leaves next to nothing', () => {
  assert.ok(isSlight({ do: 'probe', now: 0, bytes: 0 }, true))
  assert.ok(isSlight({ do: 'destinations' }, []))
  assert.ok(isSlight(prune, nothing))
  assert.ok(!isSlight(prune, { ...nothing, payloads: 1 }))
  assert.ok(!isSlight(prune, { ...nothing, events: 1 }))
  assert.ok(isSlight(claim, { leases: [], nextDueAt: null }))
  assert.ok(!isSlight({ do: 'settle', settlements: [], now: 0 }, [true]))
  assert.ok(!isSlight({ do: 'reject', rejections: [], now: 0 }, 3))
})
