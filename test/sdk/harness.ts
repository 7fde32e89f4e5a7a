import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { findProvider } from '../../src/providers/registry.ts'
import type { Provider } from '../../src/providers/types.ts'
import { compileVerifier } from '../../src/verification/compile.ts'
import { isSignable, signRequest } from '../../src/verification/sign.ts'
import type { Verdict } from '../../src/verification/types.ts'
import { readVectors, requestOf } from '../unit/verification/requests.ts'

/** A request as a sender's library is given it. */
export interface Sent {
  /** Where the sender posts to, in full. */
  readonly url: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What the source is configured with. */
  readonly secret: string
}

export interface Message {
  readonly body: string
  readonly secret: string
  readonly id: string
  readonly nowSeconds: number
}

/** What a library signed: the headers, and the body or the URL where it made those too. */
export type Signed = Pick<Sent, 'headers'> & Partial<Pick<Sent, 'body' | 'url'>>

/** A sender's own library as the other side of a provider's row. One file each in `senders/`, named as the provider. */
export interface Library {
  readonly provider: string
  /** Its npm package, as in the `origin` of the vectors that it accepts. */
  readonly name: string
  /** Whether the library takes the request for the sender's. To throw is to refuse. */
  verify(sent: Sent): boolean | Promise<boolean>
  /** Requests made by the library's own helper. */
  sign?(message: Message): readonly Signed[] | Promise<readonly Signed[]>
  /** Left to the library's caller, so that a changed body is refused by us only. */
  readonly ignoresBody?: true
  /** Asks for a body of its own kind, so that ours is not changed before it is signed. */
  readonly exactBody?: true
}

/** Requests for `/webhook/…` that tell nothing of their own host come to this one. */
const host = 'https://hooks.example.com'

/**
 * Proves a row with the sender's library: each vector that names it, what `signRequest` signs and what the library signs
 * is accepted by both, and by neither once it is altered.
 */
export function proveLibrary(library: Library): void {
  const provider = findProvider(library.provider)
  assert.ok(provider, `no provider ${library.provider}`)
  const vectors = readVectors(library.provider).filter(({ origin }) => origin.includes(`official SDK ${library.name}@`))

  describe(`${provider.title}, ${library.name}`, () => {
    it('is what vectors say they were accepted by', () => assert.ok(vectors.length > 0))

    for (const { label, url = '/webhook/test', publicUrl = host, headers, body, secret, nowSeconds } of vectors) {
      it(`accepts the vector: ${label}`, (t) =>
        prove(t, library, provider, { url: publicUrl + url, headers, body, secret }, nowSeconds))
    }

    const known = new Set(vectors.map(({ scheme }) => scheme))
    const signable = provider.schemes.filter((one) => known.has(one.name) && one.kind !== 'ed25519' && isSignable(one))
    for (const scheme of signable) {
      it(`accepts what we sign: ${scheme.name}`, async (t) => {
        const vector = vectors.find((one) => one.scheme === scheme.name)
        assert.ok(vector)
        const { secret, nowSeconds } = vector
        const body = library.exactBody ? vector.body : withNote(vector.body)
        const content = { body: Buffer.from(body), id: 'msg_5e1c3f0a', nowSeconds: nowSeconds + 86_400 }
        const signed = signRequest(provider, scheme.name, secret, content)
        const headers = { ...without(provider, vector.headers), ...signed }
        await prove(t, library, provider, { url: `${host}/webhook/test`, headers, body, secret }, content.nowSeconds)
      })
    }

    if (library.sign === undefined) return
    it('signs what we accept', async (t) => {
      for (const { body, secret, nowSeconds, headers } of vectors) {
        const message = { body, secret, id: 'msg_5e1c3f0a', nowSeconds }
        const made = await at(t, nowSeconds, () => library.sign?.(message) ?? [])
        assert.ok(made.length > 0)
        for (const signed of made) {
          const url = signed.url ?? `${host}/webhook/test`
          const all = { ...without(provider, headers), ...signed.headers }
          await prove(t, library, provider, { url, headers: all, body: signed.body ?? body, secret }, nowSeconds)
        }
      }
    })
  })
}

async function prove(
  t: TestContext,
  library: Library,
  provider: Provider,
  sent: Sent,
  nowSeconds: number,
): Promise<void> {
  const ours = (one: Sent): Verdict => {
    const { origin, pathname, search } = new URL(one.url)
    const options = { toleranceSeconds: null, publicUrl: origin }
    const verify = compileVerifier(provider, { current: one.secret, previous: null }, options)
    return verify(requestOf(one.headers, one.body, pathname + search), nowSeconds * 1000)
  }
  const theirs = (one: Sent) => at(t, nowSeconds, () => library.verify(one))
  const refused = (one: Sent) =>
    theirs(one).then(
      (accepted) => !accepted,
      () => true,
    )

  const verdict = ours(sent)
  assert.ok(verdict.ok, 'detail' in verdict ? verdict.detail : '')
  assert.equal(await theirs(sent), true, 'the library accepts')

  const body = sent.body.replace(/[A-Za-z0-9](?=[^A-Za-z0-9]*$)/, other)
  const foreign = { ...sent, secret: changed(sent.secret) }
  const scheme = provider.schemes.find(({ name }) => name === verdict.scheme)
  if (scheme?.kind !== 'token') {
    const forged = swap(sent, carries(sent, verdict.signature) ? verdict.signature : headerAt(scheme?.at, sent))
    assert.ok(!ours(forged).ok && (await refused(forged)), 'another signature')
  }
  if (!verdict.unsignedBody && body !== sent.body) {
    assert.ok(!ours({ ...sent, body }).ok, 'another body')
    if (!library.ignoresBody) assert.ok(await refused({ ...sent, body }), 'another body, to the library')
  }
  if (scheme?.key.form === 'public-key' || scheme?.kind === 'ed25519') return
  assert.ok(!ours(foreign).ok && (await refused(foreign)), 'another secret')
}

/** Runs it while the process believes that it is this time. */
async function at<Result>(t: TestContext, seconds: number, run: () => Result | Promise<Result>): Promise<Result> {
  t.mock.timers.enable({ apis: ['Date'], now: seconds * 1000 })
  try {
    return await run()
  } finally {
    t.mock.timers.reset()
  }
}

/** The headers without what proves them, which would stand beside the new one. */
function without(provider: Provider, headers: Readonly<Record<string, string>>): Record<string, string> {
  const carriers = new Set<string | undefined>(
    provider.schemes.flatMap((scheme) =>
      scheme.kind === 'token' || scheme.kind === 'jwt' ? [scheme.at] : [scheme.at, scheme.id, scheme.timestamp?.from],
    ),
  )
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !carriers.has(`header:${name}`)))
}

/** A body that no vector has, with what is hard to sign: characters of two, three and four bytes in UTF-8. */
function withNote(body: string): string {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return body
    return JSON.stringify({ ...value, note: 'é € \u{1f4ef}' })
  } catch {
    return body
  }
}

/** A signature is not always told as it was written: ECDSA has several forms of one. */
function carries(sent: Sent, signature: string): boolean {
  const written = [sent.url, sent.body, ...Object.values(sent.headers)]
  return written.some((text) => text.includes(signature) || text.includes(encodeURIComponent(signature)))
}

function headerAt(place: string | undefined, { headers }: Sent): string {
  return headers[place?.replace('header:', '') ?? ''] ?? ''
}

function swap(sent: Sent, signature: string): Sent {
  const forged = changed(signature)
  const replace = (text: string) =>
    text.replaceAll(signature, () => forged).replaceAll(encodeURIComponent(signature), () => encodeURIComponent(forged))
  const headers = Object.fromEntries(Object.entries(sent.headers).map(([name, value]) => [name, replace(value)]))
  const result = { ...sent, headers, url: replace(sent.url), body: replace(sent.body) }
  assert.notDeepEqual(result, sent)
  return result
}

/** With a letter or digit in its middle replaced by another of the same alphabet. */
function changed(text: string): string {
  const middle = Math.floor(text.length / 2)
  return text.slice(0, middle) + text.slice(middle).replace(/[A-Za-z0-9]/, other)
}

function other(character: string): string {
  if (/[0-9]/.test(character)) return character === '1' ? '2' : '1'
  return /b/i.test(character) ? 'c' : 'b'
}
