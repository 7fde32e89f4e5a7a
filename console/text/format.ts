const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const whole = new Intl.NumberFormat('en-US')
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })

export const count = (value: number): string => whole.format(value)

/** 12,345 is 12.3K: for plots and badges, with the exact number in a title. */
export const shortCount = (value: number): string => (value < 10_000 ? whole.format(value) : compact.format(value))

/** How long ago, or how long until: `12 s ago`, `in 3 min`. Past a week it is the date. */
export function ago(at: number, now: number): string {
  const passed = now - at
  const size = Math.abs(passed)
  if (size < 3 * second) return 'now'
  if (size > 7 * day) return new Date(at).toLocaleDateString('en-CA')
  const text = span(size)
  return passed > 0 ? `${text} ago` : `in ${text}`
}

/** The largest unit that fits: `850 ms`, `12 s`, `3 min`, `5 h`, `2 d`. */
export function span(ms: number): string {
  if (ms < second) return `${Math.round(ms)} ms`
  if (ms < minute) return `${Math.floor(ms / second)} s`
  if (ms < hour) return `${Math.floor(ms / minute)} min`
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h`
  return `${Math.floor(ms / day)} d`
}

/** Milliseconds as they are measured: `0.8 ms`, `12 ms`, `1.25 s`. */
export function duration(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`
  if (ms < second) return `${Math.round(ms)} ms`
  return `${Number((ms / second).toFixed(2))} s`
}

/** The exact time, where the reader is and in UTC. */
export function exactTime(at: number): string {
  const local = new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' })
  return `${local}\n${new Date(at).toISOString()}`
}

/** The time of the day where the reader is, to the millisecond. */
export function clockTime(at: number): string {
  const time = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  const ms = String(time.getMilliseconds()).padStart(3, '0')
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`
}

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`
  const kibibytes = size / 1024
  if (kibibytes < 1024) return `${Number(kibibytes.toFixed(1))} KiB`
  if (kibibytes < 1024 * 1024) return `${Number((kibibytes / 1024).toFixed(1))} MiB`
  return `${Number((kibibytes / 1024 / 1024).toFixed(1))} GiB`
}

/** A share as people write it; nothing that is missing is rounded away. */
export function percent(share: number): string {
  return share < 1 && share > 0.999 ? '> 99.9 %' : `${Number((share * 100).toFixed(1))} %`
}

/** The same; null: there is nothing to have a share of. */
export const percentOrNone = (share: number | null): string => (share === null ? '–' : percent(share))

/** `1 event`, `2 events`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}
