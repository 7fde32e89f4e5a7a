import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { StoreUnavailableError } from '../../src/store/errors.ts'
import { buildTestApp } from '../support/app.ts'
import { openApi, token } from './support.ts'

const paths = ['/api/events', '/api/status', '/api/nothing', '/openapi.json', '/docs', '/metrics']

describe('the operator’s routes', () => {
  it('are closed to whoever has no token', async (t) => {
    const { app, lines } = await openApi(t)
    for (const url of paths) {
      for (const authorization of [undefined, 'Bearer wrong', `Basic ${token}`]) {
        const headers = authorization === undefined ? {} : { authorization }
        const answer = await app.inject({ url, headers, remoteAddress: `192.0.2.${Math.floor(Math.random() * 250)}` })
        assert.equal(answer.statusCode, 401, url)
        assert.equal(answer.headers['www-authenticate'], 'Bearer realm="posthorn"')
        assert.deepEqual(Object.keys(answer.json()), ['error'])
      }
    }
    assert.ok(lines.every((line) => !JSON.stringify(line).includes(token)))
    assert.ok(lines.some((line) => line['code'] === 'NOT_ADMITTED'))
  })

  it('are no webhook routes: no CORS, nothing to be kept by a cache', async (t) => {
    const { get } = await openApi(t)
    const { headers } = await get('/api/events')
    assert.equal(headers['access-control-allow-origin'], undefined)
    assert.equal(headers['cache-control'], 'no-store')
  })

  it('close for a minute to an address that tries tokens, the right one included', async (t) => {
    const { app } = await openApi(t)
    const ask = (authorization: string, remoteAddress = '192.0.2.1') =>
      app.inject({ url: '/api/status', headers: { authorization }, remoteAddress })
    for (let n = 0; n < 10; n += 1) assert.equal((await ask('Bearer wrong')).statusCode, 401)
    const blocked = await ask(`Bearer ${token}`)
    assert.equal(blocked.statusCode, 429)
    assert.ok(Number(blocked.headers['retry-after']) > 0)
    assert.equal((await ask(`Bearer ${token}`, '192.0.2.2')).statusCode, 200)
  })

  it('let a viewer count what a job would change, and change nothing', async (t) => {
    const viewer = 'badcab1e'.repeat(8)
    const { app, get, post } = await openApi(t, { VIEWER_TOKEN: viewer })
    const id = await post('user.created')
    const ask = (url: string, payload: object) =>
      app.inject({ method: 'POST', url, headers: { authorization: `Bearer ${viewer}` }, payload })
    const replay = { kind: 'replay', filter: { state: 'pending' } }
    const counted = await ask('/api/jobs', { ...replay, dryRun: true })
    assert.deepEqual([counted.statusCode, counted.json()], [200, { matching: 2 }])
    const tried = await ask('/api/rejections/release', { filter: {}, dryRun: true })
    assert.deepEqual([tried.statusCode, tried.json()], [200, { matching: 0, examined: 0, genuine: 0 }])
    for (const [url, body] of [
      ['/api/jobs', replay],
      ['/api/jobs', { ...replay, dryRun: false }],
      ['/api/jobs', { kind: 'discard', filter: {} }],
      ['/api/rejections/release', { filter: {} }],
      [`/api/events/${id}/replay`, { dryRun: true }],
    ] as const) {
      const refused = await ask(url, body)
      assert.equal(refused.statusCode, 403, url)
      assert.match(refused.json().error, /^VIEWER_TOKEN is for looking only/)
    }
    assert.deepEqual((await get('/api/jobs')).json, { jobs: [] })
    assert.equal((await ask('/api/jobs', { ...replay, dryRun: 'true' })).statusCode, 400)
  })

  it('are for this machine alone without a token, and for nobody in production', async (t) => {
    const open = await buildTestApp(t)
    const ask = (remoteAddress: string) =>
      open.app.inject({ url: '/api/status', headers: { host: 'localhost' }, remoteAddress })
    assert.equal((await ask('127.0.0.1')).statusCode, 200)
    assert.equal((await ask('10.0.0.1')).statusCode, 403)
    const production = await buildTestApp(t, { NODE_ENV: 'production' })
    for (const url of paths) {
      const answer = await production.app.inject({ url, headers: { host: 'localhost' }, remoteAddress: '127.0.0.1' })
      assert.equal(answer.statusCode, 404, url)
    }
  })

  it('say when the store cannot answer', async (t) => {
    const { get } = await openApi(t, {}, (store) => ({
      ...store,
      list: () => Promise.reject(new StoreUnavailableError('the disk is full')),
    }))
    const { status, json, headers } = await get('/api/events')
    assert.equal(status, 503)
    assert.match(json.error, /the disk is full/)
    assert.equal(headers['retry-after'], '5')
  })

  it('are described on a page that runs nothing, and shows nothing of anybody’s making', async (t) => {
    const { get } = await openApi(t)
    const { text, headers } = await get('/docs')
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.match(String(headers['content-security-policy']), /default-src 'none'/)
    assert.doesNotMatch(text, /<script|javascript:|undefined|\[object/)
    for (const path of ['GET /api/events/{id}', 'POST /api/jobs', 'DELETE /api/jobs/{id}', 'GET /metrics']) {
      assert.ok(text.includes(`<code>${path}</code>`), path)
    }
  })

  it('are described in OpenAPI 3.1, each with its answers', async (t) => {
    const { get } = await openApi(t)
    const { json } = await get('/openapi.json')
    assert.equal(json.openapi, '3.1.0')
    const operations = Object.values<Record<string, { summary?: string; responses: object }>>(json.paths).flatMap(
      (path) => Object.values(path),
    )
    assert.ok(operations.length >= 17, `${operations.length} operations`)
    for (const { summary, responses } of operations) {
      assert.ok(summary)
      assert.ok(Object.keys(responses).some((status) => status.startsWith('2')))
    }
    assert.ok(!JSON.stringify(json).includes(token))
  })
})
