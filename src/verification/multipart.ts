import { maxParsedBytes } from './parsed.ts'
import type { SignedRequest } from './types.ts'

/** No sender's form has more parts. */
const maxParts = 1000

/**
 * The text of a field in a multipart/form-data body (RFC 7578): `undefined` when absent, `null` when it comes more than
 * once. Bodies larger than `maxParsedBytes`, or of very many parts, are not taken apart: nobody has proved anything yet.
 */
export function multipartField(request: SignedRequest, field: string): string | undefined | null {
  const boundary = boundaryOf(request.headers['content-type'] ?? '')
  if (boundary === null || request.body.length > maxParsedBytes) return undefined
  // latin1 keeps every byte as one character, so that the pieces can be turned back into what was sent.
  const parts = `\r\n${request.body.toString('latin1')}`.split(`\r\n--${boundary}`, maxParts + 2).slice(1)
  if (parts.length > maxParts) return undefined
  const values = parts.flatMap((part) => {
    const end = part.indexOf('\r\n\r\n')
    const named = /^content-disposition:[^\r\n]*;\s*name="([^"\r\n]*)"/im.exec(end === -1 ? '' : part.slice(0, end))
    return named?.[1] === field ? [Buffer.from(part.slice(end + 4), 'latin1').toString('utf8')] : []
  })
  return values.length > 1 ? null : values[0]
}

function boundaryOf(contentType: string): string | null {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return null
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? []
  return quoted ?? bare ?? null
}
