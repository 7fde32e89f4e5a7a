// One measurement of delivering, in a process of its own: hands on events to sinks and says what it took. Takes a
// DeliverySpec as its argument and prints a DeliveryReport on standard error, since the log has standard output.
import { randomBytes } from 'node:crypto'
import { forwardName } from '../../src/delivery/destination-name.ts'
import { createDestinations } from '../../src/delivery/destinations.ts'
import { createDispatcher } from '../../src/delivery/dispatcher.ts'
import { forwardHeaders } from '../../src/delivery/headers.ts'
import { createLogger } from '../../src/log.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import type { NewEvent } from '../../src/store/types.ts'
import { readProcessStat } from '../load/process-stat.ts'
import type { DeliveryReport, DeliverySpec } from './types.ts'

const spec: DeliverySpec = JSON.parse(process.argv[2] ?? '')
const warmup = Math.floor(spec.deliveries / 4)

/** Reads the clocks after the warm-up and at the end. */
function createMeter(): { readonly count: () => void; readonly done: Promise<DeliveryReport> } {
  let seen = 0
  let before = { at: 0, cpu: 0, mainThreadCpu: 0 }
  const read = () => ({ at: performance.now(), ...readProcessStat(process.pid) })
  const { promise, resolve } = Promise.withResolvers<DeliveryReport>()
  return {
    done: promise,
    count() {
      seen += 1
      if (seen === warmup) before = read()
      if (seen !== warmup + spec.deliveries) return
      const after = read()
      resolve({
        perSecond: (spec.deliveries * 1_000) / (after.at - before.at),
        cpu: (after.cpu - before.cpu) / spec.deliveries,
        mainThreadCpu: (after.mainThreadCpu - before.mainThreadCpu) / spec.deliveries,
      })
    },
  }
}

const headers = ['content-type', 'application/json', 'x-webhook-signature', `sha256=${'a'.repeat(64)}`]
headers.push('user-agent', 'acme-webhooks/1.0', 'accept', '*/*')

/** What someone would write who only wants these bytes posted: the same requests over the same number of connections. */
async function postWithUndici(): Promise<DeliveryReport> {
  const { Pool } = await import('undici')
  const meter = createMeter()
  const [url = ''] = spec.urls
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections: spec.concurrency, pipelining: 1 })
  const body = randomBytes(spec.bodySize)
  const event = { id: 'evt_0000000000000000000', source: 'default', type: 'order.created', headers }
  const sent = forwardHeaders(
    { ...event, receivedAt: Date.now() },
    { attempt: 1, signature: null, trace: { traceId: '1'.repeat(32), spanId: '1'.repeat(16), flags: 0, state: null } },
  )
  let left = warmup + spec.deliveries
  const post = async () => {
    while (left > 0) {
      left -= 1
      const answer = await pool.request({ method: 'POST', path: pathname, headers: sent, body })
      await answer.body.dump()
      meter.count()
    }
  }
  await Promise.all(Array.from({ length: spec.concurrency }, post))
  await pool.close()
  return meter.done
}

/** Posthorn's engine with all that waits already stored, so that nothing but delivering is measured. */
async function deliver(): Promise<DeliveryReport> {
  const store = await openSqliteStore({ dataDir: spec.dataDir, dedupRetentionMs: 86_400_000, timeoutMs: 60_000 })
  const destinations = await createDestinations({
    forwardUrls: [...spec.urls, ...spec.hanging],
    forwardSecret: null,
    handlersDir: `${spec.dataDir}/no-handlers`,
    deliveryConcurrency: spec.concurrency,
    deliveryTimeoutMs: 15_000,
  })
  const names = destinations.list.map(({ name }) => name)
  const hanging = new Set(spec.hanging.map((url) => forwardName(new URL(url))))
  const events = Math.ceil((warmup + spec.deliveries) / spec.urls.length)
  const body = randomBytes(spec.bodySize)
  const make = (n: number): NewEvent => ({
    source: 'default',
    type: 'order.created',
    externalId: String(n),
    dedupKey: `default:${n}`,
    replay: null,
    receivedAt: Date.now(),
    headers,
    body,
    destinations: names,
  })
  for (let n = 0; n < events; n += 1_000) {
    const size = Math.min(1_000, events - n)
    await Promise.all(Array.from({ length: size }, (_, i) => store.accept(make(n + i))))
  }
  const meter = createMeter()
  const log = await createLogger({ logLevel: spec.log ? 'info' : 'silent', logPretty: false })
  const dispatcher = createDispatcher({
    store,
    destinations: destinations.list,
    log,
    graceMs: 0,
    observe: ({ destination }) => {
      if (!hanging.has(destination)) meter.count()
    },
  })
  dispatcher.start()
  const report = await meter.done
  await dispatcher.stop()
  await destinations.close()
  await store.close()
  return report
}

process.stderr.write(JSON.stringify(await (spec.engine === 'undici' ? postWithUndici() : deliver())))
