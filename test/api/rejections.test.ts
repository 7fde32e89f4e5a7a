import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createRejectionKeeper } from '../../src/events/rejection.ts'
import type { NewRejection } from '../../src/store/types.ts'
import { type Api, openApi } from './support.ts'

const secret = 'a-secret-of-a-good-length'

/** Once so many are there. */
async function listed(api: Api, expected: number, query = '') {
  for (let turns = 0; turns < 2_000; turns += 1) {
    const { json } = await api.get(`/api/rejections${query}`)
    if (json.rejections.length >= expected) return json.rejections
    await nextTurn()
  }
  throw new Error(`no ${expected} rejected requests`)
}

describe('a rejected request', () => {
  it('is kept as it came, with the cause that its sender was not told', async (t) => {
    const api = await openApi(t, { GITHUB_WEBHOOK_SECRET: secret })
    const answer = await api.app.inject({
      method: 'POST',
      url: '/webhook/github?a=1',
      payload: '{"zen":"x"}',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${'ab'.repeat(32)}` },
    })
    assert.equal(answer.statusCode, 401)
    const [found] = await listed(api, 1)
    assert.deepEqual(
      [found.source, found.cause, found.method, found.url, found.remoteAddress, found.bodySize],
      ['github', 'mismatch', 'POST', '/webhook/github?a=1', '127.0.0.1', 11],
    )
    const { json } = await api.get(`/api/rejections/${found.id}`)
    assert.equal(json.body.text, '{"zen":"x"}')
    assert.ok(json.headers.some(([name]: [string]) => name.toLowerCase() === 'x-hub-signature-256'))
  })

  it('is filed under what was wrong with it', async (t) => {
    const api = await openApi(t, { BODY_LIMIT: '1kb' })
    const post = (payload: string, headers: Record<string, string> = {}, url = '/webhook/x') =>
      api.app.inject({ method: 'POST', url, payload, headers })
    await post('{', { 'content-type': 'application/json' })
    await post('x'.repeat(2_000))
    await post('', { 'x-event-type': '' })
    const found = await listed(api, 3)
    assert.deepEqual(
      found.map(({ cause, bodySize }: { cause: string; bodySize: number }) => [cause, bodySize]),
      [
        ['invalid_event', 0],
        ['too_large', 2_000],
        ['invalid_json', 1],
      ],
    )
  })

  it('is kept without the token that it came with', async (t) => {
    const token = 'the-token-of-this-source'
    const api = await openApi(t, {
      ACME_WEBHOOK_SECRET: token,
      ACME_WEBHOOK_PROVIDER: 'token',
      ACME_WEBHOOK_ALLOW: '192.0.2.1',
    })
    const url = `/webhook/acme?a=1&token=${token}&b=2`
    const headers = { 'x-webhook-token': token, referer: `https://hooks.example.com${url}` }
    assert.equal((await api.app.inject({ method: 'POST', url, headers, payload: '{}' })).statusCode, 401)
    const [found] = await listed(api, 1)
    assert.equal(found.url, '/webhook/acme?a=1&token=[hidden]&b=2')
    const { text } = await api.get(`/api/rejections/${found.id}`)
    assert.ok(!text.includes(token))
    assert.ok(!JSON.stringify(await api.store.getRejection(found.id)).includes(token))
  })

  it('is not kept where the operator does not want that', async (t) => {
    const api = await openApi(t, { KEEP_REJECTIONS: 'false', WEBHOOK_SECRET: secret })
    assert.equal((await api.app.inject({ method: 'POST', url: '/webhook/x' })).statusCode, 401)
    for (let turns = 0; turns < 50; turns += 1) await nextTurn()
    assert.deepEqual((await api.get('/api/rejections')).json.rejections, [])
  })

  it('of a flood is counted, and one in many kept', () => {
    let now = 0
    const kept: NewRejection[] = []
    const keep = createRejectionKeeper(
      {
        reject: async (rejections) => {
          kept.push(...rejections)
          return rejections.length
        },
      },
      () => now,
    )
    const refused = {
      source: 'github',
      cause: 'mismatch',
      detail: null,
      receivedAt: 0,
      method: 'POST',
      url: '/webhook/github',
      remoteAddress: null,
      headers: [],
      body: null,
    }
    for (let n = 0; n < 1_000; n += 1) keep(refused)
    assert.equal(kept.length, 20)
    now += 1_000
    keep(refused)
    assert.equal(kept.length, 21)
    assert.equal(kept.at(-1)?.count, 981)
  })
})
