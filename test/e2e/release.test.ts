import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { it } from 'node:test'
import { github, secrets } from '../diagnosis/senders.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { send } from '../support/http.ts'
import { webhookSignature } from '../support/sign.ts'
import { tempDir } from '../support/temp-dir.ts'

const token = 'f00dcafe'.repeat(8)
const authorization = `Bearer ${token}`

// biome-ignore lint/suspicious/noExplicitAny: what the API answers is what is tested
async function ask(gateway: Gateway, method: string, path: string, body?: object): Promise<any> {
  const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  const answer = await send(gateway.port, {
    method,
    path,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return answer.json
}

it('what was rejected for a wrong setting is explained, and delivered once that is mended', async (t) => {
  const received: { body: Buffer; event: string | undefined }[] = []
  let arrived = () => {}
  const delivered = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const sink = createServer(async (request, response) => {
    received.push({ body: await buffer(request), event: String(request.headers['x-github-event']) })
    response.end()
    arrived()
  })
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  t.after(() => void sink.close())
  const address = sink.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const settings = {
    DATA_DIR: join(tempDir(), 'data'),
    ADMIN_TOKEN: token,
    FORWARD_URL: `http://127.0.0.1:${port}/`,
    FORWARD_SECRET: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
  }
  const { headers, body } = await github()

  const wrong = await startGateway(t, { ...settings, GITHUB_WEBHOOK_SECRET: `'${secrets.github}'` })
  const refused = await send(wrong.port, { path: '/webhook/github', headers, body })
  assert.deepEqual([refused.status, refused.json], [401, { error: 'Invalid signature.' }])
  let kept = []
  while (kept.length === 0) kept = (await ask(wrong, 'GET', '/api/rejections')).rejections
  const { diagnosis } = await ask(wrong, 'GET', `/api/rejections/${kept[0].id}`)
  assert.deepEqual([diagnosis.cause, diagnosis.certainty], ['secret_quotes', 'proven'])
  assert.match((await ask(wrong, 'POST', `/api/rejections/${kept[0].id}/release`)).error, /^It is still rejected/)
  assert.equal(await wrong.stop(), 0)
  assert.ok(!wrong.output().includes(secrets.github.slice(0, 8)))

  const right = await startGateway(t, { ...settings, GITHUB_WEBHOOK_SECRET: secrets.github })
  const [again] = (await ask(right, 'GET', '/api/rejections')).rejections
  assert.equal((await ask(right, 'GET', `/api/rejections/${again.id}`)).diagnosis.cause, 'genuine')
  assert.deepEqual(await ask(right, 'POST', '/api/rejections/release', { filter: {}, dryRun: true }), {
    matching: 1,
    examined: 1,
    genuine: 1,
  })
  const released = await ask(right, 'POST', `/api/rejections/${again.id}/release`)
  assert.equal(released.outcome, 'released')
  await delivered
  assert.deepEqual(
    received.map((one) => [one.body.toString(), one.event]),
    [[body, 'issues']],
  )
  // The sender's own retry finds it.
  const retry = await send(right.port, { path: '/webhook/github', headers, body })
  const { id, duplicate } = retry.json as { id: string; duplicate: boolean }
  assert.deepEqual([retry.status, duplicate, id], [200, true, released.eventId])
  assert.equal(await right.stop(), 0)
})

it('a release of many goes on after its process was killed, and stores and counts each once', async (t) => {
  const settings = { DATA_DIR: join(tempDir(), 'data'), ADMIN_TOKEN: token }
  const right = 'the-secret-that-senders-have'
  // No more than are kept of those that come in a second.
  const bodies = Array.from({ length: 16 }, (_, n) => JSON.stringify(n % 2 === 0 ? { id: `evt_${n}`, n } : { n }))
  const deliver = async (gateway: Gateway, body: string, secret: string) => {
    const headers = { 'content-type': 'application/json', 'x-webhook-signature': webhookSignature(secret, body) }
    return (await send(gateway.port, { path: '/webhook/order.created', headers, body })).status
  }

  const wrong = await startGateway(t, { ...settings, WEBHOOK_SECRET: 'another-secret-than-they-have' })
  for (const [n, body] of bodies.entries()) {
    assert.equal(await deliver(wrong, body, right), 401)
    if (n % 8 === 0) assert.equal(await deliver(wrong, body, 'nobody-has-this-secret'), 401)
  }
  let kept: { id: string; url: string }[] = []
  while (kept.length < 18) kept = (await ask(wrong, 'GET', '/api/rejections?limit=100')).rejections
  assert.equal(await wrong.stop(), 0)

  const mended = { ...settings, WEBHOOK_SECRET: right }
  const doomed = await startGateway(t, mended)
  const { id } = await ask(doomed, 'POST', '/api/rejections/release', { filter: {}, ratePerSecond: 20 })
  while ((await ask(doomed, 'GET', `/api/jobs/${id}`)).count < 5) {}
  await doomed.kill()

  const next = await startGateway(t, mended)
  await next.logged(({ msg, job }) => msg === 'a job goes on' && job === id)
  await next.logged(({ msg, job }) => msg === 'a job ended' && job === id)
  const { state, count, error, results } = await ask(next, 'GET', `/api/jobs/${id}`)
  assert.deepEqual([state, count, error], ['done', 18, null])
  assert.deepEqual(
    results.map((result: { id: string }) => result.id),
    kept.map((one) => one.id).toReversed(),
  )
  const outcomes = results.map(({ outcome }: { outcome: string }) => outcome)
  assert.equal(outcomes.filter((outcome: string) => outcome === 'rejected').length, 2)
  const { events } = await ask(next, 'GET', '/api/events?limit=100')
  assert.equal(events.length, 16)
  const stored = await Promise.all(events.map((one: { id: string }) => ask(next, 'GET', `/api/events/${one.id}`)))
  assert.deepEqual(stored.map(({ body }) => body.text).toSorted(), bodies.toSorted())
  assert.equal((await ask(next, 'GET', '/api/rejections?limit=100')).rejections.length, 2)
  assert.equal(await next.stop(), 0)
})
