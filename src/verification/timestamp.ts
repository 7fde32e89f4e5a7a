import type { SignedTime } from '../providers/types.ts'

const zero = 48
const nine = 57
/** More digits than any date needs in milliseconds; beyond it a number would lose precision. */
const maxDigits = 15
/** As seconds the year 5138, as milliseconds 1973. */
const leastMilliseconds = 1e11
const iso8601 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/

/**
 * A whole number as its sender writes it: digits only (no sign, space, fraction or exponent) and no zero before others,
 * which would be the end of the body where nothing stands between the two; null for anything else.
 */
export function parseTimestamp(text: string): number | null {
  if (text.length === 0 || text.length > maxDigits) return null
  if (text.length > 1 && text.charCodeAt(0) === zero) return null
  let value = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < zero || code > nine) return null
    value = value * 10 + (code - zero)
  }
  return value
}

/** A signed time. */
export interface Instant {
  /** Unix milliseconds. */
  readonly ms: number
  /** How many milliseconds the unit has: ages are counted in whole units, as senders' own libraries do. */
  readonly unitMs: number
}

/** Null when the text is not a time of that unit, as its sender would write it. */
export function parseInstant(text: string, unit: SignedTime['unit']): Instant | null {
  if (unit === 'iso8601') return parseDate(text)
  const value = parseTimestamp(text)
  if (value === null) return null
  const unitMs = unit === 'ms' || (unit === 's-or-ms' && value >= leastMilliseconds) ? 1 : 1000
  return { ms: value * unitMs, unitMs }
}

function parseDate(text: string): Instant | null {
  const [, date, fraction = '', zone] = iso8601.exec(text) ?? []
  const ms = date === undefined ? Number.NaN : Date.parse(`${date}.${fraction.padEnd(3, '0').slice(0, 3)}${zone}`)
  return Number.isNaN(ms) ? null : { ms, unitMs: fraction === '' ? 1000 : 1 }
}

/** For the operator. */
export const unitNames = {
  s: 'in whole seconds',
  ms: 'in whole milliseconds',
  's-or-ms': 'in whole seconds or milliseconds',
  iso8601: 'as a date with time and zone (ISO 8601)',
} as const

/**
 * Null when the time is within the tolerance, else one sentence. Both ways: a time ahead of our clock would make a
 * captured request valid for longer.
 */
export function describeExpiry({ ms, unitMs }: Instant, nowMs: number, toleranceSeconds: number): string | null {
  const age = (Math.floor(nowMs / unitMs) * unitMs - ms) / 1000
  if (Math.abs(age) <= toleranceSeconds) return null
  const where = age > 0 ? 'in the past' : 'in the future'
  return `The signed time is ${Math.round(Math.abs(age))} s ${where}; ${toleranceSeconds} s are tolerated.`
}
