import type { SignedRequest } from './types.ts'

/**
 * Whether the request carries this header more than once. Node joins such values with `, `, so which of them a sender
 * signed can no longer be told; only `rawHeaders` still shows it. `name` is lower case.
 */
export function isDoubled(request: Pick<SignedRequest, 'headers' | 'rawHeaders'>, name: string): boolean {
  const value = request.headers[name]
  if (value === undefined) return false
  if (typeof value === 'string' && !value.includes(', ')) return false
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
