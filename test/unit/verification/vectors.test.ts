import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import type { Provider, Scheme } from '../../../src/providers/types.ts'
import { compileVerifier } from '../../../src/verification/compile.ts'
import type { Accepted, SignedRequest } from '../../../src/verification/types.ts'
import { fromWire, providerNamed, readVectors, requestOf, type Vector, vectorFiles } from './requests.ts'

const cases: readonly (readonly [provider: string, vectors: string])[] = [
  ...vectorFiles().map((name) => [name, name] as const),
  // The default source understands these two as well.
  ['generic', 'hookmesh'],
  ['generic', 'standard-webhooks'],
]

for (const [providerName, vectors] of cases) {
  for (const vector of readVectors(vectors)) {
    describe(`${providerName}: ${vector.label}`, () => proveVector(providerNamed(providerName), vector))
  }
}

type Changes = Partial<Pick<Vector, 'headers' | 'url'>> & { readonly body?: string | Uint8Array }

function proveVector(whole: Provider, vector: Vector): void {
  const label = labelOf(whole.schemes.find(({ name }) => name === vector.scheme))
  /** Without schemes whose signature stands beside this one's in the same header: either would do. */
  const provider = { ...whole, schemes: whole.schemes.filter((one) => [undefined, label].includes(labelOf(one))) }
  const { body, secret, nowSeconds, url, publicUrl = null } = vector
  const scheme = provider.schemes.find(({ name }) => name === vector.scheme)
  assert.ok(scheme, `${provider.name} has a scheme ${vector.scheme}`)
  /** Without what other schemes of this sender could accept it by. */
  const headers = Object.fromEntries(
    Object.entries(vector.headers).filter(
      ([name]) => !provider.schemes.some(({ at }) => at === `header:${name}` && at !== scheme.at),
    ),
  )
  const options = { toleranceSeconds: null, publicUrl }
  const verify = compileVerifier(provider, { current: secret, previous: null }, options)
  const now = nowSeconds * 1000
  const request = (changes: Changes = {}): SignedRequest =>
    requestOf(changes.headers ?? headers, changes.body ?? body, changes.url ?? url)
  const outcome = (changed: SignedRequest, at = now) => {
    const verdict = verify(changed, at)
    return verdict.ok ? 'ok' : verdict.cause
  }
  const accepted = (): Accepted => {
    const verdict = verify(request(), now)
    assert.ok(verdict.ok, 'detail' in verdict ? verdict.detail : '')
    return verdict
  }
  const without = (name: string) => Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))
  /** What proves the request, as it is written. */
  const proof = () => {
    // Tokens are not in the verdict: they are the secret.
    if (scheme.kind === 'token') return scheme.basic ? btoa(secret) : secret
    const { signature } = accepted()
    const header = headerOf(scheme.at)
    const written = header === null ? signature : (headers[header] ?? '')
    // Of an ECDSA signature half is in the verdict, and of several secrets what the first one makes.
    return written.includes(signature) ? signature : written.replace(/^.*[., ]/, '')
  }
  /** The request with its proof written otherwise. */
  const withProof = (text: string): SignedRequest => {
    const swap = (whole: string) => whole.replace(proof(), () => text)
    const header = headerOf(scheme.at)
    if (header !== null) return request({ headers: { ...headers, [header]: swap(headers[header] ?? '') } })
    if (scheme.at.startsWith('query:')) return request({ url: swap(url ?? '') })
    const swapped = (whole: string) => whole.replace(encodeURIComponent(proof()), () => encodeURIComponent(text))
    return request({ body: scheme.at.startsWith('form:') ? swapped(body) : swap(body) })
  }

  it('is accepted, by its scheme and secret', () => {
    const asSent = compileVerifier(whole, { current: secret, previous: null }, options)
    assert.ok(asSent(request({ headers: vector.headers }), now).ok)
    const verdict = accepted()
    assert.equal(verdict.scheme, vector.scheme)
    assert.equal(verdict.secret, 'current')
    assert.notEqual(verdict.signature, '')
    assert.ok(!verdict.signature.includes(secret))
    const timed = scheme.kind === 'jwt' ? scheme.time : scheme.kind === 'token' ? undefined : scheme.timestamp
    if (timed === undefined) assert.equal(verdict.signedAt, null)
    else assert.ok(verdict.signedAt !== null && Math.abs(verdict.signedAt - now) < 1000)
  })

  it('is refused with a byte of the body changed, added or removed, if the body is signed', () => {
    if (accepted().unsignedBody) return
    const bytes = Buffer.from(body)
    const step = Math.max(7, Math.floor(bytes.length / 24))
    for (let index = 0; index < bytes.length; index += step) {
      const flipped = Buffer.from(bytes)
      flipped[index] = (flipped[index] ?? 0) ^ 1
      assert.match(outcome(request({ body: flipped })), /^(mismatch|malformed)$/, `byte ${index}`)
    }
    assert.match(outcome(request({ body: `${body}\n` })), /^(mismatch|malformed)$/)
    if (bytes.length > 0) assert.match(outcome(request({ body: bytes.subarray(0, -1) })), /^(mismatch|malformed)$/)
  })

  it('is refused with any character of what proves it changed', () => {
    const right = proof()
    assert.equal(outcome(withProof(right)), 'ok')
    const step = right.length > 100 ? 5 : 1
    for (let index = 0; index < right.length; index += step) {
      const changed = right.slice(0, index) + other(right[index]) + right.slice(index + 1)
      assert.notEqual(outcome(withProof(changed)), 'ok', `character ${index}`)
    }
  })

  it('is refused with its proof cut, lengthened or emptied', () => {
    const right = proof()
    for (const changed of [right.slice(0, -1), `${right}0`, `${right}=`, '']) {
      assert.match(outcome(withProof(changed)), /^(malformed|mismatch|missing)$/, JSON.stringify(changed.length))
    }
  })

  it('is refused without what proves it', () => {
    const header = headerOf(scheme.at)
    if (header !== null) return assert.notEqual(outcome(request({ headers: without(header) })), 'ok')
    const name = scheme.at.replace(/^.*[:/#]/, '')
    const renamed = (text: string) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), 'another-name')
    const changed = scheme.at.startsWith('query:')
      ? request({ url: renamed(url ?? '') })
      : request({ body: renamed(body) })
    assert.match(outcome(changed), /^(missing|malformed|mismatch)$/)
  })

  it('is refused when a parameter or field that proves it comes twice', () => {
    const name = scheme.at.slice(scheme.at.indexOf(':') + 1)
    if (scheme.at.startsWith('query:')) assert.equal(outcome(request({ url: `${url}&${name}=x` })), 'malformed')
    if (scheme.at.startsWith('form:')) assert.equal(outcome(request({ body: `${body}&${name}=x` })), 'malformed')
  })

  it('is refused when a header it depends on is missing or doubled', () => {
    const signed = [...accepted().signedHeaders]
    for (const name of signed) assert.notEqual(outcome(request({ headers: without(name) })), 'ok', `without ${name}`)
    const repeated = scheme.kind !== 'token' && scheme.kind !== 'jwt' && scheme.list?.repeated === true
    for (const name of new Set([headerOf(scheme.at), ...signed])) {
      if (name === null || repeated) continue
      const doubled = [...Object.entries(headers).flat(), name.toUpperCase(), headers[name] ?? '']
      assert.equal(outcome(fromWire(doubled, body, url)), 'malformed', `doubled ${name}`)
    }
  })

  it('is refused under another secret, and accepted under the previous one', () => {
    const wrong = otherSecret(scheme, secret)
    const rotated = (current: string, previous: string | null) =>
      compileVerifier(provider, { current, previous }, options)(request(), now)
    const refused = rotated(wrong, null)
    assert.ok(!refused.ok && refused.cause !== 'expired')
    const verdict = rotated(wrong, secret)
    assert.ok(verdict.ok)
    assert.equal(verdict.secret, 'previous')
  })

  it('keeps secret and signature out of what it tells', () => {
    for (const changed of [request(), request({ body: `${body} ` }), withProof('0'.repeat(64))]) {
      const verdict = verify(changed, now + 1e9)
      if (verdict.ok) continue
      if (secret !== 'secret') assert.ok(!verdict.detail.includes(secret))
      assert.ok(!verdict.detail.includes(proof()))
    }
  })

  if (scheme.kind === 'jwt' && scheme.time !== undefined) {
    it('expires, and does not begin early', () => {
      assert.equal(outcome(request(), now + 86_400_000), 'expired')
      assert.equal(outcome(request(), now - 86_400_000), 'expired')
    })
  }
  if (scheme.kind === 'jwt' || scheme.kind === 'token' || scheme.timestamp === undefined) return
  const { timestamp } = scheme

  it('expires after the tolerance, both ways, but only when the signature is right', () => {
    const limit = timestamp.tolerance * 1000
    const { signature, signedAt } = accepted()
    const at = signedAt ?? 0
    assert.equal(outcome(request(), at + limit), 'ok')
    if (timestamp.unit === 's') assert.equal(outcome(request(), at + limit + 999), 'ok', 'counted in whole seconds')
    assert.equal(outcome(request(), at + limit + 1000), 'expired')
    assert.equal(outcome(request(), at - limit), 'ok')
    assert.equal(outcome(request(), at - limit - 1), 'expired')
    const late = verify(withProof(`${other(signature[0])}${signature.slice(1)}`), now + limit + 1000)
    assert.ok(!late.ok && late.cause !== 'expired')
  })

  const timeHeader = headerOf(timestamp.from)
  const listed = timestamp.from.startsWith('list:') ? timestamp.from.slice('list:'.length) : null
  if (timeHeader === null && listed === null) return
  it('is refused with another time than the signed one, and with no time at all', () => {
    const header = timeHeader ?? headerOf(scheme.at) ?? ''
    const value = headers[header] ?? ''
    const start = timeHeader !== null || listed === '#0' ? '' : `${listed}=`
    const written = timeHeader !== null ? value : (new RegExp(`(?:^|,|;| )${start}(\\d+)`).exec(value)?.[1] ?? '')
    const set = (time: string) =>
      request({ headers: { ...headers, [header]: value.replaceAll(start + written, () => start + time) } })
    assert.equal(outcome(set(written)), 'ok')
    const later = timestamp.unit === 'iso8601' ? written.replace(/:\d\d:/, ':59:') : String(Number(written) + 1)
    assert.match(outcome(set(later)), /^(mismatch|malformed)$/)
    for (const time of ['', 'now', '-1', '+1', '1.5', '1e9', `${written} x`, `0x${written}`, '9'.repeat(16), '²']) {
      assert.notEqual(outcome(set(time)), 'ok', JSON.stringify(time))
    }
  })
}

function labelOf(scheme: Scheme | undefined): string | undefined {
  return scheme === undefined || scheme.kind === 'token' || scheme.kind === 'jwt' ? undefined : scheme.list?.label
}

function headerOf(place: string): string | null {
  return place.startsWith('header:') ? place.slice('header:'.length) : null
}

/** Another character of the same alphabet: hex digits stay hex digits, so it is the comparison that must notice. */
function other(character: string | undefined): string {
  return character === '0' ? '1' : character === '=' ? 'A' : '0'
}

const pem = (type: 'rsa' | 'ec' | 'ed25519') => {
  const pair =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519')
  return pair.publicKey.export({ format: 'pem', type: 'spki' }).toString()
}
const otherKeys = { rsa: pem('rsa'), ec: pem('ec'), ed25519: pem('ed25519') } as const

/** One that the scheme can use as well. */
function otherSecret(scheme: Scheme, secret: string): string {
  if (scheme.key.form === 'public-key') {
    if (scheme.kind === 'jwt') return scheme.algorithms.some((name) => name === 'ES256') ? otherKeys.ec : otherKeys.rsa
    return scheme.kind === 'rsa' ? otherKeys.rsa : scheme.kind === 'ecdsa' ? otherKeys.ec : otherKeys.ed25519
  }
  const at = secret.length - (secret.endsWith('=') ? 6 : scheme.kind === 'token' && scheme.basic ? 1 : 3)
  return secret.slice(0, at) + (secret[at] === 'b' ? 'c' : 'b') + secret.slice(at + 1)
}
