/**
 * How `deliveries.state` is written. `blocked` is pending behind an earlier delivery with the same ordering key. Below 2
 * there is work left; the index that claims read holds those of them that are not blocked.
 */
export const stateCodes = { blocked: -1, pending: 0, leased: 1, done: 2, dead: 3, discarded: 4 } as const

/** Live deliveries are claimed before those that were started anew in bulk. */
export const lanes = { live: 0, bulk: 1 } as const
