/** Of a delivery. What each means is in docs/glossary.md. */
export const deliveryStates = ['pending', 'leased', 'done', 'dead', 'discarded'] as const

/** By which deliveries are looked for; `retrying`: pending after a failed attempt. */
export const deliveryFilterStates = [...deliveryStates, 'retrying'] as const

/** By which events are looked for; `none`: no destination takes it. */
export const eventStatuses = ['pending', 'retrying', 'leased', 'done', 'dead', 'discarded', 'none'] as const
