import type { SignedRequest } from './types.ts'

/** Of these Node keeps the first and drops the others (https://nodejs.org/api/http.html#messageheaders). */
const keptOnce: ReadonlySet<string> = new Set([
  'age',
  'authorization',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
])

/**
 * Whether the request carries this header more than once. Node joins such values with `, `, or keeps the first, so which
 * of them a sender signed can no longer be told; only `rawHeaders` still shows it. `name` is lower case.
 */
export function isDoubled(request: Pick<SignedRequest, 'headers' | 'rawHeaders'>, name: string): boolean {
  const value = request.headers[name]
  if (value === undefined) return false
  if (typeof value === 'string' && !value.includes(', ') && !keptOnce.has(name)) return false
  const { rawHeaders } = request
  let seen = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index]
    if (raw !== undefined && raw.length === name.length && raw.toLowerCase() === name) seen++
  }
  return seen !== 1
}

/** The value of a header that must not be doubled: `undefined` when absent, `null` when there are several. */
export function singleHeader(request: SignedRequest, name: string): string | undefined | null {
  const value = request.headers[name]
  if (value === undefined) return undefined
  if (typeof value !== 'string' || isDoubled(request, name)) return null
  return value
}
