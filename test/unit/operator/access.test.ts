import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  createDoorkeeper,
  type DoorkeeperOptions,
  hostCookie,
  isOperatorOpen,
  localCookie,
  mayDo,
  type Visit,
} from '../../../src/operator/access.ts'

const token = 'f00dcafe'.repeat(5)
const viewerToken = 'badcab1e'.repeat(5)
const now = 1_800_000_000_000
const visit = (over: Partial<Visit> = {}): Visit => ({
  method: 'GET',
  headers: { host: 'localhost:3000' },
  cookies: {},
  remoteAddress: '127.0.0.1',
  ...over,
})
const keeper = (over: Partial<DoorkeeperOptions> = {}) =>
  createDoorkeeper({ adminToken: null, viewerToken: null, production: false, publicUrl: null, ...over })
/** What becomes of a visit, in a word. */
const outcome = (doorkeeper: ReturnType<typeof keeper>, over: Partial<Visit> = {}, at = now): string => {
  const admission = doorkeeper.admit(visit(over), at)
  return 'refused' in admission ? admission.refused : `${admission.role} by ${admission.by}`
}

describe('with a token', () => {
  const doorkeeper = keeper({ adminToken: token })
  const sending = (authorization?: string) =>
    outcome(doorkeeper, {
      remoteAddress: '203.0.113.9',
      headers: authorization === undefined ? {} : { authorization },
    })

  it('whoever sends it is admitted', () => {
    for (const text of [`Bearer ${token}`, `bearer   ${token} `]) assert.equal(sending(text), 'admin by token')
  })

  it('nobody else is, from this machine either', () => {
    const wrong = [undefined, '', 'Bearer', 'Bearer ', token, `Basic ${token}`, `Bearer ${token}x`, `Bearer ${token} x`]
    for (const text of [...wrong, `Bearer ${token.slice(1)}`]) assert.equal(sending(text), 'token')
    assert.equal(outcome(doorkeeper), 'token')
  })
})

describe('with a token for looking', () => {
  const both = keeper({ adminToken: token, viewerToken })
  const sending = (given: string, method = 'GET') =>
    outcome(both, { method, remoteAddress: '203.0.113.9', headers: { authorization: `Bearer ${given}` } })

  it('who has it may look and change nothing', () => {
    assert.equal(sending(viewerToken), 'viewer by token')
    for (const method of ['POST', 'DELETE', 'PUT', 'PATCH']) {
      assert.equal(sending(viewerToken, method), 'viewer')
      assert.equal(sending(token, method), 'admin by token')
    }
  })

  it('who has it may ask a route with dry runs, for a dry run', () => {
    const headers = { authorization: `Bearer ${viewerToken}` }
    assert.equal(outcome(both, { method: 'POST', headers, dryRuns: true }), 'viewer by token')
    assert.equal(outcome(both, { method: 'POST', headers, dryRuns: false }), 'viewer')
    const [viewer, admin] = (['viewer', 'admin'] as const).map(
      (role) => ({ role, by: 'token', expiresAt: null }) as const,
    )
    assert.ok(viewer !== undefined && admin !== undefined)
    for (const body of [undefined, null, 'dryRun', {}, { dryRun: false }, { dryRun: 'true' }, [{ dryRun: true }]]) {
      assert.ok(!mayDo(viewer, body), JSON.stringify(body))
      assert.ok(mayDo(admin, body))
    }
    assert.ok(mayDo(viewer, { dryRun: true }))
  })

  it('it needs no other: the machine itself stays the operator, and in production nobody is', () => {
    const alone = keeper({ viewerToken })
    assert.equal(outcome(alone), 'admin by machine')
    assert.equal(outcome(alone, { headers: { host: 'localhost', authorization: 'Bearer wrong' } }), 'token')
    assert.equal(outcome(alone, { remoteAddress: '203.0.113.9' }), 'token')
    assert.equal(outcome(keeper({ viewerToken, production: true })), 'token')
    assert.ok(isOperatorOpen({ adminToken: null, viewerToken, production: true }))
    assert.ok(!isOperatorOpen({ adminToken: null, viewerToken: null, production: true }))
  })
})

describe('a session', () => {
  const doorkeeper = keeper({ adminToken: token, viewerToken, publicUrl: 'https://hooks.example.com' })
  const { value, expiresAt } = doorkeeper.signIn('admin', now)
  const away = { remoteAddress: '203.0.113.9' }
  const headers = { host: 'hooks.example.com' }
  const with_ = (cookie: string, over: Partial<Visit> = {}, at = now) =>
    outcome(doorkeeper, { ...away, headers, cookies: { [hostCookie]: cookie }, ...over }, at)

  it('admits until it ends', () => {
    assert.equal(with_(value), 'admin by session')
    assert.equal(with_(value, {}, expiresAt - 1), 'admin by session')
    assert.equal(with_(value, {}, expiresAt), 'token')
    assert.equal(with_(doorkeeper.signIn('viewer', now).value), 'viewer by session')
  })

  it('is known to every process with the token, and to none with another', () => {
    const again = keeper({ adminToken: token })
    assert.equal(outcome(again, { cookies: { [hostCookie]: value } }), 'admin by session')
    const changed = keeper({ adminToken: `${token}1`, viewerToken })
    assert.equal(outcome(changed, { cookies: { [hostCookie]: value } }), 'token')
  })

  it('cannot be made from another, nor lengthened', () => {
    const [role = '', end = '', mac = ''] = value.split('.')
    const viewer = doorkeeper.signIn('viewer', now).value
    const later = (Number.parseInt(end, 36) + 60).toString(36)
    const forged = [
      `${role}.${later}.${mac}`,
      `a.${viewer.slice(2)}`,
      `v.${end}.${mac}`,
      `${value}A`,
      value.slice(0, -1),
      `${role}.${end}.`,
      '',
      'a',
    ]
    for (const text of forged) assert.equal(with_(text), 'token', text)
  })

  it('changes nothing for a page of another site', () => {
    const posting = (more: Record<string, string>) => with_(value, { method: 'POST', headers: { ...headers, ...more } })
    assert.equal(posting({}), 'foreign')
    for (const site of ['cross-site', 'same-site', 'none']) {
      assert.equal(posting({ 'sec-fetch-site': site, origin: 'https://hooks.example.com' }), 'foreign')
    }
    for (const origin of ['null', 'https://evil.example', 'https://hooks.example.com.evil.example']) {
      assert.equal(posting({ origin, 'x-posthorn-request': '1' }), 'foreign')
    }
    assert.equal(posting({ 'sec-fetch-site': 'same-origin' }), 'admin by session')
    assert.equal(posting({ origin: 'https://hooks.example.com' }), 'admin by session')
    assert.equal(posting({ 'x-posthorn-request': '1' }), 'admin by session')
    // Behind a proxy that changes the host.
    const proxied = { host: '10.0.0.7:3000', origin: 'https://hooks.example.com' }
    assert.equal(with_(value, { method: 'POST', headers: proxied }), 'admin by session')
  })

  it('of one who may only look changes nothing from our own page either', () => {
    const cookie = doorkeeper.signIn('viewer', now).value
    assert.equal(with_(cookie, { method: 'POST', headers: { ...headers, 'sec-fetch-site': 'same-origin' } }), 'viewer')
  })

  it('counts under the plain name on this machine alone', () => {
    const cookies = { [localCookie]: value }
    assert.equal(outcome(doorkeeper, { cookies }), 'admin by session')
    assert.equal(outcome(doorkeeper, { cookies, ...away, headers }), 'token')
    assert.equal(
      outcome(doorkeeper, { cookies, headers: { host: 'localhost', 'x-forwarded-for': '1.2.3.4' } }),
      'token',
    )
  })
})

describe('without a token', () => {
  const doorkeeper = keeper()

  it('this machine is admitted by its own names', () => {
    for (const remoteAddress of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1']) {
      for (const host of ['localhost', 'localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST:1']) {
        assert.equal(outcome(doorkeeper, { remoteAddress, headers: { host } }), 'admin by machine')
      }
    }
  })

  it('nobody else is', () => {
    for (const remoteAddress of ['10.0.0.1', '::ffff:10.0.0.1', '2001:db8::1', '', undefined]) {
      assert.equal(outcome(doorkeeper, { remoteAddress }), 'elsewhere')
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
      assert.equal(outcome(doorkeeper, { headers: host === undefined ? {} : { host } }), 'elsewhere')
    }
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip', 'x-forwarded-host']) {
      assert.equal(outcome(doorkeeper, { headers: { host: 'localhost', [name]: 'x' } }), 'elsewhere')
    }
  })

  it('a page of another site changes nothing', () => {
    const asked = (headers: Record<string, string>) =>
      outcome(doorkeeper, { method: 'POST', headers: { host: 'localhost:3000', ...headers } })
    assert.equal(asked({}), 'admin by machine')
    assert.equal(asked({ origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' }), 'admin by machine')
    for (const site of ['cross-site', 'same-site']) assert.equal(asked({ 'sec-fetch-site': site }), 'foreign')
    for (const origin of ['null', 'http://evil.example', 'http://localhost:8080'])
      assert.equal(asked({ origin }), 'foreign')
  })
})
