import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Cause } from '../../src/diagnosis/types.ts'
import { findProvider } from '../../src/providers/registry.ts'
import { compileVerifier } from '../../src/verification/compile.ts'
import { readVectors, requestOf, type Vector, vectorFiles } from '../unit/verification/requests.ts'
import type { Broken } from './corpus.ts'
import { explain } from './support.ts'

type Request = Omit<Broken, 'name' | 'expected'>

/** A vector as its source gets it. */
function requestFor(provider: string, { url, headers, body, secret, publicUrl, nowSeconds }: Vector): Request {
  return {
    env: {
      IN_WEBHOOK_PROVIDER: provider,
      IN_WEBHOOK_SECRET: secret,
      ...(publicUrl === undefined ? {} : { PUBLIC_URL: publicUrl }),
    },
    source: 'in',
    path: url ?? '/webhook/in',
    headers,
    body,
    receivedAt: nowSeconds,
  }
}

/** Every vector whose provider may be configured, with what its verdict says of it. */
const vectors = vectorFiles().flatMap((provider) =>
  readVectors(provider).flatMap((vector) => {
    const row = findProvider(provider)
    if (row === undefined) return []
    const { secret, publicUrl = null, headers, body, url = '/webhook/in', nowSeconds } = vector
    const verify = compileVerifier(row, { current: secret, previous: null }, { toleranceSeconds: null, publicUrl })
    const verdict = verify(requestOf(headers, body, url), nowSeconds * 1000)
    if (!verdict.ok) return []
    const scheme = row.schemes.find(({ name }) => name === verdict.scheme)
    const shared = scheme !== undefined && 'form' in scheme.key && /^(?:utf8|utf8-or-base64)$/.test(scheme.key.form)
    return [
      {
        provider,
        vector,
        isToken: scheme?.kind === 'token',
        isShared: shared && scheme.kind !== 'token',
        coversBody: verdict.unsignedBody !== true,
      },
    ]
  }),
)

/** What is done to every vector that it can be done to. */
const breakages: readonly {
  readonly name: string
  readonly expected: readonly Cause[]
  applies(one: (typeof vectors)[number]): boolean
  break(request: Request): Request
}[] = [
  {
    name: 'a line break at the end of the secret',
    expected: ['secret_white_space'],
    applies: ({ isShared, vector }) => isShared && !vector.secret.startsWith('whsec_'),
    break: (request) => withSecret(request, (secret) => `${secret}\n`),
  },
  {
    name: 'the secret in quotes',
    expected: ['secret_quotes'],
    applies: ({ isShared, vector }) => isShared && !vector.secret.startsWith('whsec_'),
    break: (request) => withSecret(request, (secret) => `"${secret}"`),
  },
  {
    name: 'another secret',
    expected: ['wrong_secret', 'other_environment'],
    applies: ({ isShared, vector }) => isShared && !vector.secret.startsWith('whsec_'),
    break: (request) => withSecret(request, () => 'quite-another-secret-0123456789'),
  },
  {
    name: 'a line break at the end of the body',
    expected: ['body_white_space'],
    applies: ({ isToken, coversBody, vector }) => !isToken && coversBody && /^[{[]/.test(vector.body),
    break: (request) => ({ ...request, body: `${request.body}\n` }),
  },
  {
    name: 'JSON indented by four spaces',
    expected: ['body_reserialised'],
    applies: ({ isToken, coversBody, vector }) => !isToken && coversBody && isPlainJson(vector.body),
    break: (request) => ({ ...request, body: JSON.stringify(JSON.parse(String(request.body)), null, 4) }),
  },
  {
    name: 'a byte order mark',
    expected: ['body_bom'],
    applies: ({ isToken, coversBody, vector }) => !isToken && coversBody && isPlainJson(vector.body),
    break: (request) => ({ ...request, body: `\ufeff${request.body}` }),
  },
]

function withSecret(request: Request, change: (secret: string) => string): Request {
  return { ...request, env: { ...request.env, IN_WEBHOOK_SECRET: change(request.env['IN_WEBHOOK_SECRET'] ?? '') } }
}

function isPlainJson(body: string): boolean {
  try {
    return JSON.stringify(JSON.parse(body)) === body && body.length > 10
  } catch {
    return false
  }
}

describe('the requests of every sender', () => {
  it('are genuine as they are', async () => {
    assert.ok(vectors.length > 150, String(vectors.length))
    for (const { provider, vector } of vectors) {
      const { cause, sentence } = await explain(requestFor(provider, vector), 'missing')
      // What a token proved is not kept with what was refused.
      if (cause === 'genuine') continue
      assert.fail(`${provider}, ${vector.label}: ${cause}: ${sentence}`)
    }
  })

  for (const { name, expected, applies, break: change } of breakages) {
    it(`are explained with ${name}`, async (t) => {
      const concerned = vectors.filter(applies)
      const wrong: string[] = []
      for (const { provider, vector } of concerned) {
        const { cause, sentence } = await explain(change(requestFor(provider, vector)))
        if (!expected.includes(cause)) wrong.push(`${provider}, ${vector.label}: ${cause}: ${sentence}`)
      }
      t.diagnostic(`${concerned.length - wrong.length} of ${concerned.length}`)
      assert.ok(concerned.length > 20, String(concerned.length))
      assert.ok(wrong.length <= concerned.length * 0.05, wrong.join('\n'))
    })
  }
})

describe('whatever comes', () => {
  it('is answered, without any piece of the secret', async () => {
    const { vector } = vectors.find(({ provider }) => provider === 'github') ?? assert.fail()
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 16, maxLength: 60, unit: fc.constantFrom(...'ABCDEFGHJKMNPQRSTVWXYZ23456789') }),
        fc.uint8Array({ maxLength: 300 }),
        fc.array(
          fc.tuple(fc.constantFrom('x-hub-signature-256', 'x-sig', 'via', 'host', 'x-forwarded-host'), fc.string()),
        ),
        fc.webPath(),
        fc.constantFrom(
          'mismatch',
          'malformed',
          'missing',
          'expired',
          'invalid_json',
          'too_large',
          'address',
          'doubled_id',
        ),
        async (secret, body, headers, path, filedAs) => {
          const broken = {
            env: { GITHUB_WEBHOOK_SECRET: secret, PUBLIC_URL: `https://${secret.toLowerCase()}.example.com` },
            path: `/webhook/github${path}?token=${secret}`,
            headers: [...Object.entries(vector.headers).flat(), ...headers.flat()],
            body,
            receivedAt: vector.nowSeconds,
            source: 'github',
          }
          const told = JSON.stringify(await explain(broken, filedAs))
          for (let at = 0; at + 8 <= secret.length; at++) assert.ok(!told.includes(secret.slice(at, at + 8)), told)
        },
      ),
      { numRuns: 60 },
    )
  })
})
