import { performance } from 'node:perf_hooks'

/**
 * Senders wait for their answers, deliveries can wait: while events come and the event loop has little time left, claims
 * are held further apart.
 */
export interface Brake {
  /** An event came that has somewhere to go. */
  eventCame(): void
  /** For how long nothing is claimed after the last claim, in milliseconds. */
  spacingMs(): number
}

/** A share of time in which the event loop was busy, since it was asked last. */
export type ReadBusy = () => number

/** With more than this, those who wait for an answer begin to wait for attempts. */
const BUSY = 0.8
const LOOK_EVERY_MS = 50
/** Events that came longer ago do not count. */
const RECENT_MS = 250
const LEAST_MS = 2
/** Even then a destination is handed tens of batches of its size in a second. */
const MOST_MS = 25

/** @param now milliseconds of any clock that does not jump */
export function createBrake(now: () => number = performance.now.bind(performance), busy = readBusy()): Brake {
  let spacing = 0
  let lookedAt = Number.NEGATIVE_INFINITY
  let cameAt = Number.NEGATIVE_INFINITY

  return {
    eventCame() {
      cameAt = now()
    },
    spacingMs() {
      const at = now()
      if (at - cameAt > RECENT_MS) {
        spacing = 0
        return 0
      }
      if (at - lookedAt < LOOK_EVERY_MS) return spacing
      lookedAt = at
      if (busy() > BUSY) spacing = Math.min(Math.max(spacing * 1.5, LEAST_MS), MOST_MS)
      else spacing = spacing <= LEAST_MS ? 0 : spacing * 0.8
      return spacing
    },
  }
}

function readBusy(): ReadBusy {
  let last = performance.eventLoopUtilization()
  return () => {
    const current = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(current, last)
    last = current
    return utilization
  }
}
