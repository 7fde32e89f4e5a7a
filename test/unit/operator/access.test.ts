import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createDoorkeeper, type Visit } from '../../../src/operator/access.ts'

const token = 'f00dcafe'.repeat(5)
const visit = (over: Partial<Visit> = {}): Visit => ({
  method: 'GET',
  headers: { host: 'localhost:3000' },
  remoteAddress: '127.0.0.1',
  ...over,
})

describe('with a token', () => {
  const admit = createDoorkeeper(token)
  const sending = (authorization?: string) =>
    admit(visit({ remoteAddress: '203.0.113.9', headers: authorization === undefined ? {} : { authorization } }))

  it('whoever sends it is admitted', () => {
    for (const text of [`Bearer ${token}`, `bearer   ${token} `]) assert.equal(sending(text), 'admitted')
  })

  it('nobody else is, from this machine either', () => {
    const wrong = [undefined, '', 'Bearer', 'Bearer ', token, `Basic ${token}`, `Bearer ${token}x`, `Bearer ${token} x`]
    for (const text of [...wrong, `Bearer ${token.slice(1)}`]) assert.equal(sending(text), 'token')
    assert.equal(admit(visit()), 'token')
  })
})

describe('without a token', () => {
  const admit = createDoorkeeper(null)

  it('this machine is admitted by its own names', () => {
    for (const remoteAddress of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1']) {
      for (const host of ['localhost', 'localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST:1']) {
        assert.equal(admit(visit({ remoteAddress, headers: { host } })), 'admitted')
      }
    }
  })

  it('nobody else is', () => {
    for (const remoteAddress of ['10.0.0.1', '::ffff:10.0.0.1', '2001:db8::1', '', undefined]) {
      assert.equal(admit(visit({ remoteAddress })), 'elsewhere')
    }
  })

  it('neither is who comes through a tunnel or by another name', () => {
    for (const host of [
      undefined,
      'evil.example',
      'localhost.evil.example',
      'localhost:3000@evil.example',
      '127.0.0.1.nip.io',
    ]) {
      assert.equal(admit(visit({ headers: host === undefined ? {} : { host } })), 'elsewhere')
    }
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip', 'x-forwarded-host']) {
      assert.equal(admit(visit({ headers: { host: 'localhost', [name]: 'x' } })), 'elsewhere')
    }
  })

  it('a page of another site changes nothing', () => {
    const asked = (headers: Record<string, string>) =>
      admit(visit({ method: 'POST', headers: { host: 'localhost:3000', ...headers } }))
    assert.equal(asked({}), 'admitted')
    assert.equal(asked({ origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' }), 'admitted')
    for (const site of ['cross-site', 'same-site']) assert.equal(asked({ 'sec-fetch-site': site }), 'foreign')
    for (const origin of ['null', 'http://evil.example', 'http://localhost:8080'])
      assert.equal(asked({ origin }), 'foreign')
  })
})
