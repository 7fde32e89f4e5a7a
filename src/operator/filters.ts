import type { Static } from '@sinclair/typebox'
import type { DeliveryFilter } from '../store/types.ts'
import { parseTime } from './problem.ts'
import type { DeliveryFilter as Asked } from './schemas.ts'

/**
 * What the API takes as a filter, as the store takes it.
 * @throws {OperatorError} 400 for a time that is none
 */
export function deliveryFilter({ from, to, ...rest }: Static<typeof Asked>): DeliveryFilter {
  return {
    ...rest,
    ...(from === undefined ? {} : { from: parseTime('from', from) }),
    ...(to === undefined ? {} : { to: parseTime('to', to) }),
  }
}
