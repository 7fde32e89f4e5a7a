import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'

/**
 * Senders wait for their answers, deliveries can wait: while events come and time is short, claims are held further apart, so
 * that each takes as many deliveries as there are slots. They still keep up with what comes; only where there is next to no
 * time left do they fall behind, and after half a minute they take of that too.
 */
export interface Brake {
  /** An event came that has somewhere to go. */
  eventCame(): void
  /**
   * For how long nothing is claimed after the last claim, in milliseconds.
   * @param slots how many deliveries to one destination a claim can take
   * @param lateMs for how long the oldest delivery has been due that could be made, in milliseconds
   */
  spacingMs(slots: number, lateMs: number): number
}

/** The share of the time since it was asked last that was used up, from 0 to 1. */
export type ReadBusy = () => number

/** With more than this, those who wait for an answer begin to wait for attempts. */
const BUSY = 0.7
/** With more than this, deliveries fall behind rather than have those wait longer. */
const FULL = 0.9
/** The same where they have fallen far behind. What is left, they never get: answers would wait for seconds. */
const FULL_WHEN_LATE = 0.97
const LOOK_EVERY_MS = 50
/** Events that came longer ago do not count. */
const RECENT_MS = 250
const LEAST_MS = 2
/** Even then a destination is handed ten batches of its size in a second. */
const MOST_MS = 100
const PATIENCE_MS = 30_000
/** Claims take more than comes, so that what was left behind is worked off. */
const AHEAD = 1.5
/** How much of what was known of the events' rate the newest look leaves. */
const KEPT = 0.8

/** @param now milliseconds of any clock that does not jump */
export function createBrake(now: () => number = performance.now.bind(performance), busy = readBusy()): Brake {
  let spacing = 0
  let lookedAt = Number.NEGATIVE_INFINITY
  let cameAt = Number.NEGATIVE_INFINITY
  let came = 0
  let perMs = 0

  function look(passedMs: number, slots: number, lateMs: number): void {
    perMs = KEPT * perMs + ((1 - KEPT) * came) / passedMs
    came = 0
    const share = busy()
    const keepingUp = Math.min(slots / (AHEAD * perMs), MOST_MS)
    const full = lateMs > PATIENCE_MS ? FULL_WHEN_LATE : FULL
    // Senders feel at once that there is no time; whether there is some again shows slowly.
    if (share > full) spacing = Math.min(Math.max(spacing * 4, LEAST_MS), MOST_MS)
    else if (share > BUSY && spacing > keepingUp) spacing = Math.max(spacing * 0.9, keepingUp)
    else if (share > BUSY) spacing = Math.min(Math.max(spacing * 1.5, LEAST_MS), keepingUp)
    else spacing = spacing <= LEAST_MS ? 0 : spacing * 0.8
  }

  return {
    eventCame() {
      cameAt = now()
      came += 1
    },
    spacingMs(slots, lateMs) {
      const at = now()
      if (at - cameAt > RECENT_MS) {
        spacing = 0
        came = 0
        perMs = 0
        return 0
      }
      if (at - lookedAt < LOOK_EVERY_MS) return spacing
      look(at - lookedAt, slots, lateMs)
      lookedAt = at
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
