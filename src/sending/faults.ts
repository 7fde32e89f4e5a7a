import type { Place, Scheme } from '../providers/types.ts'
import { type Draft, isForm, valueAt, withoutValue, withValue } from '../signing/draft.ts'
import type { FaultName } from '../signing/faults.ts'
import { jwtSeconds } from '../signing/signature.ts'

/** What must become of one request with a fault. */
export const faultOutcomes: Readonly<Record<FaultName, 'accepted' | 'rejected' | 'expired'>> = {
  stale: 'expired',
  future: 'expired',
  'wrong-secret': 'rejected',
  'mutated-body': 'rejected',
  'no-signature': 'rejected',
  duplicate: 'accepted',
  'concurrent-duplicates': 'accepted',
  slow: 'accepted',
  chunked: 'accepted',
}

/** Seconds beyond the tolerance. */
const margin = 60

/**
 * How far a signed time must be from now to be rejected, in seconds; null when the scheme signs none. `configured`: the
 * gateway's own tolerance, where it is known.
 */
export function timeShift(scheme: Scheme, configured: number | null): number | null {
  if (scheme.kind === 'token') return null
  const own =
    scheme.kind === 'jwt' ? (scheme.time === 'exp' ? jwtSeconds : scheme.time?.iat) : scheme.timestamp?.tolerance
  return own === undefined ? null : Math.max(own, configured ?? 0) + margin
}

/** The request without what proves it. */
export function withoutSignature(draft: Draft, { at }: Scheme): Draft {
  return withoutValue(draft, at)
}

/**
 * The request with something else in what is signed of its body; null when the scheme signs nothing of it. `isRejected`:
 * whether such a request would be.
 */
export function withMutatedBody(draft: Draft, scheme: Scheme, isRejected: (draft: Draft) => boolean): Draft | null {
  if (scheme.kind === 'token') return null
  const templates = scheme.kind === 'jwt' ? Object.values(scheme.claims) : [scheme.signed]
  const timed = scheme.kind === 'jwt' ? undefined : scheme.timestamp?.from
  const places = templates.flatMap(bodyPlaces).filter((place) => place !== timed && valueAt(draft, place) !== undefined)
  const changed = [
    anythingMutated(draft, scheme),
    ...places.map((place) => withValue(draft, place, mutated(valueAt(draft, place) ?? ''))),
  ]
  return changed.find(isRejected) ?? null
}

function anythingMutated(draft: Draft, { at }: Scheme): Draft {
  if (isForm(draft)) {
    const form = new URLSearchParams(draft.body.toString('utf8'))
    const [name, value] = [...form].find(([field, text]) => `form:${field}` !== at && text !== '') ?? []
    if (name !== undefined && value !== undefined) return withValue(draft, `form:${name}`, mutated(value))
  }
  return { ...draft, body: mutatedBytes(draft.body) }
}

/** Fields of the body that a template names. */
function bodyPlaces(template: string): readonly Place[] {
  return [...template.matchAll(/\{(json\??|form|multipart):([^{}]+)\}/g)].map(([, kind, name = '']): Place => {
    if (kind === 'form') return `form:${name}`
    if (kind === 'multipart') return `multipart:${name.split('#/')[0] ?? ''}#/${name.split('#/')[1] ?? ''}`
    return `body:/${name.slice(1)}`
  })
}

/** The last text in the JSON is changed by one character, so that it is still JSON; anything else gets one more byte. */
function mutatedBytes(body: Buffer): Buffer {
  const text = body.toString('latin1')
  const last = [...text.matchAll(/:\s*"([^"\\]*[a-zA-Z0-9])"/g)].at(-1)
  if (last === undefined) return Buffer.concat([body, Buffer.from(' ')])
  const [whole, value = ''] = last
  const at = last.index + whole.length - 1 - value.length
  return Buffer.from(text.slice(0, at) + mutated(value) + text.slice(at + value.length), 'latin1')
}

/** Another last character of the same kind. */
function mutated(text: string): string {
  const last = text.at(-1) ?? ''
  const other = /[a-z]/.test(last) ? (last === 'x' ? 'y' : 'x') : last === '7' ? '8' : '7'
  return text.slice(0, -1) + other
}
