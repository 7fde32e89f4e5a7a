import { hash, timingSafeEqual } from 'node:crypto'
import { compilePointer } from '../events/json-pointer.ts'
import type { TokenScheme } from '../providers/types.ts'
import { jsonOf } from './parsed.ts'
import { describePlace, nameOf, placeReader } from './places.ts'
import type { SchemeKey } from './scheme.ts'
import { refuse, type SchemeVerifier, type SignedRequest } from './types.ts'

const noHeaders: ReadonlySet<string> = new Set()

/**
 * Compiles a scheme whose requests carry the secret itself. Hashes are compared, so neither the time taken nor the length
 * tells anything about the secret.
 */
export function compileTokenScheme(scheme: TokenScheme, keys: readonly SchemeKey[]): SchemeVerifier {
  const { name, at, basic = false, prefixOptional = false } = scheme
  const prefix = basic ? 'Basic ' : (scheme.prefix ?? '')
  const expected = keys.map(({ secret, bytes }) => ({
    secret,
    digest: digestOf(basic ? Buffer.from(bytes.toString('base64')) : bytes),
  }))
  const place = describePlace(at)
  const doubled = refuse('malformed', `The ${place} came more than once.`)
  const unreadable = refuse('malformed', `The ${place} does not begin with "${prefix.trim()}".`)
  const mismatch = refuse('mismatch', `The token in ${nameOf(at)} is none of the configured secrets.`)
  const read = at.includes('/*') ? everyItem(nameOf(at)) : placeReader(at)

  return (request) => {
    const value = read(request)
    if (value === undefined) return 'absent'
    if (value === null) return doubled
    // RFC 9110 §11.1: the name of an authentication scheme is case-insensitive.
    const prefixed = value.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase()
    if (!prefixed && !prefixOptional) return unreadable
    const encoding = at.startsWith('header:') ? 'latin1' : 'utf8'
    const digest = digestOf(Buffer.from(prefixed ? value.slice(prefix.length) : value, encoding))
    // Where the prefix is free, the secret may have been configured with it.
    const whole = prefixed && prefixOptional ? digestOf(Buffer.from(value, encoding)) : digest
    for (const { secret, digest: known } of expected) {
      if (!timingSafeEqual(digest, known) && !timingSafeEqual(whole, known)) continue
      return {
        ok: true,
        scheme: name,
        secret,
        // The token must not be remembered; what makes this request itself again is its body.
        signature: hash('sha256', request.body, 'hex'),
        signedAt: null,
        signedHeaders: noHeaders,
        unsignedBody: true,
      }
    }
    return mismatch
  }
}

function digestOf(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer')
}

/** The one value that every item of an array has; undefined when there is none, `null` when they differ. */
function everyItem(pointer: string): (request: SignedRequest) => string | undefined | null {
  const [before = '', after = ''] = pointer.split('/*', 2)
  const readItems = compilePointer(before)
  const readValue = compilePointer(after)
  return (request) => {
    const items = readItems(jsonOf(request))
    if (!Array.isArray(items) || items.length === 0) return undefined
    const values = new Set(items.map(readValue))
    const [value] = values
    if (values.size > 1) return null
    return typeof value === 'string' ? value : undefined
  }
}
