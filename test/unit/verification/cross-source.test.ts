import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { providers } from '../../../src/providers/registry.ts'
import type { Scheme } from '../../../src/providers/types.ts'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { validateSecret } from '../../../src/verification/secrets.ts'
import type { Verifier } from '../../../src/verification/types.ts'
import { readVectors, requestOf, type Vector, vectorFiles } from './requests.ts'

const publicUrl = 'https://hooks.example.com'
const vectors = vectorFiles().flatMap((name) => readVectors(name).map((vector) => ({ name, vector })))

const verifierOf = (name: string, secret: string, url: string): Verifier | null => {
  const provider = providers.get(name)
  if (provider === undefined || validateSecret(provider, secret) !== null) return null
  return compileVerifier(provider, { current: secret, previous: null }, { toleranceSeconds: null, publicUrl: url })
}

const judge = (verify: Verifier, { headers, body, url, nowSeconds }: Vector) =>
  verify(requestOf(headers, body, url), nowSeconds * 1000)

/** What makes two schemes one rule: there the secret alone tells the senders apart. */
function ruleOf(scheme: Scheme): string {
  if (scheme.kind === 'token') return `token ${scheme.at}`
  const { kind, at, prefix } = scheme
  if (scheme.kind === 'jwt') return JSON.stringify([kind, at, scheme.claims])
  const { encoding, signed, list, timestamp } = scheme
  return JSON.stringify([
    kind,
    'hash' in scheme ? scheme.hash : '',
    at,
    prefix,
    encoding,
    signed,
    list,
    timestamp?.from,
  ])
}

/** Where another rule accepts a request: whose request, by which scheme, and why. */
const explained: readonly (readonly [sender: string, acceptedBy: string, why: string])[] = [
  ['gitea', 'github/x-hub-signature-256', 'Gitea sends the headers of GitHub as well'],
  ['gitea', 'meta/x-hub-signature-256', 'as above'],
  ['gitea', 'intercom/x-hub-signature', 'as above, the older one too'],
  ['meta', 'intercom/x-hub-signature', 'Meta sends the older header as well'],
  ['clickup', 'stream/x-signature', 'Stream signs what a packed body holds, which is the body where it is not packed'],
  ['lemonsqueezy', 'stream/x-signature', 'as above'],
  ['stream', 'clickup/x-signature', 'as above'],
  ['stream', 'lemonsqueezy/x-signature', 'as above'],
]

describe('a request for one source', () => {
  it('passes on no source of another sender with a secret of its own', () => {
    for (const other of vectorFiles()) {
      const secrets = new Map<string, Verifier | null>()
      for (const { secret } of readVectors(other)) secrets.set(secret, verifierOf(other, secret, publicUrl))
      for (const { name, vector } of vectors) {
        for (const [secret, verify] of secrets) {
          if (name === other || isSignedWith(vector, secret) || verify === null) continue
          assert.ok(!judge(verify, vector).ok, `${name} (${vector.label}) by ${other}`)
        }
      }
    }
  })

  it('passes on no source of the same sender with another secret', () => {
    for (const { name, vector } of vectors) {
      const others = vectors.filter(({ vector: { secret } }) => !isSignedWith(vector, secret))
      for (const { vector: other } of others.slice(0, 12)) {
        const verify = verifierOf(name, other.secret, vector.publicUrl ?? publicUrl)
        if (verify !== null) assert.ok(!judge(verify, vector).ok, `${name} with the secret of ${other.label}`)
      }
    }
  })

  it('passes with the same secret only where the senders sign by one rule', () => {
    const used = new Set<string>()
    for (const { name, vector } of vectors) {
      for (const other of providers.keys()) {
        if (other === name) continue
        const verify = verifierOf(other, vector.secret, vector.publicUrl ?? publicUrl)
        const verdict = verify === null ? null : judge(verify, vector)
        if (verdict?.ok !== true) continue
        const accepting = schemeOf(other, verdict.scheme)
        const own = providers.get(name)?.schemes.map(ruleOf) ?? []
        if (accepting !== undefined && own.includes(ruleOf(accepting))) continue
        const by = `${other}/${verdict.scheme}`
        assert.ok(
          explained.some(([sender, acceptedBy]) => sender === name && acceptedBy === by),
          `${name} (${vector.label}) by ${by}`,
        )
        used.add(`${name} ${by}`)
      }
    }
    assert.equal(used.size, explained.length)
  })
})

function schemeOf(name: string, scheme: string): Scheme | undefined {
  return providers.get(name)?.schemes.find((one) => one.name === scheme)
}

/** Vectors of several senders use one example; some write it with something before it. */
function isSignedWith(vector: Vector, secret: string): boolean {
  const bare = (text: string) => text.replace(/^v1,/, '').replace(/^whsec_/, '')
  // Beside the signature of its key pair, that of the specification's example secret is in the header.
  const also = vector.scheme === 'standard-webhooks-v1a' ? ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] : []
  return [vector.secret, ...also].some((one) => bare(one).includes(bare(secret)) || bare(secret).includes(bare(one)))
}
