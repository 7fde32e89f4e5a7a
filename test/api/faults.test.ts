import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openApi, token } from './support.ts'

describe('a request of the operator that cannot be served', () => {
  it('is told the field and what it may be', async (t) => {
    const { get, send } = await openApi(t)
    const wrong: readonly (readonly [path: string, problem: RegExp])[] = [
      ['events?status=lost', /^status: give pending, .*, dead, discarded or none$/],
      ['events?colour=red', /^colour: is not known here; known: .*source, .*cursor/],
      ['events?limit=9999', /^limit: expected .*500$/],
      ['events?limit=many', /^limit: expected integer$/],
      ['events?cursor=2', /^cursor: give the `next` of the page before/],
      ['events?cursor=rej_00000000001', /^cursor: /],
      ['rejections?cursor=evt_00000000001', /^cursor: /],
      ['deliveries?cursor=evt_00000000001', /^cursor: /],
      ['deliveries?cursor=2.0', /^cursor: /],
      ['deliveries?cursor=evt_00000000001.', /^cursor: /],
      ['deliveries?cursor=evt_00000000001.a', /^cursor: /],
      ['deliveries?cursor=evt_00000000001.1.2', /^cursor: /],
      ['deliveries?cursor=evt_00000000001.9999999999', /^cursor: /],
    ]
    for (const [path, problem] of wrong) {
      const { status, json } = await get(`/api/${path}`)
      assert.deepEqual([status, Object.keys(json)], [400, ['error']], path)
      assert.match(json.error, problem)
    }
    const jobs: readonly (readonly [job: unknown, problem: RegExp])[] = [
      [{ kind: 'replay' }, /^filter: is missing$/],
      [{ filter: {} }, /^kind: is missing; give replay or discard$/],
      [{ kind: 'mend', filter: {} }, /^kind: give replay or discard$/],
      [{ kind: 'replay', filter: { colour: 'red' } }, /^filter\.colour: is not known here; known: .*destination/],
      ['replay', /^body: /],
    ]
    for (const [job, problem] of jobs) {
      const { status, json } = await send('POST', '/api/jobs', job)
      assert.equal(status, 400, JSON.stringify(job))
      assert.match(json.error, problem)
    }
  })

  it('is asked for JSON where it brings something else', async (t) => {
    const { app } = await openApi(t)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await app.inject({ method: 'POST', url: '/api/jobs', headers, payload: '{}' })
    assert.deepEqual(
      [answer.statusCode, answer.json()],
      [415, { error: 'Send JSON, with Content-Type: application/json.' }],
    )
  })
})

it('the description names each path as it is documented', async (t) => {
  const { get } = await openApi(t)
  const { json } = await get('/openapi.json')
  const paths = Object.keys(json.paths)
  assert.ok(paths.includes('/api/events') && paths.includes('/api/events/{id}/replay') && paths.includes('/metrics'))
  assert.deepEqual(
    paths.filter((path) => path.endsWith('/')),
    [],
  )
})

it('an IPv4 address is logged and kept as people write it', async (t) => {
  const { app, get, lines } = await openApi(t, { WEBHOOK_SECRET: 'a secret of the test' })
  await app.inject({ method: 'POST', url: '/webhook/a', payload: '{}', remoteAddress: '::ffff:192.0.2.7' })
  assert.ok(lines.some((line) => line['ip'] === '192.0.2.7'))
  const { json } = await get('/api/rejections')
  assert.equal(json.rejections[0].remoteAddress, '192.0.2.7')
})
