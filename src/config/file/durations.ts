import type { Schedule } from '../../delivery/schedule.ts'
import type { DeliveryOptions, Duration } from '../define-config.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds. */
export function milliseconds(duration: Duration): number {
  if (typeof duration === 'number') return Math.round(duration * 1000)
  const [, amount = '', unit = ''] = /^([\d.]+)(ms|s|m|h|d)$/.exec(duration) ?? []
  return Math.round(Number(amount) * (UNITS[unit] ?? Number.NaN))
}

/** The waits that the options ask for: a list, cut short by a number of attempts and by a time. */
export function scheduleFor(options: DeliveryOptions, byDefault: Schedule): Schedule {
  const { schedule = 'default', jitter, maxAttempts, giveUpAfter } = options
  const asked = schedule === 'none' ? [] : schedule === 'default' ? byDefault.delays : schedule.map(milliseconds)
  const limit = giveUpAfter === undefined ? Number.POSITIVE_INFINITY : milliseconds(giveUpAfter)
  const delays: number[] = []
  let elapsed = 0
  for (const delay of asked.slice(0, maxAttempts === undefined ? undefined : maxAttempts - 1)) {
    elapsed += delay
    if (elapsed > limit) break
    delays.push(delay)
  }
  return Object.freeze({ delays: Object.freeze(delays), jitter: jitter ?? byDefault.jitter })
}
