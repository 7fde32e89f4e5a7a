import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'

/**
 * Senders wait for their answers, deliveries can wait: while events come and there is little time left, claims are held
 * further apart.
 */
export interface Brake {
  /** An event came that has somewhere to go. */
  eventCame(): void
  /** For how long nothing is claimed after the last claim, in milliseconds. */
  spacingMs(): number
}

/** The share of the time since it was asked last that was used up, from 0 to 1. */
export type ReadBusy = () => number

/** With more than this, those who wait for an answer begin to wait for attempts. */
const BUSY = 0.7
const LOOK_EVERY_MS = 50
/** Events that came longer ago do not count. */
const RECENT_MS = 250
const LEAST_MS = 2
/** Even then a destination is handed ten batches of its size in a second. */
const MOST_MS = 100

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

/**
 * The event loop's time, or that of all cores that this process may use, whichever is shorter: on a single one the loop
 * also waits for the thread that writes.
 */
function readBusy(): ReadBusy {
  const cores = availableParallelism()
  let loop = performance.eventLoopUtilization()
  let used = process.cpuUsage()
  let at = performance.now()
  return () => {
    const before = { loop, used, at }
    loop = performance.eventLoopUtilization()
    used = process.cpuUsage()
    at = performance.now()
    const cpuMs = (used.user + used.system - before.used.user - before.used.system) / 1_000
    const { utilization } = performance.eventLoopUtilization(loop, before.loop)
    return Math.max(utilization, cpuMs / (at - before.at) / cores)
  }
}
