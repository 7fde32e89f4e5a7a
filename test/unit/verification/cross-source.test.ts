import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { providers } from '../../../src/providers/registry.ts'
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

/** Several senders sign by one rule, under one header: there the secret alone tells them apart. */
interface Family {
  readonly rule: string
  readonly sentBy: readonly string[]
  readonly acceptedBy: readonly string[]
}

const decoding = [
  'brex',
  'clerk',
  'gitlab',
  'render',
  'replicate',
  'resend',
  'standard-webhooks',
  'stytch',
  'supabase-auth-hook',
  'svix',
]
const asText = ['bigcommerce', 'polar']
/** These take a secret either way. */
const both = ['generic', 'hookmesh', 'openai']

const families: readonly Family[] = [
  family('webhook-signature: v1, with a secret that is decoded', 'standard-webhooks-v1', [...decoding, ...both]),
  family('webhook-signature: v1, with a secret that is text', 'standard-webhooks-v1', [...asText, ...both]),
  family('webhook-signature: v1a', 'standard-webhooks-v1a', ['standard-webhooks', 'generic']),
  family('svix-signature', 'svix-v1', ['brex', 'clerk', 'resend', 'stytch', 'svix']),
  family('X-HookMesh-Signature', 'x-hookmesh-signature', ['hookmesh', 'generic']),
  family('X-Hub-Signature: sha256=', 'x-hub-signature', ['bitbucket', 'jira', 'snyk']),
  {
    rule: 'X-Hub-Signature-256, which Gitea sends as well',
    sentBy: ['github', 'meta', 'gitea'],
    acceptedBy: ['github/x-hub-signature-256', 'meta/x-hub-signature-256'],
  },
  {
    rule: 'X-Hub-Signature: sha1=, which Meta and Gitea send as well',
    sentBy: ['intercom', 'meta', 'gitea'],
    acceptedBy: ['intercom/x-hub-signature'],
  },
  family('X-Signature: hex of the body', 'x-signature', ['clickup', 'lemonsqueezy', 'stream']),
  family('a token in Authorization', 'authorization', ['auth0', 'cloudevents', 'okta', 'revenuecat', 'strapi']),
  family('user and password', 'basic', ['chargebee', 'mixpanel', 'pipedrive', 'postmark', 'sparkpost']),
]

function family(rule: string, scheme: string, names: readonly string[]): Family {
  return { rule, sentBy: names, acceptedBy: names.map((name) => `${name}/${scheme}`) }
}

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
      for (const { vector: other } of others.slice(0, 40)) {
        const verify = verifierOf(name, other.secret, vector.publicUrl ?? publicUrl)
        if (verify !== null) assert.ok(!judge(verify, vector).ok, `${name} with the secret of ${other.label}`)
      }
    }
  })

  it('passes with the same secret only where the senders sign by one rule', () => {
    const used = new Set<Family>()
    for (const { name, vector } of vectors) {
      for (const other of providers.keys()) {
        if (other === name) continue
        const verify = verifierOf(other, vector.secret, vector.publicUrl ?? publicUrl)
        const verdict = verify === null ? null : judge(verify, vector)
        if (verdict?.ok !== true) continue
        const fitting = families.filter(
          ({ sentBy, acceptedBy }) => sentBy.includes(name) && acceptedBy.includes(`${other}/${verdict.scheme}`),
        )
        assert.notEqual(fitting.length, 0, `${name} (${vector.label}) by ${other}/${verdict.scheme}`)
        for (const one of fitting) used.add(one)
      }
    }
    assert.deepEqual(
      families.filter((one) => !used.has(one)),
      [],
    )
  })
})

/** Vectors of several senders use one example; some write it with something before it. */
function isSignedWith(vector: Vector, secret: string): boolean {
  const bare = (text: string) => text.replace(/^v1,/, '').replace(/^whsec_/, '')
  // Beside the signature of its key pair, that of the specification's example secret is in the header.
  const also = vector.scheme === 'standard-webhooks-v1a' ? ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] : []
  return [vector.secret, ...also].some((one) => bare(one).includes(bare(secret)) || bare(secret).includes(bare(one)))
}
