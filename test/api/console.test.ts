import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { loadConsoleAssets } from '../../src/console/assets.ts'
import { sessionMs } from '../../src/operator/sessions.ts'
import { buildTestApp } from '../support/app.ts'
import { token } from './support.ts'

const viewerToken = 'badcab1e'.repeat(8)
const html = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }

interface Browser {
  readonly origin: string
  /** Sets the clock by which sessions begin and end; null: the real one. */
  setNow(now: number | null): void
  ask(path: string, init?: RequestInit): Promise<Response>
  /** Posts the login form. */
  signIn(token: string, next?: string, headers?: Record<string, string>): Promise<Response>
}

/** A listening gateway, and something like a browser that keeps no cookie by itself. */
async function open(t: TestContext, env: Record<string, string> = {}): Promise<Browser> {
  const { app, setNow } = await buildTestApp(t, { ADMIN_TOKEN: token, VIEWER_TOKEN: viewerToken, ...env })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const ask = (path: string, init: RequestInit = {}) => fetch(origin + path, { redirect: 'manual', ...init })
  return {
    origin,
    setNow,
    ask,
    signIn: (given, next = '/console', headers = {}) =>
      ask('/console/login', {
        method: 'POST',
        body: new URLSearchParams({ token: given, next }).toString(),
        headers: { ...form, origin, ...headers },
      }),
  }
}

const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
// biome-ignore lint/suspicious/noExplicitAny: what the API answers is what is tested
const jsonOf = (answer: Response): Promise<any> => answer.json()
const location = (answer: Response) => answer.headers.get('location')

describe('signing in', () => {
  it('leads a browser to the login page and back', async (t) => {
    const { ask, signIn } = await open(t)
    const asked = await ask('/console/events?source=github', { headers: html })
    assert.equal(asked.status, 303)
    assert.equal(location(asked), '/console/login?next=%2Fconsole%2Fevents%3Fsource%3Dgithub')
    const page = await (await ask(location(asked) ?? '', { headers: html })).text()
    assert.match(page, /<form method="post" action="\/console\/login">/)
    assert.match(page, /name="next" value="\/console\/events\?source=github"/)

    const answer = await signIn(token, '/console/events?source=github')
    assert.equal(answer.status, 303)
    const [set = ''] = answer.headers.getSetCookie()
    assert.match(set, /^posthorn=a\.[0-9a-z]+\.[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/)
    const headers = { ...html, cookie: cookieOf(answer) }
    const back = await ask(location(answer) ?? '', { headers })
    assert.equal(location(back), '/console/events?source=github')
    const shown = await ask(location(back) ?? '', { headers })
    assert.equal(shown.status, 200)
    assert.match(shown.headers.get('content-type') ?? '', /^text\/html/)
  })

  it('gives a cookie for this host alone and TLS wherever it is not the machine itself', async (t) => {
    const { signIn } = await open(t)
    const answer = await signIn(token, '/console', { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' })
    assert.match(
      answer.headers.getSetCookie()[0] ?? '',
      /^__Host-posthorn=[\w.-]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
  })

  it('says so where the browser kept no cookie', async (t) => {
    const { ask, signIn } = await open(t)
    const page = await ask(location(await signIn(token)) ?? '', { headers: html })
    assert.match(await page.text(), /did not keep the session/)
  })

  it('opens what the token opens', async (t) => {
    const { ask, signIn, origin } = await open(t)
    const admin = { cookie: cookieOf(await signIn(token)), origin }
    const viewer = { cookie: cookieOf(await signIn(viewerToken)), origin }
    for (const path of ['/api/events', '/docs', '/openapi.json', '/metrics', '/console']) {
      assert.equal((await ask(path)).status, 401, path)
      for (const headers of [admin, viewer]) assert.equal((await ask(path, { headers })).status, 200, path)
    }
    const session = async (headers: Record<string, string>) => jsonOf(await ask('/api/session', { headers }))
    assert.equal((await session(admin)).role, 'admin')
    const seen = await session(viewer)
    assert.deepEqual([seen.role, seen.by], ['viewer', 'session'])
    assert.ok(Date.parse(seen.expiresAt) > Date.now())
    assert.deepEqual(await session({ authorization: `Bearer ${viewerToken}` }), {
      role: 'viewer',
      by: 'token',
      expiresAt: null,
    })

    const job = { method: 'POST', body: '{"kind":"replay","filter":{},"dryRun":true}' }
    const json = { 'content-type': 'application/json' }
    assert.equal((await ask('/api/jobs', { ...job, headers: { ...json, ...admin } })).status, 200)
    for (const headers of [viewer, { authorization: `Bearer ${viewerToken}` }]) {
      assert.equal((await ask('/api/jobs', { ...job, headers: { ...json, ...headers } })).status, 200, 'a dry run')
      const body = '{"kind":"replay","filter":{}}'
      const answer = await ask('/api/jobs', { method: 'POST', body, headers: { ...json, ...headers } })
      assert.equal(answer.status, 403)
      assert.match((await jsonOf(answer)).error, /VIEWER_TOKEN.*ADMIN_TOKEN/)
    }
  })

  it('is refused with a wrong token, ten times a minute', async (t) => {
    const { ask, signIn } = await open(t)
    const session = cookieOf(await signIn(token))
    for (let n = 0; n < 10; n++) {
      const answer = await signIn(n % 2 === 0 ? 'wrong' : '')
      assert.equal(answer.status, 401)
      assert.deepEqual(answer.headers.getSetCookie(), [])
      assert.match(await answer.text(), /That is not the token/)
    }
    const blocked = await signIn(token)
    assert.equal(blocked.status, 429)
    assert.ok(Number(blocked.headers.get('retry-after')) > 0)
    assert.equal((await ask('/api/status', { headers: { authorization: `Bearer ${token}` } })).status, 429)
    // Who signed in before is not locked out by somebody behind the same address.
    assert.equal((await ask('/api/status', { headers: { cookie: session } })).status, 200)
  })

  it('takes a token as it is copied from a terminal', async (t) => {
    const { signIn } = await open(t)
    assert.equal((await signIn(` ${token}\r\n`)).status, 303)
  })

  it('never leads to another site', async (t) => {
    const { ask, signIn } = await open(t)
    for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', '/webhook/x']) {
      const answer = await signIn(token, next)
      assert.equal(location(answer), '/console/login?after=login&next=%2Fconsole')
      const page = await ask(`/console/login?next=${encodeURIComponent(next)}`, { headers: html })
      assert.match(await page.text(), /name="next" value="\/console"/)
    }
    const page = await ask(`/console/login?next=${encodeURIComponent('/console/"><script>alert(1)</script>')}`)
    assert.doesNotMatch(await page.text(), /<script/)
  })

  it('is not done by a form of another site', async (t) => {
    const { signIn } = await open(t)
    const foreign = [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]
    for (const headers of foreign) {
      const answer = await signIn(token, '/console', headers)
      assert.equal(answer.status, 403)
      assert.deepEqual(answer.headers.getSetCookie(), [])
    }
  })

  it('ends by signing out', async (t) => {
    const { ask, signIn, origin } = await open(t)
    const cookie = cookieOf(await signIn(token))
    const foreign = await ask('/console/logout', {
      method: 'POST',
      headers: { cookie, origin: 'https://evil.example' },
    })
    assert.equal(foreign.status, 403)
    assert.deepEqual(foreign.headers.getSetCookie(), [])
    const answer = await ask('/console/logout', { method: 'POST', headers: { cookie, origin } })
    assert.equal(location(answer), '/console/login?after=logout')
    const cleared = answer.headers.getSetCookie()
    assert.equal(cleared.length, 2)
    for (const set of cleared) assert.match(set, /^(?:__Host-)?posthorn=;.*(?:Max-Age=0|Expires=Thu, 01 Jan 1970)/)
  })

  it('ends after its time, and with it the stream that it opened', async (t) => {
    const { ask, signIn, setNow } = await open(t)
    setNow(Date.now() - sessionMs + 5_000)
    const headers = { cookie: cookieOf(await signIn(token)) }
    setNow(null)
    const stream = await ask('/api/stream', { headers })
    assert.equal(stream.status, 200)
    // Reads until the gateway ends it.
    await stream.text()
    assert.equal((await ask('/api/status', { headers })).status, 401)
  })

  it('goes on after a link from elsewhere, which leaves the cookie out', async (t) => {
    const { ask } = await open(t)
    const answer = await ask('/console/events/evt_1', { headers: { ...html, 'sec-fetch-site': 'cross-site' } })
    assert.equal(answer.status, 200)
    assert.match(await answer.text(), /content="0; url=\/console\/events\/evt_1"/)
  })

  it('is needed by programs in the way that they know', async (t) => {
    const { ask } = await open(t)
    const answer = await ask('/api/events', { headers: { accept: 'application/json' } })
    assert.equal(answer.status, 401)
    assert.deepEqual(Object.keys(await jsonOf(answer)), ['error'])
  })
})

describe('the console', () => {
  it('is a page without anything of anybody else’s, at every path below it', async (t) => {
    const { ask, signIn } = await open(t)
    const headers = { ...html, cookie: cookieOf(await signIn(token)) }
    const bodies = new Set<string>()
    for (const path of [
      '/console',
      '/console/',
      '/console/events/evt_1',
      '/console/destinations/app.example%2Fhooks',
    ]) {
      const answer = await ask(path, { headers })
      assert.equal(answer.status, 200, path)
      const policy = answer.headers.get('content-security-policy') ?? ''
      for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]) {
        assert.ok(policy.split('; ').includes(part), part)
      }
      assert.doesNotMatch(policy, /unsafe|https?:|\*/)
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      assert.equal(answer.headers.get('referrer-policy'), 'same-origin')
      bodies.add(await answer.text())
    }
    assert.equal(bodies.size, 1)
    assert.doesNotMatch([...bodies].join(), /<script>|style=|onload=|https?:\/\/(?!localhost)/)
  })

  it('serves its files to anybody, to be kept as long as they stay the same', async (t) => {
    const { ask } = await open(t)
    const assets = await loadConsoleAssets()
    for (const [name, { body, contentType, immutable }] of assets) {
      if (name === 'index.html') continue
      const answer = await ask(`/console/assets/${name}`)
      assert.equal(answer.status, 200, name)
      assert.equal(answer.headers.get('content-type'), contentType)
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
      assert.match(answer.headers.get('cache-control') ?? '', immutable ? /immutable/ : /no-cache/)
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), body)
      const etag = answer.headers.get('etag') ?? ''
      assert.equal((await ask(`/console/assets/${name}`, { headers: { 'if-none-match': etag } })).status, 304)
    }
    for (const name of ['index.html', 'nothing.js', '../package.json', '%2e%2e%2fpackage.json']) {
      assert.notEqual((await ask(`/console/assets/${name}`)).status, 200, name)
    }
  })

  it('is where a browser that asks for the root is sent', async (t) => {
    const { ask } = await open(t)
    const page = await ask('/', { headers: html })
    assert.deepEqual([page.status, location(page)], [302, '/console'])
    for (const accept of ['*/*', 'application/json']) {
      assert.equal((await jsonOf(await ask('/', { headers: { accept } }))).message, 'Webhook server is running.')
    }
  })

  it('is not there in production without a token, and needs none on the machine itself', async (t) => {
    const { app } = await buildTestApp(t, { NODE_ENV: 'production' })
    for (const url of ['/console', '/console/login', '/console/login.css', '/console/assets/style.css']) {
      assert.equal((await app.inject({ url, headers: html })).statusCode, 404, url)
    }
    const root = await app.inject({ url: '/', headers: html })
    assert.equal(root.json().message, 'Webhook server is running.')

    const local = await buildTestApp(t)
    const ask = (url: string, remoteAddress = '127.0.0.1') =>
      local.app.inject({ url, remoteAddress, headers: { ...html, host: 'localhost:3000' } })
    assert.equal((await ask('/console')).statusCode, 200)
    assert.equal((await ask('/console/login')).headers.location, '/console')
    const elsewhere = await ask('/console', '10.0.0.1')
    assert.equal(elsewhere.statusCode, 403)
    assert.match(elsewhere.body, /Set ADMIN_TOKEN/)
  })

  it('may be opened for looking alone, in production too', async (t) => {
    const { app } = await buildTestApp(t, { NODE_ENV: 'production', VIEWER_TOKEN: viewerToken })
    const authorization = `Bearer ${viewerToken}`
    assert.equal((await app.inject({ url: '/api/events', headers: { authorization } })).statusCode, 200)
    assert.equal((await app.inject({ url: '/api/events', headers: { host: 'localhost' } })).statusCode, 401)
    const paused = await app.inject({
      method: 'POST',
      url: '/api/destinations/x/pause',
      headers: { authorization },
    })
    assert.equal(paused.statusCode, 403)
  })
})
