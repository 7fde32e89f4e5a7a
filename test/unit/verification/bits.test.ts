import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Scheme, TokenScheme } from '../../../src/providers/types.ts'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { providerNamed, readVectors, requestOf, type Vector, vectorFiles } from './requests.ts'

/** Where a flipped bit does not matter, and why. Everything that is not here must be refused. */
interface Explanation {
  /** `provider/scheme`, and the vector's number where only one of that scheme is meant. */
  readonly vector: string
  readonly part: 'body' | `header:${string}`
  /** Characters that may change: all, those outside of or inside of these pieces, or only the case of a piece's letters. */
  readonly free:
    | 'all'
    | 'escapes'
    | { readonly except: readonly string[] }
    | { readonly only: readonly string[] }
    | { readonly caseOf: string }
  readonly why: string
}

const token = 'the sender signs nothing: the secret itself is in the body'
const escapes = 'the decoded field is signed, and %2b is %2B'
const schemeCase = 'RFC 9110 §11.1: the name of an authentication scheme is read in any case'
const hexCase = 'hex is read in upper and lower case'
const unreadLabel = 'an item with another label is not looked at'
const anyMatches = 'of several signatures one that is right is enough'

/** Senders that sign some fields of the body: those, and the signature where it is in the body, must not change. */
const bodiesInPart: readonly (readonly [vector: string, signed: readonly string[], why: string])[] = [
  [
    'adyen/notification-item',
    [
      '7914073381342284',
      'TestMerchant',
      'TestPayment-1407325143704',
      'AUTHORISATION',
      'true',
      '1130',
      'EUR',
      'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=',
    ],
    'eight fields are signed',
  ],
  ['aircall/token', ['"token":"45XXYYZZa08"'], token],
  ['figma/passcode', ['"passcode":"figma-passcode-1"'], token],
  ['msgraph/client-state', ['"clientState":"secretClientValue"'], token],
  [
    'braintree/bt-signature',
    ['03e022efb510cf2aad652b0acc6e6e5d2a14fd33', '&bt_payload=PG5'],
    'the signature is one of two, each after a public key that need not be known',
  ],
  ['braintree/bt-signature-newline', ['d0a31cd2a1bdf81388653f2687f1567205700665', '&bt_payload=PG5'], 'as above'],
  [
    'dropbox-sign/event-hash',
    ['signature_request_sent', '1767225600', 'a970e7539861cf3af3dccd0c938fd44cc52a12b8ea036e697072107f35cc6682'],
    'the time and the type are signed',
  ],
  [
    'ecwid/x-ecwid-webhook-signature',
    ['"eventId":"80aece08-40e8-4145-8764-6c2f0d38678"', '"eventCreated":1767225600'],
    'two fields are signed',
  ],
  [
    'mailgun/signature',
    [
      '"timestamp":"1767225600"',
      'a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0',
      '6dc6c474bcb5cb0500dc5b8962bd2831ea7214502c29b7de7f4ae239c22a1ed5',
    ],
    'the time and a random token are signed',
  ],
  ['mercadopago/x-signature', [], 'the address, a header and the time are signed'],
  ['monday/monday-jwt', [], 'the JWT says where it is sent to, not what'],
]

const explanations: readonly Explanation[] = [
  ...bodiesInPart.map(([vector, except, why]) => ({ vector, part: 'body', free: { except }, why }) as const),
  ...[
    'gitea/x-gitea-signature-form',
    'gitea/x-gogs-signature-form',
    'mandrill/x-mandrill-signature',
    'paddle-classic/p_signature',
    'travis/signature',
    'twilio/x-twilio-signature-form-url',
    'twilio/x-twilio-signature-form-url-port',
    'vonage/sig-sha256',
    'vonage/sig-sha512',
  ].map((vector) => ({ vector, part: 'body', free: 'escapes', why: escapes }) as const),
  ...(
    [
      ['braintree/bt-signature', '03e022efb510cf2aad652b0acc6e6e5d2a14fd33'],
      ['braintree/bt-signature-newline', 'd0a31cd2a1bdf81388653f2687f1567205700665'],
      ['dropbox-sign/event-hash', 'a970e7539861cf3af3dccd0c938fd44cc52a12b8ea036e697072107f35cc6682'],
      ['mailgun/signature', '6dc6c474bcb5cb0500dc5b8962bd2831ea7214502c29b7de7f4ae239c22a1ed5'],
      ['vonage/sig-sha256', '70c7a0e6eb5a7b760b2cd4f18fa0024cbaa1612b30dcdf13494f31b38e9052e9'],
      ['vonage/sig-json-sha256', '70c7a0e6eb5a7b760b2cd4f18fa0024cbaa1612b30dcdf13494f31b38e9052e9'],
      [
        'vonage/sig-sha512',
        '746f6213110d9e97cf6ab1d0971266ad48237f682717da47e145b2b925909de251ef09cb53399da52b72d2dbf9c13910bfe398723699025376873ec71fd15379',
      ],
      [
        'vonage/sig-json-sha512',
        '746f6213110d9e97cf6ab1d0971266ad48237f682717da47e145b2b925909de251ef09cb53399da52b72d2dbf9c13910bfe398723699025376873ec71fd15379',
      ],
    ] as const
  ).map(([vector, caseOf]) => ({ vector, part: 'body', free: { caseOf }, why: hexCase }) as const),
  ...['gitea/x-gitea-signature', 'gitea/x-gitea-signature-form'].map(
    (vector) =>
      ({
        vector,
        part: 'header:x-gitea-signature',
        free: 'all',
        why: 'the same signature is in X-Gogs-Signature too',
      }) as const,
  ),
  ...['gitea/x-gitea-signature-form', 'gitea/x-gogs-signature-form'].map(
    (vector) =>
      ({
        vector,
        part: 'header:content-type',
        free: { caseOf: 'application/x-www-form-urlencoded' },
        why: 'RFC 9110 §8.3.1: in any case',
      }) as const,
  ),
  { vector: 'vonage/vonage-jwt', part: 'header:authorization', free: { caseOf: 'Bearer' }, why: schemeCase },
  ...['hubspot/x-hubspot-signature-v1', 'hubspot/x-hubspot-signature-v2'].map(
    (vector) =>
      ({
        vector,
        part: 'header:x-hubspot-signature-version',
        free: { caseOf: 'v' },
        why: 'only says which scheme it is, and is read in any case',
      }) as const,
  ),
  ...(
    [
      ['sumsub/hmac-sha256', 'HMAC_SHA256_HEX'],
      ['sumsub/hmac-sha512', 'HMAC_SHA512_HEX'],
    ] as const
  ).map(
    ([vector, caseOf]) =>
      ({
        vector,
        part: 'header:x-payload-digest-alg',
        free: { caseOf },
        why: 'only says which scheme it is, and is read in any case',
      }) as const,
  ),
  {
    vector: 'circleci/circleci-signature',
    part: 'header:circleci-signature',
    free: { only: [',v2=ignored'] },
    why: unreadLabel,
  },
  {
    vector: 'coinbase-cdp/x-hook0-signature-v1#1',
    part: 'header:x-hook0-signature',
    free: { except: ['t=1767225600,'] },
    why: 'v0 and v1 are both right, and either is enough',
  },
  {
    vector: 'coinbase-cdp/x-hook0-signature-v0',
    part: 'header:x-hook0-signature',
    free: { except: ['t=1750000000,v0=0c10f97b32fff2953f2e4471cf355324ff7a605da7d05f5f8259b83f0ef063cf'] },
    why: unreadLabel,
  },
  {
    vector: 'outpost/x-outpost-signature',
    part: 'header:x-outpost-signature',
    free: { only: ['d5b474ac1245a0bbd0e7f3c09ef31180de187fccfbe6eea038542f3431b7cf68'] },
    why: anyMatches,
  },
  {
    vector: 'pagerduty/x-pagerduty-signature',
    part: 'header:x-pagerduty-signature',
    free: { only: [`v1=${'0'.repeat(64)}`] },
    why: anyMatches,
  },
  {
    vector: 'persona/persona-signature',
    part: 'header:persona-signature',
    free: { only: ['t=1767225600,v1=0295de7171ac41a588f3c9a6a36308fcd118b2b783efd2a39e20157991a357a9 '] },
    why: anyMatches,
  },
  {
    vector: 'recurly/recurly-signature',
    part: 'header:recurly-signature',
    free: { only: ['23c6576a661c15548f80bb2849e3ee950b8775a4474f3f7f11dd73c8696f9be5'] },
    why: anyMatches,
  },
  {
    vector: 'sinch-voice/application',
    part: 'header:authorization',
    free: { only: ['5F5C418A-1F1F'] },
    why: 'the application’s key only says which secret was used',
  },
  {
    vector: 'standard-webhooks/standard-webhooks-v1#2',
    part: 'header:webhook-signature',
    free: { only: ['v1,o2FmAqiDB6by7aC7C1rfx2AYtY14QfWPJNAvYfFXjyY= v2,AAAA'] },
    why: anyMatches,
  },
  {
    vector: 'standard-webhooks/standard-webhooks-v1a',
    part: 'header:webhook-signature',
    free: { only: ['v1,dwybz/xRm7T44+ju6+c1R3F4fbrSGmJ9pNKNrAz91mk='] },
    why: unreadLabel,
  },
]

const used = new Set<Explanation>()

for (const name of vectorFiles()) {
  describe(name, () => {
    const numbers = new Map<string, number>()
    for (const vector of readVectors(name)) {
      const number = (numbers.get(vector.scheme) ?? 0) + 1
      numbers.set(vector.scheme, number)
      it(`refuses every flipped bit: ${vector.label}`, () => flipBits(name, number, vector))
    }
  })
}

describe('explanations', () => {
  it('are all needed', () => {
    assert.deepEqual(
      explanations.filter((one) => !used.has(one)),
      [],
    )
  })
})

function flipBits(name: string, number: number, vector: Vector): void {
  const provider = providerNamed(name)
  const scheme = provider.schemes.find((one) => one.name === vector.scheme)
  assert.ok(scheme)
  const { secret, headers, body, url, publicUrl = null, nowSeconds } = vector
  const check = compileVerifier(provider, { current: secret, previous: null }, { toleranceSeconds: null, publicUrl })
  const accepts = (changed: Partial<Vector>) =>
    check(requestOf(changed.headers ?? headers, changed.body ?? body, url), nowSeconds * 1000).ok
  const verdict = check(requestOf(headers, body, url), nowSeconds * 1000)
  assert.ok(verdict.ok)
  const own = `${name}/${vector.scheme}`

  /** `index` of the changed character in `before`. */
  const explain = (part: Explanation['part'], before: string, index: number, after: string): boolean => {
    if (scheme.kind === 'token' && isOfToken(scheme, part, before, after)) return true
    if (part === `header:${headerOf(scheme.at)}` && isSameHex(scheme, before, index, after)) return true
    const fits = explanations.find(
      (one) =>
        (one.vector === own || one.vector === `${own}#${number}`) &&
        one.part === part &&
        isFree(one, before, index, after),
    )
    if (fits !== undefined) used.add(fits)
    return fits !== undefined
  }

  const bytes = Buffer.from(body)
  for (let at = 0; at < bytes.length * 2; at++) {
    const index = at >> 1
    const flipped = Buffer.from(bytes)
    // Each byte in one bit of eight, and in the one that makes the difference between upper and lower case.
    flipped[index] = (flipped[index] ?? 0) ^ (1 << (at % 2 === 0 ? index % 8 : 5))
    if (!check(requestOf(headers, flipped, url), nowSeconds * 1000).ok) continue
    const text = flipped.toString('latin1')
    const fine = explain('body', bytes.toString('latin1'), index, text)
    assert.ok(fine, `byte ${index} of the body: ${text.slice(index - 20, index + 20)}`)
  }
  for (const header of new Set([
    headerOf(scheme.at),
    ...verdict.signedHeaders,
    timeHeader(scheme),
    headerOf(scheme.when?.at),
  ])) {
    const before = header === null ? '' : (headers[header] ?? '')
    for (let at = 0; at < before.length * 8; at++) {
      const index = at >> 3
      const character = String.fromCharCode(before.charCodeAt(index) ^ (1 << (at & 7)))
      const after = before.slice(0, index) + character + before.slice(index + 1)
      // Node neither takes control characters nor keeps blanks at the ends.
      if (header === null || /[^\t -~\u0080-\u00ff]|^[ \t]|[ \t]$/.test(after)) continue
      if (!accepts({ headers: { ...headers, [header]: after } })) continue
      assert.ok(explain(`header:${header}`, before, index, after), `${header}: ${before} -> ${after}`)
    }
  }
}

/** A secret outside of the body proves nothing about the body; and see `schemeCase`. */
function isOfToken({ at, basic, prefix = '' }: TokenScheme, part: string, before: string, after: string): boolean {
  if (part === 'body') return !/^(?:body|form|multipart):/.test(at)
  const { length } = basic ? 'Basic ' : prefix
  return before.slice(length) === after.slice(length) && before.toLowerCase() === after.toLowerCase()
}

/** A hex digit in upper case is the same digit; that holds for the signature itself and for nothing else. */
function isSameHex(scheme: Scheme, before: string, index: number, after: string): boolean {
  if (scheme.kind === 'token' || scheme.kind === 'jwt' || scheme.encoding !== 'hex') return false
  const isDigit = [...before.matchAll(/(?:^|[=,: ])([0-9a-f]{40,128})(?=$|[, ;])/g)].some(
    ({ index: start, 0: whole, 1: digits = '' }) =>
      index >= start + whole.length - digits.length && index < start + whole.length,
  )
  return isDigit && before[index]?.toUpperCase() === after[index]
}

function isFree({ free }: Explanation, before: string, index: number, after: string): boolean {
  if (free === 'all') return true
  if (free === 'escapes') {
    return [1, 2].some((back) => before[index - back] === '%') && before.toUpperCase() === after.toUpperCase()
  }
  if ('caseOf' in free) {
    const start = before.indexOf(free.caseOf)
    const inside = index >= start && index < start + free.caseOf.length
    return start !== -1 && inside && before.toUpperCase() === after.toUpperCase()
  }
  const pieces = 'only' in free ? free.only : free.except
  const inside = pieces.some((piece) => {
    const start = before.indexOf(piece)
    assert.notEqual(start, -1, `${piece} is in ${before}`)
    return index >= start && index < start + piece.length
  })
  return 'only' in free ? inside : !inside
}

function headerOf(place: string | undefined): string | null {
  return place?.startsWith('header:') ? place.slice('header:'.length) : null
}

function timeHeader(scheme: Scheme): string | null {
  return scheme.kind === 'token' || scheme.kind === 'jwt' ? null : headerOf(scheme.timestamp?.from)
}
