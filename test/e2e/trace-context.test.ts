import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startGateway } from '../support/gateway.ts'
import { send } from '../support/http.ts'
import { answer, receiver } from '../unit/delivery/support.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`

test('a destination gets the trace of an event, the same when the gateway died in between', async (t) => {
  // Nobody answers the first two requests.
  const { url, received, next } = await receiver(
    t,
    () => {},
    () => {},
    answer(204),
  )
  const env = { FORWARD_URL: url.href, LOG_LEVEL: 'info' }
  const first = await startGateway(t, env)
  const json = { 'content-type': 'application/json' }
  await send(first.port, { path: '/webhook/known', body: '{}', headers: { ...json, traceparent, tracestate: 'a=1' } })
  await next()
  await send(first.port, { path: '/webhook/own', body: '{}', headers: { ...json, traceparent: 'nonsense' } })
  await next()
  await first.kill()
  const second = await startGateway(t, { ...env, DATA_DIR: first.dataDir })
  await Promise.all([next(), next()])

  const told = (attempt: string, type: string) => {
    const found = received.find(
      ({ request: { headers } }) => headers['posthorn-attempt'] === attempt && headers['posthorn-type'] === type,
    )
    return found?.request.headers ?? {}
  }
  const [known, ownTrace] = [told('1', 'known'), told('1', 'own')]
  assert.match(String(known['traceparent']), new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`))
  assert.notEqual(known['traceparent'], traceparent)
  assert.equal(known['tracestate'], 'a=1')
  assert.equal(known['posthorn-original-traceparent'], traceparent)
  assert.match(String(ownTrace['traceparent']), /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  assert.equal(ownTrace['tracestate'], undefined)

  for (const [type, before] of [
    ['known', known],
    ['own', ownTrace],
  ] as const) {
    const parts = (header: unknown) => String(header).split('-')
    const after = told('2', type)
    assert.equal(parts(after['traceparent'])[1], parts(before['traceparent'])[1])
    assert.notEqual(parts(after['traceparent'])[2], parts(before['traceparent'])[2])
    const line = await second.logged(
      ({ msg, traceId: logged }) => msg === 'delivered' && logged === parts(after['traceparent'])[1],
    )
    assert.equal(line['outcome'], 'done')
  }
})
