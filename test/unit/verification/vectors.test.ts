import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Provider, Scheme } from '../../../src/providers/types.ts'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { fromWire, providerNamed, readVectors, requestOf, type Vector } from './requests.ts'

const cases: readonly (readonly [provider: string, vectors: string])[] = [
  ['generic', 'generic'],
  ['github', 'github'],
  ['hookmesh', 'hookmesh'],
  ['shopify', 'shopify'],
  ['slack', 'slack'],
  ['standard-webhooks', 'standard-webhooks'],
  ['stripe', 'stripe'],
  // The default source understands these two as well.
  ['generic', 'hookmesh'],
  ['generic', 'standard-webhooks'],
]

for (const [providerName, vectors] of cases) {
  for (const vector of readVectors(vectors)) {
    describe(`${providerName}: ${vector.label}`, () => proveVector(providerNamed(providerName), vector))
  }
}

function proveVector(provider: Provider, vector: Vector): void {
  const { headers, body, secret, nowSeconds } = vector
  const scheme = provider.schemes.find(({ name }) => name === vector.scheme)
  assert.ok(scheme, `${provider.name} has a scheme ${vector.scheme}`)
  const verify = compileVerifier(provider, { current: secret, previous: null }, { toleranceSeconds: null })
  const now = nowSeconds * 1000
  const signatureValue = headers[scheme.header] ?? ''
  const outcome = (changed: Readonly<Record<string, string>>, changedBody: string | Uint8Array = body, at = now) => {
    const verdict = verify(requestOf(changed, changedBody), at)
    return verdict.ok ? 'ok' : verdict.cause
  }
  const without = (name: string) => Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))

  it('is accepted, by its scheme and secret', () => {
    const verdict = verify(requestOf(headers, body), now)
    assert.ok(verdict.ok)
    assert.equal(verdict.scheme, vector.scheme)
    assert.equal(verdict.secret, 'current')
    assert.ok(signatureValue.includes(verdict.signature))
    assert.equal(verdict.signedAt, scheme.timestamp === undefined ? null : now)
  })

  it('is refused with a byte of the body changed, added or removed', () => {
    const bytes = Buffer.from(body)
    for (let index = 0; index < bytes.length; index += 7) {
      const flipped = Buffer.from(bytes)
      flipped[index] = (flipped[index] ?? 0) ^ 1
      assert.equal(outcome(headers, flipped), 'mismatch', `byte ${index}`)
    }
    assert.equal(outcome(headers, `${body}\n`), 'mismatch')
    assert.equal(outcome(headers, bytes.subarray(0, -1)), 'mismatch')
  })

  it('is refused with any character of the matching signature changed', () => {
    const accepted = verify(requestOf(headers, body), now)
    assert.ok(accepted.ok)
    const start = signatureValue.indexOf(accepted.signature)
    for (let index = start; index < start + accepted.signature.length; index++) {
      const changed = signatureValue.slice(0, index) + other(signatureValue[index]) + signatureValue.slice(index + 1)
      assert.notEqual(outcome({ ...headers, [scheme.header]: changed }), 'ok', `character ${index}`)
    }
  })

  it('is refused with its signature cut, lengthened or emptied', () => {
    for (const changed of [signatureValue.slice(0, -1), `${signatureValue}0`, `${signatureValue}=`, '']) {
      const expected = changed === '' ? 'malformed' : /^(malformed|mismatch)$/
      assert.match(outcome({ ...headers, [scheme.header]: changed }), new RegExp(expected))
    }
  })

  it('misses its signature header', () => {
    assert.equal(outcome(without(scheme.header)), 'missing')
  })

  it('is malformed when a header it depends on is missing or doubled', () => {
    for (const name of companions(scheme)) assert.equal(outcome(without(name)), 'malformed', `without ${name}`)
    for (const name of [scheme.header, ...companions(scheme)]) {
      const doubled = [...Object.entries(headers).flat(), name.toUpperCase(), headers[name] ?? '']
      const verdict = verify(fromWire(doubled, body), now)
      assert.equal(verdict.ok ? 'ok' : verdict.cause, 'malformed', `doubled ${name}`)
    }
  })

  it('is refused under another secret, and accepted under the previous one', () => {
    const wrong = otherSecret(secret)
    const rotated = (current: string, previous: string | null) =>
      compileVerifier(provider, { current, previous }, { toleranceSeconds: null })(requestOf(headers, body), now)
    const refused = rotated(wrong, null)
    assert.equal(refused.ok ? 'ok' : refused.cause, 'mismatch')
    const accepted = rotated(wrong, secret)
    assert.ok(accepted.ok)
    assert.equal(accepted.secret, 'previous')
  })

  it('keeps secret and signature out of what it tells', () => {
    for (const changed of [body, `${body} `]) {
      const verdict = verify(requestOf(headers, changed), now + 1e9)
      if (verdict.ok) continue
      assert.ok(!verdict.detail.includes(secret))
      assert.ok(!verdict.detail.includes(signatureValue))
    }
  })

  const { timestamp } = scheme
  if (timestamp === undefined) return

  it('expires after the tolerance, both ways, but only when the signature is right', () => {
    const limit = timestamp.tolerance * 1000
    assert.equal(outcome(headers, body, now + limit), 'ok')
    assert.equal(outcome(headers, body, now + limit + 999), 'ok', 'counted in whole seconds')
    assert.equal(outcome(headers, body, now + limit + 1000), 'expired')
    assert.equal(outcome(headers, body, now - limit), 'ok')
    assert.equal(outcome(headers, body, now - limit - 1), 'expired')
    assert.equal(outcome(headers, `${body} `, now + limit + 1000), 'mismatch')
  })

  it('is refused with another time than the signed one, and with no time at all', () => {
    const set = (time: string): Record<string, string> =>
      timestamp.from.startsWith('header:')
        ? { ...headers, [timestamp.from.slice('header:'.length)]: time }
        : { ...headers, [scheme.header]: signatureValue.replace(/t=\d+/, `t=${time}`) }
    assert.equal(outcome(set(String(nowSeconds))), 'ok')
    assert.equal(outcome(set(String(nowSeconds + 1))), 'mismatch')
    for (const time of [
      '',
      'now',
      '-1',
      '+1',
      '1.5',
      '1e9',
      ` ${nowSeconds}`,
      `0x${nowSeconds}`,
      '9'.repeat(16),
      '²',
    ]) {
      assert.equal(outcome(set(time)), 'malformed', JSON.stringify(time))
    }
  })
}

function companions({ id, timestamp }: Scheme): readonly string[] {
  return [id, timestamp?.from].flatMap((source) =>
    source?.startsWith('header:') ? [source.slice('header:'.length)] : [],
  )
}

/** Another character of the same alphabet: hex digits stay hex digits, so it is the comparison that must notice. */
function other(character: string | undefined): string {
  return character === '0' ? '1' : character === '=' ? 'A' : '0'
}

function otherSecret(secret: string): string {
  const at = secret.length - 3
  return secret.slice(0, at) + (secret[at] === 'b' ? 'c' : 'b') + secret.slice(at + 1)
}
