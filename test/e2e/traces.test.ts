import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runGateway, startGateway } from '../support/gateway.ts'
import { send } from '../support/http.ts'
import { type Collector, startCollector } from '../support/otlp-collector.ts'
import { webhookSignature } from '../support/sign.ts'
import { tempDir } from '../support/temp-dir.ts'
import { answer, receiver } from '../unit/delivery/support.ts'

const secret = 'a secret that nobody may see'
const payload = '{"personal":"data that is nobody’s business"}'
const senders = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }
const traceparent = `00-${senders.traceId}-${senders.spanId}-01`
const headers = { 'content-type': 'application/json', 'x-webhook-signature': webhookSignature(secret, payload) }

function settings({ url }: Collector): Record<string, string> {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_BSP_SCHEDULE_DELAY: '1', WEBHOOK_SECRET: secret }
}

test('a request, its verification, its commit and every attempt are one trace, across a restart', async (t) => {
  const collector = await startCollector(t)
  // Nobody answers the first request.
  const { url, received, next } = await receiver(t, () => {}, answer(204))
  const forward = new URL('/hook?token=query-token', url).href
  const env = { ...settings(collector), FORWARD_URL: forward, OTEL_SERVICE_NAME: 'hooks' }
  const first = await startGateway(t, env)
  const answered = await send(first.port, { path: '/webhook/user.created?key=url-key', body: payload, headers })
  assert.equal(answered.status, 200)
  await next()
  const request = await collector.collected(({ name }) => name === 'POST /webhook/:event')
  const line = await first.logged(({ msg }) => msg === 'event received')
  await first.kill()
  const second = await startGateway(t, { ...env, DATA_DIR: first.dataDir })
  await next()
  const attempt = await collector.collected(({ name }) => name.startsWith('attempt '))
  assert.equal(await second.stop(), 0)

  assert.equal(request.kind, 2)
  assert.equal(request.parentId, '')
  assert.equal(request.resource['service.name'], 'hooks')
  const { id } = JSON.parse(answered.text)
  assert.deepEqual(request.attributes, {
    'http.request.method': 'POST',
    'http.route': '/webhook/:event',
    'url.scheme': 'http',
    'url.path': '/webhook/user.created',
    'http.request.body.size': Buffer.byteLength(payload),
    'http.response.status_code': 200,
    'posthorn.source': 'default',
    'posthorn.event.id': id,
    'posthorn.event.type': 'user.created',
    'posthorn.event.duplicate': false,
    'posthorn.event.destinations': 1,
  })
  for (const name of ['verify', 'commit']) {
    const part = await collector.collected((span) => span.name === name)
    assert.equal(part.traceId, request.traceId, name)
    assert.equal(part.parentId, request.spanId, name)
    assert.ok(part.start >= request.start && part.start <= part.end && part.end <= request.end, name)
    if (name === 'commit') assert.equal(part.attributes['posthorn.commit.events'], 1)
  }
  assert.equal(attempt.traceId, request.traceId)
  assert.equal(attempt.parentId, request.spanId)
  assert.equal(attempt.kind, 3)
  assert.equal(attempt.attributes['posthorn.event.id'], id)
  assert.equal(attempt.attributes['posthorn.attempt'], 2)
  assert.equal(attempt.attributes['http.response.status_code'], 204)
  assert.equal(attempt.attributes['server.address'], '127.0.0.1')
  // What the destination was told is that span.
  assert.equal(received[1]?.request.headers['traceparent'], `00-${attempt.traceId}-${attempt.spanId}-01`)
  assert.equal(String(received[0]?.request.headers['traceparent']).split('-')[1], request.traceId)

  assert.equal(line['traceId'], request.traceId)
  for (const word of [secret, 'nobody’s business', 'query-token', 'url-key', headers['x-webhook-signature'].slice(7)]) {
    assert.ok(!collector.sent().includes(Buffer.from(word).toString('latin1')), word)
  }
})

test('only a sender with the secret says which trace its request belongs to', async (t) => {
  const collector = await startCollector(t)
  const gateway = await startGateway(t, settings(collector))
  const traced = { ...headers, traceparent, tracestate: 'vendor=1' }
  await send(gateway.port, { path: '/webhook/signed', body: payload, headers: traced })
  await send(gateway.port, { path: '/webhook/forged', body: `${payload} `, headers: traced })
  const signed = await collector.collected(({ attributes }) => attributes['url.path'] === '/webhook/signed')
  const forged = await collector.collected(({ attributes }) => attributes['url.path'] === '/webhook/forged')
  assert.equal(signed.traceId, senders.traceId)
  assert.equal(signed.parentId, senders.spanId)
  assert.equal(signed.state, 'vendor=1')
  assert.notEqual(forged.traceId, senders.traceId)
  assert.equal(forged.parentId, '')
  assert.equal(forged.attributes['http.response.status_code'], 401)
  assert.equal(forged.attributes['error.type'], 'INVALID_SIGNATURE')
  assert.equal(forged.attributes['posthorn.refusal.cause'], 'mismatch')
})

test('a collector that is away delays no answer and is reported once; what is left is sent at the end', async (t) => {
  const gone = await startGateway(t, {
    WEBHOOK_SECRET: secret,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_TIMEOUT: '100',
    OTEL_BSP_SCHEDULE_DELAY: '1',
  })
  const answered = await send(gone.port, { path: '/webhook/a', body: payload, headers })
  assert.equal(answered.status, 200)
  await gone.logged(({ msg }) => msg.startsWith('traces could not be sent'))
  assert.equal(await gone.stop(), 0)

  const collector = await startCollector(t)
  const late = { ...settings(collector), OTEL_BSP_SCHEDULE_DELAY: '3600000' }
  const gateway = await startGateway(t, { ...late, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20otlp-key' })
  await send(gateway.port, { path: '/webhook/b', body: payload, headers })
  assert.equal(collector.spans.length, 0)
  assert.equal(await gateway.stop(), 0)
  assert.ok(collector.spans.some(({ name }) => name === 'commit'))
  assert.equal(collector.headers[0]?.['authorization'], 'Bearer otlp-key')
  assert.ok(!gateway.output().includes('otlp-key'))
})

test('an SDK of the user’s own is used where one is loaded first', async (t) => {
  const collector = await startCollector(t)
  const file = join(tempDir(), 'otel.mjs')
  const from = (name: string) => JSON.stringify(import.meta.resolve(name))
  writeFileSync(
    file,
    `import { trace } from ${from('@opentelemetry/api')}
import { SimpleSpanProcessor, TracerProvider } from ${from('@opentelemetry/sdk-trace')}
import { OTLPTraceExporter } from ${from('@opentelemetry/exporter-trace-otlp-proto')}
import { resourceFromAttributes } from ${from('@opentelemetry/resources')}
trace.setGlobalTracerProvider(new TracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'their own' }),
  spanProcessors: [new SimpleSpanProcessor({ exporter: new OTLPTraceExporter({ url: '${collector.url}/v1/traces' }) })],
}))`,
  )
  // What the variables say is for that SDK: this protocol is none of the gateway's own.
  const env = { NODE_OPTIONS: `--import ${file}`, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', WEBHOOK_SECRET: secret }
  const gateway = await startGateway(t, env)
  await send(gateway.port, { path: '/webhook/a', body: payload, headers })
  const span = await collector.collected(({ name }) => name === 'commit')
  assert.equal(span.resource['service.name'], 'their own')
})

test('what cannot be used ends the start, with what is accepted', async () => {
  const { code, stderr } = await runGateway({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'user:hidden@collector',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '12',
    OTEL_BSP_MAX_QUEUE_SIZE: 'many',
  })
  assert.equal(code, 1)
  assert.match(stderr, /OTEL_EXPORTER_OTLP_ENDPOINT: is not accepted; give an http\(s\) URL/)
  assert.match(stderr, /OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" is not accepted; give http\/protobuf/)
  assert.match(stderr, /OTEL_TRACES_SAMPLER_ARG: "12" is not accepted; give a number from 0 to 1/)
  assert.match(stderr, /OTEL_BSP_MAX_QUEUE_SIZE: "many" is not accepted/)
  assert.ok(!stderr.includes('hidden'))
})
