import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { startGateway } from '../support/gateway.ts'
import { send } from '../support/http.ts'
import { hmacHex } from '../support/sign.ts'

const body = '{"type":"deploy.finished"}'
const json = { 'content-type': 'application/json' }
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`

describe('a sender that signs nothing', async () => {
  // `%` and `+` are written otherwise in a URL.
  const current = `${randomBytes(24).toString('hex')}%+&`
  const previous = randomBytes(24).toString('hex')
  const credentials = `hooks:${randomBytes(24).toString('hex')}`
  const hidden = [current, previous, credentials, encodeURIComponent(current), basic(credentials).slice(6)]
  const secrets = hidden.length
  const delivered: IncomingMessage[] = []
  const sink = createServer((request, response) => {
    delivered.push(request)
    request.resume().on('end', () => response.end())
  }).listen(0, '127.0.0.1')
  await once(sink, 'listening')
  after(() => void sink.close())
  const gateway = await startGateway(
    { after },
    {
      RAILWAY_WEBHOOK_SECRET: current,
      RAILWAY_WEBHOOK_SECRET_PREVIOUS: previous,
      FRESHDESK_WEBHOOK_SECRET: credentials,
      ACME_WEBHOOK_SECRET: randomBytes(24).toString('hex'),
      ACME_WEBHOOK_PROVIDER: 'token',
      KEYED_WEBHOOK_SECRET: current,
      KEYED_WEBHOOK_PROVIDER: 'token',
      KEYED_WEBHOOK_HEADER: 'X-Acme-Key',
      SIGNED_WEBHOOK_SECRET: current,
      SIGNED_WEBHOOK_HEADER: 'X-Acme-Check',
      FORWARD_URL: `http://127.0.0.1:${(sink.address() as AddressInfo).port}/in`,
      LOG_PAYLOADS: 'true',
      LOG_LEVEL: 'trace',
    },
  )
  let answers = ''
  const post = async (path: string, headers: Readonly<Record<string, string>> | readonly string[] = {}) => {
    const given = Array.isArray(headers) ? headers : Object.entries(headers).flat()
    const { status, text } = await send(gateway.port, {
      path,
      headers: [...Object.entries(json).flat(), ...given],
      body,
    })
    answers += text
    if (status === 401) assert.equal(text, '{"error":"Invalid signature."}')
    return status
  }
  const inUrl = (secret: string, source = 'railway') => `/webhook/${source}?token=${encodeURIComponent(secret)}`

  it('is known by its secret, in the URL or a header', async () => {
    assert.equal(await post(inUrl(current)), 200)
    assert.equal(await post(`/webhook/railway?a=b&token=${encodeURIComponent(current)}&c`), 200)
    assert.equal(await post('/webhook/railway', { authorization: `Bearer ${current}` }), 200)
    assert.equal(await post('/webhook/railway', { Authorization: `bearer ${current}` }), 200)
    assert.equal(await post('/webhook/railway', { 'X-Webhook-Token': current }), 200)
    assert.equal(await post('/webhook/freshdesk', { authorization: basic(credentials) }), 200)
    const line = await gateway.logged(({ source }) => source === 'freshdesk')
    assert.deepEqual([line['scheme'], line['type']], ['basic', 'freshdesk'])
  })

  it('may use the previous one, and the log says so', async () => {
    const ways = { url: inUrl(previous), bearer: '/webhook/railway', 'x-webhook-token': '/webhook/railway' }
    const headers = {
      url: {},
      bearer: { authorization: `Bearer ${previous}` },
      'x-webhook-token': { 'x-webhook-token': previous },
    }
    for (const way of ['url', 'bearer', 'x-webhook-token'] as const) {
      assert.equal(await post(ways[way], headers[way]), 200)
      const line = await gateway.logged(({ secret, scheme }) => secret === 'previous' && scheme === way)
      assert.equal(line['source'], 'railway')
    }
  })

  it('is refused with one answer, whatever is wrong', async () => {
    const wrong = `${current.slice(0, -1)}x`
    for (const path of ['/webhook/railway', '/webhook/railway?token=', '/webhook/railway?token', inUrl(wrong)]) {
      assert.equal(await post(path), 401, path)
    }
    assert.equal(await post(inUrl(current.toUpperCase())), 401, 'another case')
    assert.equal(await post(`${inUrl(current)}&token=${previous}`), 401, 'twice in the URL')
    assert.equal(await post(inUrl(current).replace('token=', 'Token=')), 401, 'another name')
    assert.equal(await post(`/webhook/railway#token=${encodeURIComponent(current)}`), 401)
    assert.equal(await post(inUrl(current, 'acme')), 401, 'another source')
    assert.equal(await post(inUrl(current, 'nobody')), 401, 'no source')
    for (const authorization of ['', 'Bearer', `Bearer ${wrong}`, `Bearer  ${current}`, current, basic(current)]) {
      assert.equal(await post('/webhook/railway', { authorization }), 401, 'header')
    }
    for (const given of ['hooks:', ':', 'hooks', credentials.slice(0, -1), credentials.replace('hooks', 'Hooks')]) {
      assert.equal(await post('/webhook/freshdesk', { authorization: basic(given) }), 401, 'user and password')
    }
    const doubled = ['X-Webhook-Token', current, 'X-Webhook-Token', current]
    assert.equal(await post('/webhook/railway', doubled), 401, 'the header twice')
  })

  it('may carry it in a header of any name, and then nowhere else', async () => {
    assert.equal(await post('/webhook/keyed', { 'x-acme-key': current }), 200)
    assert.equal(await post('/webhook/keyed', { 'X-ACME-KEY': `Bearer ${current}` }), 200)
    assert.equal(await post('/webhook/keyed', { 'x-acme-key': previous }), 401)
    assert.equal(await post('/webhook/keyed', { authorization: `Bearer ${current}` }), 401)
    assert.equal(await post(inUrl(current, 'keyed')), 401)
  })

  it('may sign instead, in a header of any name', async () => {
    const signature = hmacHex(current, body)
    hidden.push(signature)
    assert.equal(await post('/webhook/signed', { 'x-acme-check': signature }), 200)
    assert.equal(await post('/webhook/signed', { 'x-acme-check': `sha256=${signature}` }), 200)
    assert.equal(await post('/webhook/signed', { 'x-acme-check': signature.replace(/.$/, 'x') }), 401)
    assert.equal(await post('/webhook/signed', { 'x-webhook-signature': `sha256=${signature}` }), 401)
  })

  it('has its secret neither stored nor passed on, not even where a proxy noted the URL', async () => {
    const noted = { referer: inUrl(current), 'x-original-url': inUrl(current), 'x-kept': 'yes' }
    assert.equal(await post(inUrl(current), { ...noted, 'x-webhook-token': current, authorization: 'Bearer x' }), 200)
    const last = await gateway.logged(({ msg, headers }) => msg === 'event received' && 'x-kept' in Object(headers))
    await gateway.logged(({ msg, eventId }) => msg === 'delivered' && eventId === last['id'])
    const kept = delivered.filter(({ headers }) => headers['x-kept'] === 'yes')
    assert.equal(kept.length, 1)
    for (const { rawHeaders, url } of delivered) {
      assert.equal(url, '/in')
      for (const secret of hidden.slice(0, secrets)) assert.ok(!rawHeaders.join('\n').includes(secret))
    }
    for (const file of readdirSync(gateway.dataDir)) {
      const bytes = readFileSync(join(gateway.dataDir, file))
      for (const secret of hidden.slice(0, secrets)) assert.ok(!bytes.includes(secret), `${file} has the secret`)
    }
  })

  it('finds its secret in no answer, whatever the path', async () => {
    const query = `?token=${encodeURIComponent(current)}`
    for (const [path, expected] of [
      [`/webhook/a/b${query}`, 404],
      [`/nowhere${query}`, 404],
      [`/webhook/%zz${query}`, 400],
      [`/webhook/${'x'.repeat(5000)}${query}`, 414],
      [`/webhook/%00${query}`, 401],
    ] as const) {
      assert.equal(await post(path), expected, path)
    }
    for (const method of ['GET', 'PUT', 'TRACE']) {
      const { status, text } = await send(gateway.port, { method, path: inUrl(current) })
      assert.equal(status, 405)
      answers += text
    }
    for (const secret of hidden) assert.ok(!answers.includes(secret), 'an answer has the secret')
  })

  it('leaves its secret in no line of the log', async () => {
    await gateway.stop()
    for (const secret of hidden) assert.ok(!gateway.output().includes(secret), 'the log has the secret')
    assert.match(gateway.output(), /"\[redacted\]"/)
  })
})
