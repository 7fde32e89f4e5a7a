/** No sender's id and time together are longer. */
const headBytes = 320

/**
 * No sender's id begins like JSON or XML, and a payload that does (`{"v":"1.1750000000.0"}`) must not look foreign. An id
 * may have dots.
 */
const patterns: Readonly<Record<string, string>> = {
  '{timestamp}': '[0-9]{9,15}',
  '{id}': '[^.\\s{["<][^\\s]{0,255}?',
}

/**
 * Whether a body begins with one of these leads, such as `{timestamp}.`: see `Scheme.foreign`. A digit after the lead
 * means a plain decimal number (`1750000000.25`), as in lines of measurements, and is let through.
 */
export function foreignBodyTest(leads: readonly string[]): (body: Buffer) => boolean {
  const alternatives = leads.map((lead) =>
    lead
      .split(/(\{[^{}]+\})/)
      .map((piece) => patterns[piece] ?? piece.replace(/[^\w]/g, '\\$&'))
      .join(''),
  )
  const pattern = new RegExp(`^(?:${alternatives.join('|')})(?![0-9])`)
  return (body) => pattern.test(body.toString('latin1', 0, headBytes))
}
