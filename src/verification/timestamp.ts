const zero = 48
const nine = 57
/** More digits than any date needs in milliseconds; beyond it a number would lose precision. */
const maxDigits = 15

/** A signed time in its own unit: digits only (no sign, space, fraction or exponent); null for anything else. */
export function parseTimestamp(text: string): number | null {
  if (text.length === 0 || text.length > maxDigits) return null
  let value = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < zero || code > nine) return null
    value = value * 10 + (code - zero)
  }
  return value
}

export const unitMs = { s: 1000, ms: 1 } as const

/**
 * Null when the time is within the tolerance, else one sentence. Both ways: a time ahead of our clock would make a
 * captured request valid for longer. Ages are counted in whole units, as senders' own libraries do.
 */
export function describeExpiry(
  timestamp: number,
  unit: keyof typeof unitMs,
  nowMs: number,
  toleranceSeconds: number,
): string | null {
  const age = ((Math.floor(nowMs / unitMs[unit]) - timestamp) * unitMs[unit]) / 1000
  if (Math.abs(age) <= toleranceSeconds) return null
  const where = age > 0 ? 'in the past' : 'in the future'
  return `The signed time is ${Math.round(Math.abs(age))} s ${where}; ${toleranceSeconds} s are tolerated.`
}
