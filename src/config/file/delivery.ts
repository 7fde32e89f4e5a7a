import { isCredentialHeader } from '../../delivery/headers.ts'
import { DEFAULT_SCHEDULE } from '../../delivery/schedule.ts'
import type { DeliveryOptions, Duration } from '../define-config.ts'
import { quote } from '../parse.ts'
import type { DeliverySettings, RouteConfig } from '../types.ts'
import { milliseconds, scheduleFor } from './durations.ts'
import type { Entry } from './entry.ts'
import { checkFilter } from './filter-problems.ts'
import type { HandlerData } from './schema.ts'

const LONGEST_TIMEOUT_MS = 300_000
const LONGEST_DELAY_MS = 30 * 86_400_000

/** Which events an entry takes. */
export function readRoute({ from, types, filter }: RouteData, entry: Entry): RouteConfig {
  if (filter !== undefined) checkFilter(filter, 'filter', entry.problem)
  return Object.freeze({ from: listOf(from), types: listOf(types), filter: filter ?? null })
}

/** A route as the schema lets it through. */
type RouteData = Pick<HandlerData, 'from' | 'types' | 'filter'>

/** The schedule is always known. */
export type GivenDelivery = Partial<DeliverySettings> & Pick<DeliverySettings, 'schedule'>

/** What an entry says about attempts; what it leaves out is decided elsewhere. */
export function readDelivery(options: DeliveryOptions, entry: Entry, byDefault = DEFAULT_SCHEDULE): GivenDelivery {
  const { concurrency, schedule } = options
  const orderBy = readOrder(options, entry)
  const timeoutMs = readTimeout(options.timeout, 'timeout', entry)
  if (Array.isArray(schedule)) {
    for (const [index, delay] of schedule.entries()) {
      if (milliseconds(delay) <= LONGEST_DELAY_MS) continue
      entry.problem(`schedule[${index}]`, `${quote(String(delay))} is not accepted; give a duration up to 30d.`)
    }
  }
  return {
    schedule: scheduleFor(options, byDefault),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(timeoutMs === null ? {} : { timeoutMs }),
    ...(orderBy === null ? {} : { orderBy }),
  }
}

/** Milliseconds; null when it is not given, or cannot be used. */
export function readTimeout(timeout: Duration | undefined, key: string, { problem }: Entry): number | null {
  if (timeout === undefined) return null
  const ms = milliseconds(timeout)
  if (ms >= 100 && ms <= LONGEST_TIMEOUT_MS) return ms
  problem(key, `${quote(String(timeout))} is not accepted; give a duration from 100ms to 5m.`)
  return null
}

/** Keys are stored and shown, so what opens the gateway must not become one. */
function readOrder({ orderBy }: DeliveryOptions, { problem }: Entry): string | null {
  if (orderBy === undefined) return null
  if (!orderBy.startsWith('header:')) return orderBy
  const lower = orderBy.toLowerCase()
  if (!isCredentialHeader(lower.slice('header:'.length))) return lower
  problem(
    'orderBy',
    `${quote(orderBy)} is not accepted: it carries credentials; give another header, or a JSON pointer.`,
  )
  return null
}

function listOf(given: string | readonly string[] | undefined): readonly string[] | null {
  if (given === undefined) return null
  return Object.freeze(typeof given === 'string' ? [given] : [...given])
}
