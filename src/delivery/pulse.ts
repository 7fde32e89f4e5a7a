import type { Clock } from './clock.ts'

/** Runs one thing for many reasons: those that come close together share a run. */
export interface Pulse {
  /** In this turn of the event loop, after what else it brings. */
  now(): void
  /** No later than so many milliseconds from now. */
  within(ms: number): void
  /** At once after a quiet time, else so many milliseconds after the last run. */
  spaced(ms: number): void
  cancel(): void
}

export function createPulse(clock: Clock, run: () => void): Pulse {
  let immediate: NodeJS.Immediate | null = null
  let cancelTimer: (() => void) | null = null
  let lastRun = Number.NEGATIVE_INFINITY

  function cancel(): void {
    if (immediate !== null) clearImmediate(immediate)
    cancelTimer?.()
    immediate = null
    cancelTimer = null
  }

  function fire(): void {
    cancel()
    lastRun = clock.now()
    run()
  }

  function now(): void {
    immediate ??= setImmediate(fire)
  }

  function within(ms: number): void {
    if (ms <= 0) now()
    else if (immediate === null) cancelTimer ??= clock.setTimer(fire, ms)
  }

  return {
    now,
    within,
    spaced(ms) {
      const elapsed = clock.now() - lastRun
      // A clock that was set back says nothing of how long ago that was.
      within(elapsed < 0 ? 0 : ms - elapsed)
    },
    cancel,
  }
}
