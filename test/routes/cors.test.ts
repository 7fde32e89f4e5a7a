import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildTestApp } from '../support/app.ts'

const preflight = (url: string, method: string) =>
  ({
    method: 'OPTIONS',
    url,
    headers: {
      origin: 'https://shop.example',
      'access-control-request-method': method,
      'access-control-request-headers': 'content-type, x-webhook-signature',
    },
  }) as const

describe('CORS', () => {
  it('lets a preflight of the webhook and health routes pass', async (t) => {
    const { app } = await buildTestApp(t)
    for (const [url, method] of [
      ['/webhook/user.created', 'POST'],
      ['/health', 'GET'],
    ] as const) {
      const answer = await app.inject(preflight(url, method))
      assert.equal(answer.statusCode, 204)
      assert.equal(answer.body, '')
      assert.equal(answer.headers['access-control-allow-origin'], '*')
      assert.equal(answer.headers['access-control-allow-methods'], 'GET, HEAD, POST')
      assert.equal(answer.headers['access-control-allow-headers'], 'content-type, x-webhook-signature')
    }
  })

  it('is on the answers themselves, refusals too, so that a page can read them', async (t) => {
    const { app } = await buildTestApp(t, { WEBHOOK_SECRET: 'a secret of some length' })
    for (const [method, url, status] of [
      ['POST', '/webhook/x', 401],
      ['GET', '/webhook/x', 405],
      ['GET', '/health', 200],
    ] as const) {
      const answer = await app.inject({ method, url, headers: { origin: 'https://shop.example' } })
      assert.equal(answer.statusCode, status)
      assert.equal(answer.headers['access-control-allow-origin'], '*')
    }
  })

  it('names only the configured origin, whoever asks', async (t) => {
    const { app } = await buildTestApp(t, { CORS_ORIGIN: 'https://shop.example' })
    for (const origin of ['https://shop.example', 'https://evil.example']) {
      const answer = await app.inject({ method: 'POST', url: '/webhook/x', headers: { origin } })
      assert.equal(answer.headers['access-control-allow-origin'], 'https://shop.example')
    }
  })

  it('is nowhere else', async (t) => {
    const { app } = await buildTestApp(t)
    app.get('/elsewhere', async () => 'stock')
    for (const url of ['/', '/elsewhere', '/unknown']) {
      const answer = await app.inject({ method: 'GET', url, headers: { origin: 'https://shop.example' } })
      assert.equal(answer.headers['access-control-allow-origin'], undefined, url)
      assert.equal((await app.inject(preflight(url, 'GET'))).statusCode, 404, url)
    }
  })
})
