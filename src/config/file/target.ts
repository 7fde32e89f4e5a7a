import { type BreakerPolicy, DEFAULT_BREAKER } from '../../delivery/breaker.ts'
import type { TargetConfig } from '../types.ts'
import { type GivenDelivery, readDelivery, readRoute } from './delivery.ts'
import { milliseconds } from './durations.ts'
import type { Entry } from './entry.ts'
import type { DestinationData, QueueData } from './schema.ts'

/** What a destination of any kind says in the file. What is not there is decided elsewhere. */
export interface FileTarget
  extends GivenDelivery,
    Pick<TargetConfig, 'name' | 'route' | 'transform' | 'ratePerSecond' | 'breaker'> {
  /** For messages about it. */
  readonly at: string
}

/** No colon: the names of other kinds of destination have one. */
const DESTINATION_NAME = /^(?=.{1,64}$)[a-z0-9]+(?:[._-][a-z0-9]+)*$/

/** @returns null when the name cannot be one */
export function readTarget(name: string, data: DestinationData | QueueData, entry: Entry): FileTarget | null {
  if (!DESTINATION_NAME.test(name)) {
    entry.problem(
      '',
      'cannot name a destination; give lower-case letters and digits, joined by single dots, dashes or underscores, at most 64.',
    )
    return null
  }
  return {
    name,
    at: entry.at,
    ...readDelivery(data, entry),
    route: readRoute(data, entry),
    transform: data.transform ?? null,
    ...(data.rate === undefined ? {} : { ratePerSecond: data.rate }),
    ...(data.breaker === undefined ? {} : { breaker: readBreaker(data.breaker) }),
  }
}

function readBreaker(given: NonNullable<DestinationData['breaker']>): BreakerPolicy | null {
  if (given === false) return null
  const { failures = DEFAULT_BREAKER.consecutiveFailures, pause } = given
  const pauseMs = pause === undefined ? DEFAULT_BREAKER.pauseMs : milliseconds(pause)
  const maxPauseMs = Math.max(DEFAULT_BREAKER.maxPauseMs, pauseMs)
  return Object.freeze({ ...DEFAULT_BREAKER, consecutiveFailures: failures, pauseMs, maxPauseMs })
}
