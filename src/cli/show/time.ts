import { plain } from './text.ts'

/** ISO 8601 as a person's clock shows it: local, to the second. */
export function localTime(iso: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return plain(iso, 40)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clockTime(iso)}`
}

/** The time of day alone. */
export function clockTime(iso: string): string {
  const at = new Date(iso)
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** A span in the largest unit that says enough: `42 s`, `7 min`, `3 h`, `12 d`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 100) return `${seconds} s`
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`
  if (seconds < 72 * 3_600) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** How long ago, or how far ahead. */
export function relative(iso: string, now: number): string {
  const ms = now - Date.parse(iso)
  return ms < 0 ? `in ${span(-ms)}` : `${span(ms)} ago`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
