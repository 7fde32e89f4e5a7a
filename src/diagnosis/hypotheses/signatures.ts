import type { Place, SignatureScheme } from '../../providers/types.ts'
import { createMatcher, signatureBytes, signatureLimit } from '../../verification/matcher.ts'
import { headerOf, nameOf, placeReader } from '../../verification/places.ts'
import { keysFor } from '../../verification/secrets.ts'
import { signatureHeaderReader } from '../../verification/signature-header.ts'
import { compileTemplate } from '../../verification/template.ts'
import type { SignedRequest } from '../../verification/types.ts'
import type { Bench } from '../bench.ts'
import { withHeader } from '../kept-request.ts'
import { rowForms } from '../row-forms.ts'
import { signatureForms } from '../signature-forms.ts'
import type { Cause, Diagnosis } from '../types.ts'
import { proven, secretSetting } from '../words.ts'

/** The right signature, written in another way than this sender's. */
export async function otherwisePresented(bench: Bench): Promise<Diagnosis | null> {
  const { source, subject } = bench
  for (const { request, provider, cause, was, header } of signatureForms(source.provider, subject.request)) {
    if (!(await bench.fits({ request, provider }))) continue
    return proven(
      cause,
      `The signature in ${header} is right, but ${was}: have the sender, or whatever rewrites it on the way, send it as ${source.provider.title} does.`,
    )
  }
  return null
}

/** A header that came twice, or whose values a proxy joined. */
export async function joinedHeader(bench: Bench): Promise<Diagnosis | null> {
  const { source, subject } = bench
  const { request } = subject
  for (const header of headersOf(bench)) {
    const values: string[] = []
    for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
      if (request.rawHeaders[index]?.toLowerCase() === header) values.push(request.rawHeaders[index + 1] ?? '')
    }
    const parts = values.flatMap((value) => value.split(/,\s+/))
    const candidates = new Set([...values, ...parts])
    if (values.length < 2 && parts.length < 2) continue
    for (const value of candidates) {
      if (!(await bench.fits({ request: withHeader(request, header, value) }))) continue
      const how = values.length > 1 ? `came ${values.length} times` : 'holds several values joined with a comma'
      return proven(
        'doubled_header',
        `The header ${header} ${how}, and one of them is right: find what adds the other one (a proxy, a middleware, a second signing step at ${source.provider.title}) and take it out.`,
      )
    }
    if (values.length > 1) {
      return proven(
        'doubled_header',
        `The header ${header} came ${values.length} times, so nobody can tell which one counts: find what adds it (a proxy, a middleware) and take it out.`,
      )
    }
  }
  return null
}

/** The beginning of the right signature. */
export function truncated(bench: Bench): Diagnosis | null {
  const { source, subject, knowledge } = bench
  for (const scheme of source.provider.schemes) {
    if ((scheme.kind !== 'hmac' && scheme.kind !== 'hash') || headerOf(scheme.at) === null) continue
    const value = placeReader(scheme.at)(subject.request)
    if (typeof value !== 'string') continue
    for (const secret of bench.secrets) {
      for (const key of keysFor(scheme, secret)) {
        const expected = expectedText(scheme, key, subject.request, value, knowledge.publicUrl)
        const start = expected === null ? null : cutIn(value, expected)
        if (start === null || expected === null) continue
        return proven(
          'signature_truncated',
          `The signature in ${nameOf(scheme.at)} is the right one, cut after ${start} of ${expected.length} characters: ` +
            'find what shortens it (a column in a database, a limit for headers).',
        )
      }
    }
  }
  return null
}

/** Shorter beginnings are there by chance. */
const leastStart = 8

function cutIn(value: string, expected: string): number | null {
  for (const piece of value.split(/[\s,;="]+/)) {
    if (piece.length >= leastStart && piece.length < expected.length && expected.startsWith(piece)) return piece.length
  }
  return null
}

function expectedText(
  scheme: Extract<SignatureScheme, { readonly kind: 'hmac' | 'hash' }>,
  key: Buffer,
  request: SignedRequest,
  value: string,
  publicUrl: string | null,
): string | null {
  const listed = signatureHeaderReader(scheme, signatureBytes(scheme), signatureLimit(scheme))(value).timestamps[0]
  const from = scheme.timestamp?.from
  const time = from === undefined ? '' : isPlace(from) ? placeAt(from, request) : listed
  const content = compileTemplate(scheme.signed, scheme.name, { ...scheme, publicUrl })(request, time ?? '')
  if ('problem' in content) return null
  return createMatcher(scheme, key).expected(content)?.toString(scheme.encoding) ?? null
}

function placeAt(from: NonNullable<SignatureScheme['timestamp']>['from'], request: SignedRequest): string | undefined {
  return isPlace(from) ? (placeReader(from)(request) ?? undefined) : undefined
}

function isPlace(from: NonNullable<SignatureScheme['timestamp']>['from']): from is Place {
  return !from.startsWith('list:')
}

const advice: Partial<Record<Cause, (was: string, setting: string) => string>> = {
  secret_encoding: (was, setting) =>
    `The sender signs ${was}, which is not how its secret is taken here: give ${setting} in the form that fits, or correct the sender's code.`,
  signature_algorithm: (was) =>
    `The sender signs ${was}, which is not how its signatures are checked here: correct the sender's code.`,
  signature_content: (was) =>
    `The sender signs other bytes than it should: ${was} is what it put together. Correct the sender's code.`,
}

/** The sender takes the rule otherwise: the key, the hash or what is signed. */
export async function otherRule(bench: Bench): Promise<Diagnosis | null> {
  const { source, subject } = bench
  const stripped = bench.secrets.map((secret) => secret.replace(/^[a-z]{2,8}_/, ''))
  const secrets = [...new Set([...bench.secrets, ...stripped])]
  for (const { provider, cause, was } of rowForms(source.provider)) {
    for (const secret of secrets) {
      if (await bench.fits({ provider, secret })) return ruled(cause, was, source.name)
    }
    for (const one of signatureForms(provider, subject.request)) {
      if (await bench.fits({ provider: one.provider, request: one.request })) return ruled(cause, was, source.name)
    }
    if (bench.exhausted()) return null
  }
  return null
}

function ruled(cause: Cause, was: string, source: string): Diagnosis {
  return proven(cause, advice[cause]?.(was, secretSetting(source)) ?? was)
}

export function headersOf({ source }: Pick<Bench, 'source'>): readonly string[] {
  return [
    ...new Set(
      source.provider.schemes.flatMap((scheme) => {
        const from = scheme.kind === 'token' || scheme.kind === 'jwt' ? undefined : scheme.timestamp?.from
        return [headerOf(scheme.at), headerOf(from)].filter((name) => name !== null)
      }),
    ),
  ]
}
