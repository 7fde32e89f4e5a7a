import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openApi, token } from './support.ts'

/** The samples of a scrape by name and labels. */
function samples(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

it('metrics count what was accepted, known and rejected, and show what waits', async (t) => {
  const { app, get, post, store } = await openApi(t)
  for (let n = 0; n < 3; n += 1) await post('push', '{"id":"same","type":"push"}')
  await post('bad', '{', { 'content-type': 'application/json' })
  const { leases } = await store.claim([{ destination: 'app', limit: 1, leaseMs: 60_000 }], Date.now() + 1)
  assert.equal(leases.length, 1)
  const { status, headers, text } = await get('/metrics')
  assert.equal(status, 200)
  assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/)
  const found = samples(text)
  assert.equal(found.get('posthorn_events_accepted_total{source="default"}'), 1)
  assert.equal(found.get('posthorn_events_duplicate_total{source="default"}'), 2)
  assert.equal(found.get('posthorn_requests_rejected_total{source="default",code="INVALID_JSON",cause=""}'), 1)
  assert.equal(found.get('posthorn_answer_seconds_count{source="default"}'), 3)
  assert.equal(found.get('posthorn_deliveries{destination="app",state="leased"}'), 1)
  assert.equal(found.get('posthorn_deliveries{destination="crm/hooks",state="pending"}'), 1)
  assert.equal(found.get('posthorn_destination_state{destination="app",state="active"}'), 1)
  assert.equal(found.get('posthorn_received_bytes_total{source="default"}'), 3 * '{"id":"same","type":"push"}'.length)
  assert.equal(found.get('posthorn_breaker_state{destination="app",state="half-open"}'), 1)
  assert.equal(found.get('posthorn_store_state{state="ready"}'), 1)
  assert.equal(found.get('posthorn_store_waiting_events'), 0)
  assert.ok(Number(found.get('posthorn_disk_free_bytes')) > 0)
  assert.ok(found.has('nodejs_eventloop_lag_seconds'))
  assert.ok(!text.includes(token))
  assert.equal((await app.inject({ url: '/metrics' })).statusCode, 401)
})

it('an age is by the clock that due times go by, wherever it is shown', async (t) => {
  const hour = 3600
  const { get, post } = await openApi(t, {}, (store) => ({ ...store, clockAhead: () => hour * 1000 }))
  await post('push')
  const shown = [
    samples((await get('/metrics')).text).get('posthorn_oldest_due_seconds{destination="app"}'),
    (await get('/api/destinations')).json.destinations[0].ageSeconds,
    (await get('/api/overview')).json.backlog.ageSeconds,
  ]
  for (const age of shown) assert.ok(age >= hour && age < hour + 60, String(age))
  const { text } = (await get('/api/overview')).json.warnings.find(({ code }: { code: string }) =>
    code.startsWith('destination:app'),
  )
  assert.match(text, /has been due for 60 minutes/)
})
