import type { StoredRejection } from '../store/types.ts'
import type { SignedRequest } from '../verification/types.ts'
import type { Subject } from './types.ts'

/** Of these Node keeps the first (https://nodejs.org/api/http.html#messageheaders). */
const keptOnce =
  /^(?:age|authorization|content-(?:length|type)|etag|expires|from|host|if-(?:un)?modified-since|last-modified|location|max-forwards|proxy-authorization|referer|retry-after|server|user-agent)$/

const noBody = Buffer.alloc(0)

/** A request of raw headers, joined as Node joins them. */
export function requestFrom(
  method: string,
  url: string,
  rawHeaders: readonly string[],
  body: Uint8Array | null,
): SignedRequest {
  const headers: Record<string, string | string[]> = Object.create(null)
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const value = rawHeaders[index + 1] ?? ''
    const before = headers[name]
    if (name === 'set-cookie') headers[name] = [...(Array.isArray(before) ? before : []), value]
    else if (before === undefined) headers[name] = value
    else if (!keptOnce.test(name)) headers[name] = `${before}${name === 'cookie' ? '; ' : ', '}${value}`
  }
  const bytes = body === null ? noBody : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return { method, url, headers, rawHeaders, body: bytes }
}

/** The same request with this one value for a header (lower case). */
export function withHeader(request: SignedRequest, name: string, value: string): SignedRequest {
  const others: string[] = []
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const known = request.rawHeaders[index] ?? ''
    if (known.toLowerCase() !== name) others.push(known, request.rawHeaders[index + 1] ?? '')
  }
  return { ...request, headers: { ...request.headers, [name]: value }, rawHeaders: [...others, name, value] }
}

/** What follows `/webhook/` in a path, decoded; empty where the path has no such part. */
export function segmentOf(url: string): string {
  const [, segment = ''] = /^(?:https?:\/\/[^/]*)?\/?(?:.*\/)?webhook\/([^/?#]+)\/?(?:[?#]|$)/i.exec(url) ?? []
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

export function subjectOf(rejection: StoredRejection): Subject {
  const { source, cause, detail, receivedAt, method, url, remoteAddress, headers, body, bodySize } = rejection
  return {
    request: requestFrom(method, url, headers, body),
    bodyKept: body !== null,
    bodySize,
    receivedAt,
    remoteAddress,
    segment: segmentOf(url),
    source: source ?? 'default',
    filed: { cause, detail },
  }
}
