/** Live deliveries are claimed before those that were started anew in bulk. */
export const lanes = { live: 0, bulk: 1 } as const
