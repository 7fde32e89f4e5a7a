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
const rejectionPrefix = 'rej_'
const msPerMinute = 60_000

/** Smallest sequence number of a moment (Unix milliseconds). */
export function firstSequenceAt(ms: number): number {
  return Math.max(0, ms - epochMs) * perMillisecond
}

/** The minute in which a sequence number was given, counted from the start of 2024. */
export function minuteOf(sequence: number): number {
  return Math.floor(sequence / (perMillisecond * msPerMinute))
}

/** The minute of a moment (Unix milliseconds). */
export function minuteAt(ms: number): number {
  return Math.floor(Math.max(0, ms - epochMs) / msPerMinute)
}

/** Unix milliseconds at which a minute begins. */
export function startOfMinute(minute: number): number {
  return epochMs + minute * msPerMinute
}

/** Smallest sequence number of a minute. */
export function firstSequenceOf(minute: number): number {
  return minute * msPerMinute * perMillisecond
}

export function encodeEventId(sequence: number): string {
  return prefix + encode(sequence)
}

/** The sequence number in an id; null when the text is not one of our ids. */
export function decodeEventId(id: string): number | null {
  return decode(id, prefix)
}

export function isEventId(id: string): boolean {
  return decodeEventId(id) !== null
}

/** Rejections are numbered in the same way, apart from events. */
export function encodeRejectionId(sequence: number): string {
  return rejectionPrefix + encode(sequence)
}

export function decodeRejectionId(id: string): number | null {
  return decode(id, rejectionPrefix)
}

export function isRejectionId(id: string): boolean {
  return decodeRejectionId(id) !== null
}

function encode(sequence: number): string {
  let rest = sequence
  let text = ''
  for (let i = 0; i < length; i++) {
    const digit = rest % 32
    text = digits.charAt(digit) + text
    rest = (rest - digit) / 32
  }
  return text
}

function decode(id: string, before: string): number | null {
  if (id.length !== before.length + length || !id.startsWith(before)) return null
  let sequence = 0
  for (let i = before.length; i < id.length; i++) {
    const digit = digits.indexOf(id.charAt(i))
    if (digit === -1) return null
    sequence = sequence * 32 + digit
  }
  return Number.isSafeInteger(sequence) ? sequence : null
}

/** Ids that nothing has, and that sort before those of all. */
export const beforeAllEvents = encodeEventId(0)
export const beforeAllRejections = encodeRejectionId(0)
