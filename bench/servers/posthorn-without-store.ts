// Posthorn's own app over a store that says yes at once and keeps nothing: the difference to the real one is what storing
// adds to an answer.
import { buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/load.ts'
import { createLogger } from '../../src/log.ts'
import { encodeEventId, firstSequenceAt } from '../../src/store/event-id.ts'
import type { Store } from '../../src/store/types.ts'

const nothing = { count: 0, next: null }
const ready = { state: 'ready', error: null } as const
let sequence = firstSequenceAt(Date.now())

const store: Store = {
  engine: 'sqlite',
  shared: false,
  clockAhead: () => 0,
  async accept() {
    sequence += 1
    return { status: 'accepted', id: encodeEventId(sequence), repeated: false }
  },
  claim: async () => ({ leases: [], nextDueAt: null }),
  settle: async (settlements) => settlements.map(() => false),
  list: async () => ({ events: [], next: null }),
  get: async () => null,
  find: async () => null,
  attempts: async () => [],
  changes: async () => [],
  newest: async () => 'evt_00000000000',
  deliveries: async () => ({ deliveries: [], next: null }),
  countDeliveries: async () => nothing,
  replay: async () => false,
  replayBatch: async () => nothing,
  discardBatch: async () => nothing,
  destinations: async () => [],
  setDestination: async () => {},
  reject: async () => 0,
  rejections: async () => ({ rejections: [], next: null }),
  getRejection: async () => null,
  deleteRejection: async () => false,
  statistics: async () => ({ events: [], deliveries: [], rejections: [] }),
  notes: async () => [],
  note: async () => null,
  setNote: async () => null,
  prune: async () => ({ payloads: 0, events: 0 }),
  probe: async () => ready,
  status: () => ready,
  doubts: () => [],
  backlog: () => ({ events: 0, bytes: 0 }),
  close: async () => {},
}

const config = loadConfig(process.env, { cwd: process.cwd() })
const app = await buildApp(config, {
  store,
  destinations: [],
  wake: () => {},
  operator: null,
  metrics: null,
  logger: await createLogger(config),
})
await app.listen({ port: config.port, host: config.host })
