import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { OutgoingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { after, describe, it, test } from 'node:test'
import { type RefusalCode, refusals, retryAfterSeconds } from '../../src/errors.ts'
import { StoreUnavailableError } from '../../src/store/errors.ts'
import { buildTestApp, type TestApp } from '../support/app.ts'
import { startKeyServer } from '../support/key-server.ts'
import { webhookSignature } from '../support/sign.ts'

const secret = 'a secret of some length'
const document = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'errors.md'), 'utf8')

test('docs/errors.md has one row for every refusal, in its words, and no other', () => {
  const rows = [...document.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| `([^`]+)` \| \S.* \|$/gm)]
  assert.deepEqual(
    rows.map(([, code, status, message]) => [code, Number(status), message]),
    Object.entries(refusals).map(([code, { status, message }]) => [code, status, message]),
  )
})

test('docs/errors.md says what to do about every refusal', () => {
  const headings = [...document.matchAll(/^\*\*`([A-Z_]+)`\*\*: \S/gm)].map(([, code]) => code)
  const codes: (string | undefined)[] = Object.keys(refusals)
  assert.deepEqual(headings.toSorted(), codes.toSorted())
  assert.ok(document.includes(`\`Retry-After: ${retryAfterSeconds}\``))
})

describe('every refusal', async () => {
  const working = await buildTestApp(
    { after },
    {
      WEBHOOK_SECRET: secret,
      HOOKMESH_WEBHOOK_SECRET: secret,
      META_WEBHOOK_SECRET: secret,
      META_WEBHOOK_VERIFY_TOKEN: 'a token of our own',
    },
  )
  const failing = await buildTestApp({ after }, { WEBHOOK_SECRET: secret }, (store) => ({
    ...store,
    accept: () => Promise.reject(new StoreUnavailableError('the disk is full')),
  }))
  const busy = await buildTestApp({ after }, { WEBHOOK_SECRET: secret, RATE_LIMIT_PER_MINUTE: '1' })
  const keyServer = await startKeyServer({ after }, ['example.kinde.com'])
  const keyless = await buildTestApp(
    { after },
    { KINDE_WEBHOOK_SECRET: 'https://example.kinde.com' },
    (store) => store,
    () => keyServer.openKeys(Date.now),
  )
  const sign = (body: string) => ({ 'x-webhook-signature': webhookSignature(secret, body) })
  await busy.app.inject({ method: 'POST', url: '/webhook/x', headers: sign('') })
  const old = `t=1,v1=${webhookSignature(secret, '1.{}').slice('sha256='.length)}`

  interface Case {
    readonly method?: 'GET'
    readonly path?: string
    readonly headers?: OutgoingHttpHeaders
    readonly body?: string
    readonly gate?: TestApp
    /** By default the default one. */
    readonly source?: string
    /** What the operator reads. */
    readonly logged: RegExp
    readonly cause?: string
  }
  const cases: Readonly<Record<RefusalCode, Case>> = {
    INVALID_EVENT: { headers: { ...sign(''), 'x-event-type': '' }, logged: /x-event-type must NOT have fewer/ },
    INVALID_JSON: { headers: { ...sign('{'), 'content-type': 'application/json' }, body: '{', logged: /JSON/ },
    DOUBLED_ID: { headers: { ...sign(''), 'idempotency-key': ['a', 'b'] }, logged: /id header sent twice/ },
    INVALID_SIGNATURE: { headers: sign('other'), cause: 'mismatch', logged: /fits none of the configured secrets/ },
    EXPIRED: { headers: { 'x-hookmesh-signature': old }, body: '{}', cause: 'expired', logged: /s in the past/ },
    HANDSHAKE_REFUSED: {
      method: 'GET',
      path: 'meta?hub.mode=subscribe&hub.challenge=1&hub.verify_token=guess',
      source: 'meta',
      logged: /hub.verify_token parameter is not what META_WEBHOOK_VERIFY_TOKEN says/,
    },
    METHOD_NOT_ALLOWED: { method: 'GET', logged: /Use POST/ },
    TOO_LARGE: { body: 'x'.repeat(5 * 1024 * 1024 + 1), logged: /more than the 5242880 bytes of BODY_LIMIT/ },
    RATE_LIMITED: { headers: sign(''), gate: busy, logged: /more than the 1 requests a minute of RATE_LIMIT/ },
    SENDER_UNREACHABLE: {
      path: 'kinde',
      source: 'kinde',
      body: 'eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.e30.AAAA',
      gate: keyless,
      cause: 'unavailable',
      logged: /keys of kinde cannot be fetched: example.kinde.com answered 404/,
    },
    UNAVAILABLE: { headers: sign(''), gate: failing, logged: /the disk is full/ },
  }
  for (const [code, details] of Object.entries(cases)) {
    const { method = 'POST', path = 'x', source = 'default', headers = {}, body = '', gate = working } = details
    const { logged, cause } = details
    it(`${code} is answered in the words of the catalogue and logged once with its reason`, async () => {
      const before = gate.lines.length
      const answer = await gate.app.inject({ method, url: `/webhook/${path}`, headers, payload: body })
      const { status, message } = refusals[code as RefusalCode]
      assert.equal(answer.statusCode, status)
      assert.equal(answer.body, JSON.stringify({ error: message }))
      // What is left of the rate limit's minute, the beginning of which was a moment ago.
      if (status === 429) assert.match(String(answer.headers['retry-after']), /^(?:60|[1-5]?\d)$/)
      else assert.equal(answer.headers['retry-after'], status === 503 ? '5' : undefined)
      assert.equal(answer.headers['allow'], status === 405 ? 'POST' : undefined)
      const [line, ...others] = gate.lines.slice(before).filter(({ level }) => level >= 40)
      assert.deepEqual(others, [])
      assert.match(line?.msg ?? '', /^rejected: /)
      assert.match(line?.msg ?? '', logged)
      assert.deepEqual([line?.['code'], line?.['source'], line?.['ip']], [code, source, '127.0.0.1'])
      assert.equal(line?.['cause'], cause)
      assert.equal(line?.level, status === 503 ? 50 : 40)
    })
  }

  it('names the source it is about', async () => {
    await working.app.inject({ method: 'POST', url: '/webhook/hookmesh', payload: '{}' })
    assert.equal(working.lines.at(-1)?.['source'], 'hookmesh')
    assert.equal(working.lines.at(-1)?.['cause'], 'missing')
  })

  it('that nobody foresaw is 503, for nobody knows whether the event is stored', async (t) => {
    const { app, lines } = await buildTestApp(t, {}, (store) => ({
      ...store,
      accept: () => Promise.reject(new TypeError('a mistake of ours')),
    }))
    const answer = await app.inject({ method: 'POST', url: '/webhook/x', payload: '{}' })
    assert.deepEqual([answer.statusCode, answer.body], [503, '{"error":"Not stored. Try again."}'])
    assert.equal(answer.headers['retry-after'], '5')
    assert.ok(lines.some(({ msg, level }) => level === 50 && msg === 'unexpected error'))
  })
})
