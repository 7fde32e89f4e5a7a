import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, describe, it } from 'node:test'
import { buildTestApp } from '../support/app.ts'
import { send } from '../support/http.ts'

const secret = 'a signature secret of Vonage'
const { app, store } = await buildTestApp({ after }, { VONAGE_WEBHOOK_SECRET: secret, ECHO: 'true' })
await app.listen({ port: 0, host: '127.0.0.1' })
const address = app.server.address()
assert.ok(address !== null && typeof address === 'object')
const { port } = address

const parameters = { msisdn: '447700900001', messageId: '0A1', text: 'a=b & é', status: 'delivered' }

/** As Vonage describes it, apart from the gateway's own code. */
function query(fields: Readonly<Record<string, string>>, hash = 'sha256'): string {
  const signed = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `&${name}=${value.replaceAll(/[&=]/g, '_')}`)
    .join('')
  const sig = createHmac(hash, secret).update(signed).digest('hex')
  return new URLSearchParams({ ...fields, sig }).toString()
}

const newest = async () => store.get((await store.list({ limit: 1 })).events[0]?.id ?? '')
const get = (text: string, headers = {}) => send(port, { method: 'GET', path: `/webhook/vonage?${text}`, headers })

describe('an event that is a GET request', () => {
  it('is stored once, as the form that a POST would have brought', async () => {
    const text = query(parameters)
    const first = await get(text)
    assert.equal(first.status, 200, first.text)
    assert.match(first.text, /"event":"delivered".*"duplicate":false.*"msisdn":"447700900001"/)
    const event = await newest()
    assert.deepEqual([event?.externalId, event?.type], ['0A1.delivered', 'delivered'])
    assert.equal(Buffer.from(event?.body ?? []).toString(), text)
    assert.deepEqual(event?.headers.slice(-2), ['Content-Type', 'application/x-www-form-urlencoded'])
    assert.match((await get(text)).text, /"duplicate":true/)
    const posted = await send(port, {
      path: '/webhook/vonage',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: text,
    })
    assert.match(posted.text, /"duplicate":true/)
  })

  it('is taken signed with SHA-512 too, and with nothing less', async () => {
    assert.equal((await get(query({ ...parameters, messageId: '0A2' }, 'sha512'))).status, 200)
    for (const hash of ['sha1', 'md5']) assert.equal((await get(query(parameters, hash))).status, 401)
  })

  it('is refused with a parameter changed, added, doubled or gone', async () => {
    const text = query({ ...parameters, messageId: '0A3' })
    for (const changed of [
      text.replace('delivered', 'failed'),
      `${text}&extra=1`,
      `${text}&messageId=0A3`,
      text.replace('msisdn=447700900001&', ''),
      text.replace(/sig=.*/, ''),
      '',
    ]) {
      assert.deepEqual([(await get(changed)).status, (await newest())?.externalId], [401, '0A2.delivered'], changed)
    }
    assert.equal((await get(text, { 'content-type': 'application/json' })).status, 401)
  })

  it('is 405 anywhere else', async () => {
    const answer = await send(port, { method: 'GET', path: `/webhook/sms?${query(parameters)}` })
    assert.deepEqual([answer.status, answer.headers['allow']], [405, 'POST'])
    const other = await send(port, { method: 'PUT', path: '/webhook/vonage' })
    assert.deepEqual([other.status, other.headers['allow']], [405, 'GET, POST'])
    assert.equal((await send(port, { method: 'HEAD', path: `/webhook/vonage?${query(parameters)}` })).status, 405)
  })
})
