// Posthorn's own app over its own store, without what delivers. Every order that was stored is posted to FORWARD_URL at once
// with a bare undici, and forgotten: what handing on costs who keeps no account of it.
import { Pool } from 'undici'
import { buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/load.ts'
import { forwardHeaders } from '../../src/delivery/headers.ts'
import { createLogger } from '../../src/log.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { NewEvent } from '../../src/store/types.ts'

const config = loadConfig(process.env, { cwd: process.cwd() })
const logger = await createLogger(config)
const store = await openStore(config, { log: logger, onBroken: () => process.exit(1), onCommit: () => {} })
const post = createPost(new URL(config.forwardUrls[0] ?? ''))

/** One request that is prepared once; over as many connections as a destination has by default. */
function createPost({ origin, pathname }: URL): (event: NewEvent) => Promise<void> {
  const pool = new Pool(origin, { connections: config.deliveryConcurrency, pipelining: 1 })
  const headers = forwardHeaders(
    {
      id: 'evt_00000000000',
      source: 'default',
      type: 'order.created',
      receivedAt: Date.now(),
      headers: ['content-type', 'application/json', 'x-webhook-signature', `sha256=${'a'.repeat(64)}`],
    },
    { attempt: 1, signature: null, trace: { traceId: '1'.repeat(32), spanId: '1'.repeat(16), flags: 0, state: null } },
  )
  return async ({ body }) => {
    const answer = await pool.request({ method: 'POST', path: pathname, headers, body })
    await answer.body.dump()
  }
}

const app = await buildApp(config, {
  store: {
    ...store,
    async accept(event) {
      const result = await store.accept(event)
      if (result.status === 'accepted' && event.type === 'order.created') void post(event)
      return result
    },
  },
  destinations: [],
  wake: () => {},
  operator: null,
  metrics: null,
  logger,
})
await app.listen({ port: config.port, host: config.host })
