import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, it } from 'node:test'
import { publicKeysFrom } from '../../../src/verification/public-keys.ts'
import { secretWarning, validateSecret } from '../../../src/verification/secrets.ts'
import { providerNamed } from './requests.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ed25519 = generateKeyPairSync('ed25519')
const pairs = { rsa, ec, ed25519 } as const

const pem = (key: KeyObject) => key.export({ format: 'pem', type: 'spki' }).toString()
const der = (key: KeyObject) => key.export({ format: 'der', type: 'spki' })
const jwk = (key: KeyObject) => key.export({ format: 'jwk' })

describe('publicKeysFrom', () => {
  for (const type of ['rsa', 'ec', 'ed25519'] as const) {
    const { publicKey, privateKey } = pairs[type]
    const written: Readonly<Record<string, string>> = {
      PEM: pem(publicKey),
      'PEM with other line ends': pem(publicKey).replaceAll('\n', '\r\n'),
      'PEM with \\n for line breaks': pem(publicKey).replaceAll('\n', '\\n'),
      'PEM in one line': pem(publicKey).replaceAll('\n', ''),
      'PEM with spaces for line breaks': pem(publicKey).replaceAll('\n', ' '),
      'base64 of the DER': der(publicKey).toString('base64'),
      JWK: JSON.stringify(jwk(publicKey)),
      'JWK set': JSON.stringify({ keys: [jwk(publicKey)] }, null, 2),
    }
    for (const [form, text] of Object.entries(written)) {
      it(`reads ${type} keys: ${form}`, () => {
        assert.deepEqual(publicKeysFrom(text, type), [der(publicKey)])
        for (const other of ['rsa', 'ec', 'ed25519'] as const) {
          if (other !== type) assert.deepEqual(publicKeysFrom(text, other), [])
        }
      })
    }

    it(`takes no private ${type} key, although it holds the public one`, () => {
      for (const text of [
        privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
        privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
        JSON.stringify(jwk(privateKey)),
        JSON.stringify({ keys: [jwk(privateKey)] }),
      ]) {
        assert.deepEqual(publicKeysFrom(text, type), [])
      }
    })
  }

  it('reads all keys of a set, and nothing out of anything else', () => {
    const set = { keys: [jwk(rsa.publicKey), jwk(ec.publicKey), null, 1, { kty: 'RSA' }] }
    assert.deepEqual(publicKeysFrom(JSON.stringify(set), 'rsa'), [der(rsa.publicKey)])
    for (const text of ['', '{', '{}', '[]', '{"keys":1}', 'AAAA', '-----BEGIN PUBLIC KEY-----', 'a secret']) {
      assert.deepEqual(publicKeysFrom(text, 'rsa'), [], text)
    }
  })
})

describe('a configured secret', () => {
  const problem = (provider: string, secret: string) => validateSecret(providerNamed(provider), secret) ?? 'none'

  it('must be the kind of key that the sender signs with', () => {
    assert.equal(problem('wise', pem(rsa.publicKey)), 'none')
    assert.match(problem('wise', pem(ec.publicKey)), /not an RSA public key \(PEM/)
    assert.match(problem('wise', 'text'), /not an RSA public key/)
    assert.equal(problem('sendgrid', der(ec.publicKey).toString('base64')), 'none')
    assert.match(problem('sendgrid', pem(rsa.publicKey)), /not an elliptic curve public key/)
    assert.match(
      problem('wise', rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()),
      /private signing key/,
    )
    assert.equal(problem('discord', 'ab'.repeat(32)), 'none')
    assert.match(problem('discord', 'ab'.repeat(31)), /Ed25519 public key: give the hex of its 32 bytes/)
    assert.match(problem('adyen', 'no hex'), /not hex/)
    assert.match(problem('airtable', 'no base64'), /not base64/)
    assert.match(problem('postmark', 'only-a-user'), /give user:password/)
    assert.equal(problem('postmark', 'user:password'), 'none')
  })

  it('is never a public key where a shared secret is meant', () => {
    const texts = [
      pem(rsa.publicKey),
      ` ${pem(rsa.publicKey).replaceAll('\n', '')}`,
      JSON.stringify(jwk(rsa.publicKey)),
      JSON.stringify({ extra: 1, ...jwk(ec.publicKey) }),
      JSON.stringify({ keys: [] }),
      der(rsa.publicKey).toString('base64'),
      der(ed25519.publicKey).toString('base64'),
    ]
    for (const text of texts) {
      for (const name of ['github', 'gitlab', 'vonage', 'livekit', 'cloudinary']) {
        assert.match(problem(name, text), /signs with a shared secret/, name)
      }
    }
  })

  it('gives no warning when it is a key with its line breaks', () => {
    assert.equal(secretWarning(providerNamed('wise'), pem(rsa.publicKey)), null)
    assert.match(secretWarning(providerNamed('gitlab'), 'short') ?? '', /only 5 bytes/)
    assert.match(secretWarning(providerNamed('gitlab'), ' with spaces around ') ?? '', /white space/)
  })
})
