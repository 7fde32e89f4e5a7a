const SECONDS = /^\d+$/
const TIME = '\\d{2}:\\d{2}:\\d{2}'
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const IMF_FIXDATE = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d{2} ${MONTH} \\d{4} ${TIME} GMT$`)
const RFC850 = new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \\d{2}-${MONTH}-\\d{2} ${TIME} GMT$`)
const ASCTIME = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} [ \\d]\\d ${TIME} \\d{4}$`)

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date in any of the three forms that RFC 9110 §5.6.7 makes every
 * recipient accept (§10.2.3 for the field itself).
 *
 * @param now Unix milliseconds, against which a date is read
 * @returns milliseconds from now, 0 for a date that has passed; null when the value is neither
 */
export function parseRetryAfter(value: string, now: number): number | null {
  const text = value.trim()
  if (SECONDS.test(text)) return Number(text) * 1_000
  const date = parseHttpDate(text)
  return date === null ? null : Math.max(0, date - now)
}

function parseHttpDate(text: string): number | null {
  let time = Number.NaN
  if (IMF_FIXDATE.test(text) || RFC850.test(text)) time = Date.parse(text)
  // The asctime form names no zone; it means UTC, where Date.parse would take local time.
  else if (ASCTIME.test(text)) time = Date.parse(`${text} GMT`)
  return Number.isNaN(time) ? null : time
}
