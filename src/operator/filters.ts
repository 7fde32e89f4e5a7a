import type { Static } from '@sinclair/typebox'
import type { DeliveryFilter } from '../store/types.ts'
import { parseTime } from './problem.ts'
import type { RejectionFilter } from './quarantine.ts'
import type { DeliveryFilter as Asked, RejectionFilter as AskedRejections } from './schemas.ts'

interface AskedTimes {
  readonly from?: string
  readonly to?: string
}

interface Times {
  readonly from?: number
  readonly to?: number
}

/**
 * What the API takes as a filter, with its times as the store takes them.
 * @throws {OperatorError} 400 for a time that is none
 */
export function withTimes<T extends AskedTimes>({ from, to, ...rest }: T): Omit<T, 'from' | 'to'> & Times {
  return {
    ...rest,
    ...(from === undefined ? {} : { from: parseTime('from', from) }),
    ...(to === undefined ? {} : { to: parseTime('to', to) }),
  }
}

/** @throws {OperatorError} 400 for a time that is none */
export function deliveryFilter(asked: Static<typeof Asked>): DeliveryFilter {
  return withTimes(asked)
}

/** @throws {OperatorError} 400 for a time that is none */
export function rejectionFilter(asked: Static<typeof AskedRejections>): RejectionFilter {
  return withTimes(asked)
}
