/**
 * Posthorn's id of a stored event is its sequence number, written so that text order is time order: `evt_` and eleven
 * digits of Crockford's base 32 (https://www.crockford.com/base32.html), lower case.
 *
 * A sequence number holds the time of storing (milliseconds since 2024, times 4,096) and counts up within a millisecond,
 * so that rows are always appended, never inserted in between: that is what makes storing cheap. It stays below 2^53
 * until the year 2093.
 */
const epochMs = Date.UTC(2024, 0, 1)
const perMillisecond = 4096
const digits = '0123456789abcdefghjkmnpqrstvwxyz'
const length = 11
const prefix = 'evt_'

/** Smallest sequence number of a moment (Unix milliseconds). */
export function firstSequenceAt(ms: number): number {
  return Math.max(0, ms - epochMs) * perMillisecond
}

export function encodeEventId(sequence: number): string {
  let rest = sequence
  let text = ''
  for (let i = 0; i < length; i++) {
    const digit = rest % 32
    text = digits.charAt(digit) + text
    rest = (rest - digit) / 32
  }
  return prefix + text
}

/** The sequence number in an id; null when the text is not one of our ids. */
export function decodeEventId(id: string): number | null {
  if (id.length !== prefix.length + length || !id.startsWith(prefix)) return null
  let sequence = 0
  for (let i = prefix.length; i < id.length; i++) {
    const digit = digits.indexOf(id.charAt(i))
    if (digit === -1) return null
    sequence = sequence * 32 + digit
  }
  return Number.isSafeInteger(sequence) ? sequence : null
}
