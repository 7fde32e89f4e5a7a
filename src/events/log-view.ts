import { isUtf8 } from 'node:buffer'

/** Headers whose values are, or give away, a secret or a signature. */
const sensitive = /auth|cookie|sign|secret|token|hmac|api-?key|password|credential|digest|x-hook0|mac$/i
const none: ReadonlySet<string> = new Set()
const redacted = '[redacted]'
/** Enough to recognise an event by; the whole body is in the store. */
const maxBodyChars = 8192

/** What a log may show of a request. */
export interface LogView {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * @param rawHeaders name, value, name, value …
 * @param secrets every configured secret: none is shown even if a header or the body repeats it
 * @param hiddenHeaders further headers, lower case, whose values are not shown
 */
export function logView(
  rawHeaders: readonly string[],
  body: Buffer,
  secrets: readonly string[],
  hiddenHeaders: ReadonlySet<string> = none,
): LogView {
  const headers: Record<string, string> = Object.create(null)
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase()
    const sent = rawHeaders[i + 1] ?? ''
    const hidden = sensitive.test(name) || hiddenHeaders.has(name) || secrets.some((secret) => sent.includes(secret))
    const value = hidden ? redacted : sent
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  return { headers, body: bodyView(body, secrets) }
}

function bodyView(body: Buffer, secrets: readonly string[]): string {
  const longestSecret = Math.max(0, ...secrets.map((secret) => secret.length))
  // Some more than is shown, so that a secret across the edge is still seen whole.
  const start = body.subarray(0, maxBodyChars + longestSecret * 4 + 4)
  if (!isUtf8(body)) return `[${body.length} bytes, not text]`
  let text = start.toString('utf8')
  for (const secret of secrets) text = text.replaceAll(secret, redacted)
  if (body.length <= maxBodyChars) return text
  // The end of what was looked at may be the beginning of a secret.
  const whole = start.length < body.length ? Math.max(0, text.length - longestSecret) : text.length
  return `${text.slice(0, Math.min(maxBodyChars, whole))}… [${body.length} bytes]`
}
