import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildTestApp } from '../support/app.ts'

const post = (remoteAddress: string, headers: Record<string, string> = {}) =>
  ({ method: 'POST', url: '/webhook/x', payload: '{}', remoteAddress, headers }) as const

describe('a limit on requests from one address', () => {
  it('answers 429 with Retry-After past it, and serves other addresses', async (t) => {
    const { app, lines } = await buildTestApp(t, { RATE_LIMIT_PER_MINUTE: '2' })
    for (const _ of [1, 2]) assert.equal((await app.inject(post('192.0.2.1'))).statusCode, 200)
    const refused = await app.inject(post('192.0.2.1'))
    assert.equal(refused.statusCode, 429)
    assert.deepEqual(refused.json(), { error: 'Too many requests. Try again later.' })
    assert.match(String(refused.headers['retry-after']), /^[1-9]\d?$/)
    assert.deepEqual(
      Object.keys(refused.headers).filter((name) => name.startsWith('x-ratelimit')),
      [],
    )
    assert.equal(lines.filter(({ code }) => code === 'RATE_LIMITED')[0]?.['ip'], '192.0.2.1')
    assert.equal((await app.inject(post('192.0.2.2'))).statusCode, 200)
    assert.equal((await app.inject({ url: '/health', remoteAddress: '192.0.2.1' })).statusCode, 200)
  })

  it('counts the client behind a trusted proxy, and nobody else may say who he is', async (t) => {
    const { app } = await buildTestApp(t, { RATE_LIMIT_PER_MINUTE: '1', TRUST_PROXY: '10.0.0.1' })
    const via = (proxy: string, client: string) => app.inject(post(proxy, { 'x-forwarded-for': client }))
    assert.equal((await via('10.0.0.1', '192.0.2.1')).statusCode, 200)
    assert.equal((await via('10.0.0.1', '192.0.2.2')).statusCode, 200)
    assert.equal((await via('10.0.0.1', '192.0.2.1')).statusCode, 429)
    assert.equal((await via('198.51.100.1', '192.0.2.3')).statusCode, 200)
    assert.equal((await via('198.51.100.1', '192.0.2.4')).statusCode, 429)
  })

  it('counts the 64 bits that name an IPv6 network', async (t) => {
    const { app } = await buildTestApp(t, { RATE_LIMIT_PER_MINUTE: '1' })
    assert.equal((await app.inject(post('2001:db8::1'))).statusCode, 200)
    assert.equal((await app.inject(post('2001:db8::2'))).statusCode, 429)
    assert.equal((await app.inject(post('2001:db8:0:1::1'))).statusCode, 200)
  })

  it('is not there unless it is set', async (t) => {
    const { app } = await buildTestApp(t)
    for (const _ of Array(50)) assert.equal((await app.inject(post('192.0.2.1'))).statusCode, 200)
  })
})
