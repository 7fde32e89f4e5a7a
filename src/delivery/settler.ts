import { StoreUnavailableError } from '../store/errors.ts'
import type { Settlement, Store } from '../store/types.ts'
import type { Clock } from './clock.ts'
import { describeError } from './one-line.ts'
import { storeBackoff } from './store-backoff.ts'
import type { Log } from './types.ts'

export interface SettlerOptions {
  readonly store: Pick<Store, 'settle'>
  readonly clock: Clock
  readonly log: Log
  /** Something waits to be settled: call `flush` soon. */
  readonly onWaiting: () => void
  /** Called with settlements that are off the settler's hands. */
  readonly onSettled: (settlements: readonly Settlement[]) => void
}

export interface Settler {
  /** Hands in how an attempt ended. */
  add(settlement: Settlement): void
  /** Settles what waits, in one call. */
  flush(): void
  /** The store took the last batch. */
  healthy(): boolean
  /** Resolves once nothing is left to settle, or the store failed too often: those leases end by themselves. */
  drain(): Promise<void>
}

/** While draining, the store gets this many tries: about 3 s. */
const DRAIN_TRIES = 5

/**
 * Records attempts in batches, one call to the store at a time. A store that is away is tried again with a growing
 * pause and nothing is forgotten meanwhile: as long as nobody claims the lease again, a late settlement still counts.
 */
export function createSettler(options: SettlerOptions): Settler {
  const { store, clock, log, onWaiting, onSettled } = options
  let waiting: Settlement[] = []
  let settling = false
  /** The store is away, and is tried again when a timer says so. */
  let pausing = false
  let failures = 0
  let abandoned = false
  let draining: { resolve: () => void; triesLeft: number } | null = null

  function goOn(): void {
    if (abandoned || waiting.length === 0) return
    if (failures === 0) {
      if (draining === null) onWaiting()
      else flush()
      return
    }
    pausing = true
    clock.setTimer(() => {
      pausing = false
      flush()
    }, storeBackoff(failures))
  }

  function flush(): void {
    if (abandoned || settling || pausing || waiting.length === 0) return
    settling = true
    const batch = waiting
    waiting = []
    store
      .settle(batch, clock.now())
      .then(
        (recorded) => settled(batch, recorded),
        (error: unknown) => failed(batch, error),
      )
      .finally(() => {
        settling = false
        finishDrain()
        goOn()
      })
  }

  function settled(batch: readonly Settlement[], recorded: readonly boolean[]): void {
    failures = 0
    batch.forEach(({ eventId, destination, attempt }, i) => {
      if (recorded[i] === false) {
        log.warn(
          { eventId, destination, attempt },
          'the lease of this delivery had passed on: its outcome is not recorded',
        )
      }
    })
    onSettled(batch)
  }

  function failed(batch: readonly Settlement[], error: unknown): void {
    if (error instanceof StoreUnavailableError) {
      failures += 1
      if (draining !== null) draining.triesLeft -= 1
      waiting = [...batch, ...waiting]
      log.warn(
        { deliveries: waiting.length, error: describeError(error) },
        'the store does not record outcomes; trying again',
      )
      return
    }
    // Trying the same again would fail the same way and hold up every other outcome.
    log.error(
      { deliveries: batch.length, err: error },
      'outcomes could not be recorded; their leases end by themselves',
    )
    onSettled(batch)
  }

  function finishDrain(): void {
    if (draining === null) return
    const idle = waiting.length === 0 && !settling
    if (!idle && draining.triesLeft > 0) return
    if (!idle) {
      abandoned = true
      log.error({ deliveries: waiting.length }, 'outcomes are left unrecorded; their deliveries are tried again')
    }
    draining.resolve()
  }

  return {
    add(settlement) {
      waiting.push(settlement)
      onWaiting()
    },
    flush,
    healthy: () => failures === 0,
    drain() {
      return new Promise((resolve) => {
        draining = { resolve, triesLeft: DRAIN_TRIES }
        flush()
        finishDrain()
      })
    },
  }
}
