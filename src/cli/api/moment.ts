import { InvalidArgumentError } from 'commander'
import { parseTime } from '../../operator/problem.ts'

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** What `--help` says that a time may be. */
export const momentHelp = 'a time (2026-01-02T03:04:05Z), a date (in UTC), or how long ago: 30s, 10m, 2h, 3d, 1w'

/**
 * A moment as people say it.
 * @param now Unix milliseconds
 * @returns Unix milliseconds
 */
export function momentOf(text: string, now: number): number {
  const [, digits = '', unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text.trim()) ?? []
  if (isUnit(unit)) return now - Number(digits) * unitMs[unit]
  try {
    return parseTime('', text.trim())
  } catch {
    throw new InvalidArgumentError(`Give ${momentHelp}.`)
  }
}

/** For an option: the API has times as text. */
export function isoMomentOf(now: () => number): (text: string) => string {
  return (text) => new Date(momentOf(text, now())).toISOString()
}

function isUnit(text: string): text is keyof typeof unitMs {
  return Object.hasOwn(unitMs, text)
}
