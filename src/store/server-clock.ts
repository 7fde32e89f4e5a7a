/**
 * The clock of the server on which replicas share a store, as far as it differs from this machine's.
 *
 * Due times and leases are compared by whoever claims next, so replicas have to mean the same by a time. What is
 * measured is the server's clock against this process' monotonic one, which nobody sets: so it is noticed at once when this
 * machine's clock is set anew.
 */
export interface ServerClock {
  /** Now, by the server's clock (Unix milliseconds). */
  now(): number
  /** By how many milliseconds the server's clock is ahead of this machine's; 0: they agree. */
  ahead(): number
}

/** The time that a server said, and when it was asked and heard by this machine's clock; all in Unix milliseconds. */
export interface TimeAnswer {
  readonly time: number
  readonly askedAt: number
  readonly heardAt: number
}

/** One that is compared with the server's. */
export interface ComparedClock extends ServerClock {
  /** Asks the server. Without an answer, what was known holds. */
  compare(): Promise<void>
  /** Asks again from time to time, until it is stopped. */
  keep(): void
  stop(): void
}

export interface ServerClockOptions {
  /** Asks the server for its time, in Unix milliseconds. */
  readonly ask: () => Promise<number>
  /** This machine's clock (`Date.now`). */
  readonly local?: (() => number) | undefined
  /** What the server is called in a warning. */
  readonly server: string
  /** Told when the clocks are found to be apart. */
  readonly onWarning: (warning: string) => void
}

/** Clocks that are no further apart are taken for the same: so much NTP may let them be. */
const toleranceMs = 1000
const compareEveryMs = 10_000

/** By how many milliseconds the server's clock was ahead of this machine's when it answered; 0: they agree. */
export function aheadBy({ time, askedAt, heardAt }: TimeAnswer): number {
  return between(time - heardAt, time - askedAt)
}

/** The server's clock is ahead by something between these: its answer was on its way for a while. */
function between(least: number, most: number): number {
  const isSame = least <= toleranceMs && most >= -toleranceMs
  return isSame ? 0 : Math.round((least + most) / 2)
}

export function createServerClock({ ask, local = Date.now, server, onWarning }: ServerClockOptions): ComparedClock {
  /** By how much the server's clock is ahead of the monotonic one, at least and at most. */
  let [least, most] = [Number.NaN, Number.NaN]
  let warned = false
  let timer: NodeJS.Timeout | null = null

  function ahead(): number {
    const monotonic = local() - performance.now()
    return Number.isNaN(least) ? 0 : between(least - monotonic, most - monotonic)
  }

  async function compare(): Promise<void> {
    const askedAt = performance.now()
    const time = await ask().catch(() => Number.NaN)
    if (Number.isNaN(time)) return
    const [low, high] = [time - performance.now(), time - askedAt]
    // An answer that took longer says nothing new as long as what was known agrees with it.
    const isKnown = low <= least && most <= high
    if (!isKnown) {
      least = low
      most = high
    }
    const by = ahead()
    if (by !== 0 && !warned) onWarning(warningOf(by, server))
    warned = by !== 0
  }

  return {
    now: () => local() + ahead(),
    ahead,
    compare,
    keep() {
      timer ??= setInterval(() => void compare(), compareEveryMs).unref()
    },
    stop() {
      if (timer !== null) clearInterval(timer)
    },
  }
}

function warningOf(ahead: number, server: string): string {
  const seconds = Math.round(Math.abs(ahead) / 1000)
  return (
    `this machine's clock is ${seconds} s ${ahead > 0 ? 'behind' : 'ahead of'} that of ${server}: deliveries go by the ` +
    "server's all the same, but whether a signed request has expired is judged by this one; set it right (NTP)"
  )
}
