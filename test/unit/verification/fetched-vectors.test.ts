import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { Scheme } from '../../../src/providers/types.ts'
import { compileFetchingVerifier } from '../../../src/verification/compile.ts'
import type { SignedRequest, SourceSecrets, Verdict } from '../../../src/verification/types.ts'
import { startKeyServer } from '../../support/key-server.ts'
import { fromWire, providerNamed, readFetchedVectors, requestOf, type Vector, vectorFiles } from './requests.ts'

const vectors = vectorFiles().flatMap((provider) =>
  readFetchedVectors(provider).map((vector) => ({ provider, vector })),
)

for (const { provider, vector } of vectors) {
  describe(`${provider}: ${vector.label}`, async () => {
    const row = providerNamed(provider)
    const scheme = row.schemes.find(({ name }) => name === vector.scheme)
    assert.ok(scheme)
    const { body, headers, secret, keys } = vector
    const now = vector.nowSeconds * 1000
    const hosts = [...new Set(Object.keys(keys).map((url) => new URL(url).hostname))]

    /** A gateway of its own, whose clock is this vector's, and the sender's key server. */
    async function start(t: { after(hook: () => Promise<void> | void): void }, secrets: Partial<SourceSecrets> = {}) {
      const server = await startKeyServer(t, hosts)
      for (const [url, text] of Object.entries(keys)) server.answers.set(url, { body: text })
      const service = await server.openKeys(() => now)
      const both = { current: secret, previous: null, ...secrets }
      const verify = compileFetchingVerifier(row, both, { toleranceSeconds: null }, service)
      const outcome = async (request: SignedRequest, at = now) => {
        const verdict = await verify(request, at)
        return verdict.ok ? 'ok' : verdict.cause
      }
      return { server, verify, outcome }
    }

    const genuine = () => requestOf(headers, body)
    const { server, verify, outcome } = await start({ after })

    async function accepted(): Promise<Extract<Verdict, { ok: true }>> {
      const verdict = await verify(genuine(), now)
      assert.ok(verdict.ok, 'detail' in verdict ? verdict.detail : '')
      return verdict
    }

    it('is accepted with the key that its sender publishes, which is fetched once', async () => {
      const verdicts = await Promise.all([accepted(), accepted(), accepted()])
      for (const verdict of verdicts) assert.equal(verdict.scheme, vector.scheme)
      const fetched = server.asked.length
      assert.equal(new Set(server.asked.map(({ url }) => url)).size, fetched)
      await accepted()
      assert.equal(server.asked.length, fetched)
    })

    it('is judged at once when the key is here', async () => {
      await accepted()
      assert.ok(!(verify(genuine(), now) instanceof Promise))
    })

    it('is refused with what was signed changed', async () => {
      const { unsignedBody, signedFields, signedHeaders } = await accepted()
      if (unsignedBody === undefined) {
        const bytes = Buffer.from(body)
        const step = Math.max(7, Math.floor(bytes.length / 24))
        for (let index = 0; index < bytes.length; index += step) {
          const flipped = Buffer.from(bytes)
          flipped[index] = (flipped[index] ?? 0) ^ 1
          assert.match(await outcome(requestOf(headers, flipped)), /^(mismatch|malformed|missing)$/, `byte ${index}`)
        }
        if (scheme.at !== 'body') assert.notEqual(await outcome(requestOf(headers, `${body} `)), 'ok')
      }
      for (const pointer of signedFields ?? []) {
        const name = pointer.slice(1)
        const fields = JSON.parse(body)
        if (!(name in fields)) continue
        const changed = JSON.stringify({ ...fields, [name]: `${fields[name]}x` })
        assert.notEqual(await outcome(requestOf(headers, changed)), 'ok', name)
        assert.notEqual(await outcome(requestOf(headers, JSON.stringify({ ...fields, [name]: undefined }))), 'ok', name)
      }
      for (const name of signedHeaders) {
        const value = headers[name] ?? ''
        assert.notEqual(await outcome(requestOf({ ...headers, [name]: `${value}x` }, body)), 'ok', name)
        assert.notEqual(await outcome(fromWire([...Object.entries(headers).flat(), name, value], body)), 'ok', name)
      }
    })

    it('is refused with its signature changed, cut, or gone', async () => {
      const signature = writtenSignature(scheme, vector)
      const forged = (other: string) => withSignature(scheme, vector, signature, other)
      assert.equal(await outcome(forged(signature)), 'ok')
      for (let index = 0; index < signature.length; index += 9) {
        const changed = signature.slice(0, index) + (signature[index] === '0' ? '1' : '0') + signature.slice(index + 1)
        if (signature[index] !== '=') assert.notEqual(await outcome(forged(changed)), 'ok', `character ${index}`)
      }
      for (const other of ['', signature.slice(0, -4), `${signature}AAAA`])
        assert.notEqual(await outcome(forged(other)), 'ok')
    })

    it('is 503 and not accepted while the keys cannot be had, and accepted after', async (t) => {
      const own = await start(t)
      const answers = [...own.server.answers]
      for (const failure of [
        { status: 500 },
        { status: 302, headers: { location: 'https://127.0.0.1/' } },
        { body: '{}' },
      ]) {
        for (const [url] of answers) own.server.answers.set(url, failure)
        assert.equal(await own.outcome(genuine()), 'unavailable')
        // Others may be tried only later: a server that fails is left alone for a while.
        const asked = own.server.asked.length
        assert.equal(await own.outcome(genuine()), 'unavailable')
        assert.equal(own.server.asked.length, asked)
        break
      }
    })

    it('is refused for another account', async (t) => {
      const own = await start(t, { current: otherAccount(provider), previous: null })
      // Their keys are given to whoever has credentials.
      if (['plaid', 'ebay'].includes(provider)) {
        for (const url of Object.keys(keys)) own.server.answers.set(url, { status: 401 })
      }
      const verdict = await own.verify(genuine(), now)
      assert.ok(!verdict.ok)
      if (scheme.key.form === 'fetched' && scheme.key.source.pin !== undefined) {
        assert.equal(verdict.cause, 'mismatch')
        assert.deepEqual(own.server.asked, [])
      }
    })

    it('is accepted for the previous account while that changes', async (t) => {
      const own = await start(t, { current: otherAccount(provider), previous: secret })
      if (['paypal', 'aws-sns', 'fal', 'travis'].includes(provider)) {
        const verdict = await own.verify(genuine(), now)
        assert.ok(verdict.ok)
        assert.equal(verdict.secret, 'previous')
      }
    })

    it('says nothing of secrets and signatures', async (t) => {
      const own = await start(t)
      own.server.answers.clear()
      const verdict = await own.verify(genuine(), now)
      assert.ok(!verdict.ok)
      for (const part of secret.split(':').slice(-1)) {
        if (scheme.key.form === 'fetched' && scheme.key.source.pin === undefined)
          assert.ok(!verdict.detail.includes(part))
      }
    })
  })
}

/** As it stands in the request. */
function writtenSignature({ kind, at }: Scheme, { headers, body }: Vector): string {
  const name = at.slice(at.indexOf(':') + 1).split('#')[0] ?? ''
  if (at.startsWith('header-json:')) return JSON.parse(Buffer.from(headers[name] ?? '', 'base64').toString()).signature
  if (at.startsWith('body:/')) return JSON.parse(body)[name.slice(1)]
  const value = at === 'body' ? body : (headers[name] ?? '')
  return kind === 'jwt' ? (value.split('.')[2] ?? '') : value
}

/** The vector with another signature in its place. */
function withSignature({ at }: Scheme, { headers, body }: Vector, right: string, other: string): SignedRequest {
  const name = at.slice(at.indexOf(':') + 1).split('#')[0] ?? ''
  if (at.startsWith('header-json:')) {
    const json = Buffer.from(headers[name] ?? '', 'base64')
      .toString()
      .replace(right, () => other)
    return requestOf({ ...headers, [name]: Buffer.from(json).toString('base64') }, body)
  }
  if (!at.startsWith('header:'))
    return requestOf(
      headers,
      body.replace(right, () => other),
    )
  return requestOf({ ...headers, [name]: (headers[name] ?? '').replace(right, () => other) }, body)
}

function otherAccount(provider: string): string {
  const others: Readonly<Record<string, string>> = {
    'aws-sns': 'arn:aws:sns:us-west-2:210987654321:MyTopic',
    paypal: '2JE4291016473214D',
    plaid: '000000000000000000000000:00000000000000000000000000',
    ebay: 'Other-App-PRD-1:PRD-other-cert',
    kinde: 'https://other.kinde.com',
    fal: 'user:github|7654321',
    travis: 'svenfuchs/other',
    fusionauth: 'https://other.example.com',
  }
  return others[provider] ?? ''
}
