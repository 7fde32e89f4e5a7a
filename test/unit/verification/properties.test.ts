import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { providers } from '../../../src/providers/registry.ts'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { decodeBase64, decodeSignature } from '../../../src/verification/encoding.ts'
import { isSignable, signRequest } from '../../../src/verification/sign.ts'
import { fromWire, requestOf } from './requests.ts'

const nowSeconds = 1_750_000_000
const now = nowSeconds * 1000
const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
const privateKey = `whsk_${Buffer.from(d, 'base64url').toString('base64')}`
const publicKey = `whpk_${Buffer.from(x, 'base64url').toString('base64')}`
const sharedSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** Those whose schemes are all written by the engine's own signer; every one gets its share of the runs. */
const schemes = [...providers.values()].flatMap((provider) =>
  provider.schemes.filter(isSignable).flatMap((scheme) => {
    const pair = scheme.kind === 'ed25519'
    if (pair && ('prefix' in scheme.key ? scheme.key.prefix : undefined) === undefined) return []
    const secret =
      scheme.key.form === 'hex'
        ? 'ab'.repeat(32)
        : scheme.key.form === 'base64' && scheme.key.prefix === undefined
          ? 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
          : sharedSecret
    const row = { ...provider, schemes: [scheme] }
    const current = pair ? publicKey : secret
    return [
      {
        provider: row,
        scheme,
        signingSecret: pair ? privateKey : secret,
        verify: compileVerifier(row, { current, previous: null }, { toleranceSeconds: null }),
      },
    ]
  }),
)
const runs = (count: number) => ({ numRuns: Math.max(10, Math.ceil((count * 10) / schemes.length)) })
const body = fc.uint8Array({ maxLength: 300 })
const id = fc.stringMatching(/^[!-~]{1,40}$/)
/** Anything, and often something that gets further: pieces of real headers. */
const headerValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom('t=', 'v1=', 'v1,', 'v1a,', 'v0=', 'sha256=', ',', ' ', ', ', '=', String(nowSeconds)),
        fc.constantFrom('0'.repeat(64), `${'A'.repeat(43)}=`, `${'A'.repeat(86)}==`),
        fc.string({ maxLength: 5 }),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
)

for (const { provider, scheme, signingSecret, verify } of schemes) {
  describe(`${provider.name}, ${scheme.name}`, () => {
    const sign = (bytes: Uint8Array, eventId: string) =>
      signRequest(provider, scheme.name, signingSecret, { body: bytes, id: eventId, nowSeconds })

    // A brace keeps the body from being one that the sender signs for anybody.
    const signable = scheme.givenAway === undefined ? body : body.map((bytes) => Uint8Array.from([0x7b, ...bytes]))

    it('accepts what it signs', () => {
      fc.assert(
        fc.property(signable, id, (bytes, eventId) => {
          const verdict = verify(requestOf(sign(bytes, eventId), bytes), now)
          assert.ok(verdict.ok)
          assert.equal(verdict.scheme, scheme.name)
        }),
        runs(100),
      )
    })

    it('refuses any changed bit of the body or of its headers', () => {
      fc.assert(
        fc.property(body, id, fc.nat(), fc.nat({ max: 6 }), (bytes, eventId, at, bit) => {
          const headers = sign(bytes, eventId)
          const names = [null, ...Object.keys(headers)]
          const name = names[at % names.length]
          if (name === null || name === undefined) {
            if (bytes.length > 0) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit)
            else return
          } else {
            const value = Buffer.from(headers[name] ?? '', 'latin1')
            const index = at % value.length
            const before = String.fromCharCode(value[index] ?? 0)
            const after = String.fromCharCode((value[index] ?? 0) ^ (1 << bit))
            // The other case of a hex digit is the same signature.
            if (scheme.encoding === 'hex' && before.toLowerCase() === after.toLowerCase()) return
            headers[name] = headers[name]?.slice(0, index) + after + headers[name]?.slice(index + 1)
          }
          assert.equal(verify(requestOf(headers, bytes), now).ok, false)
        }),
        runs(300),
      )
    })

    it('gives a verdict, and never throws, whatever the headers and the body are', () => {
      const names = new Set([
        'webhook-id',
        'webhook-timestamp',
        'x-slack-request-timestamp',
        'content-type',
        scheme.at.slice('header:'.length),
      ])
      const wire = fc.array(fc.tuple(fc.constantFrom(...names), headerValue), { maxLength: 6 })
      fc.assert(
        fc.property(wire, body, fc.double(), (headers, bytes, at) => {
          const verdict = verify(fromWire(headers.flat(), bytes), at)
          assert.equal(verdict.ok, false)
        }),
        runs(300),
      )
    })
  })
}

describe('decoders', () => {
  it('read back what is written, and only that', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 70 }),
        fc.constantFrom('hex' as const, 'base64' as const),
        (bytes, encoding) => {
          const text = Buffer.from(bytes).toString(encoding)
          assert.deepEqual(decodeSignature(text, encoding, bytes.length), Buffer.from(bytes))
          assert.equal(decodeSignature(text, encoding, bytes.length + 1), null)
          for (const wrong of [`${text} `, ` ${text}`, `${text}\n`, `${text}=`, text.slice(0, -1), `${text}${text}`]) {
            assert.equal(decodeSignature(wrong, encoding, bytes.length), null)
          }
        },
      ),
    )
  })

  it('refuse what Node would read: wide characters, the url alphabet, spare bits, missing padding', () => {
    assert.equal(Buffer.from('ıa', 'hex').length, 1, 'Node cuts characters to a byte')
    assert.equal(decodeSignature('ıa', 'hex', 1), null)
    assert.deepEqual(decodeSignature('Aa', 'hex', 1), Buffer.from([0xaa]))
    for (const text of ['', '-_-_', 'AB==', 'AA', 'AAA', 'AA=', 'A A=', 'AA==\n', 'ŁA==', '====']) {
      assert.equal(decodeBase64(text), null, JSON.stringify(text))
    }
    assert.deepEqual(decodeBase64('AA=='), Buffer.from([0]))
  })
})
