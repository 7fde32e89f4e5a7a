import type { DeliveryState } from '../types.ts'

/**
 * How `deliveries.state` is written. `blocked` is pending behind an earlier delivery with the same ordering key. Below 2
 * there is work left; the index that claims read holds those of them that are not blocked. The numbers are in this order
 * so that partial indexes need no more than comparisons: what they test is tested at every write.
 */
export const stateCodes = { blocked: -1, pending: 0, leased: 1, done: 2, dead: 3, discarded: 4 } as const

const names: readonly DeliveryState[] = ['pending', 'pending', 'leased', 'done', 'dead', 'discarded']

export function stateName(code: unknown): DeliveryState {
  return names[Number(code) + 1] ?? 'dead'
}
