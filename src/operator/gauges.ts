import { Gauge, type Registry } from 'prom-client'
import type { BreakerState } from '../delivery/breaker.ts'
import { fileSystemOf } from '../diagnosis/file-system.ts'
import type { Store } from '../store/types.ts'
import type { DestinationView } from './schemas.ts'

export interface GaugeOptions {
  /** What waits. */
  readonly destinations: () => Promise<readonly DestinationView[]>
  /** Null: the destination has none. */
  readonly breaker?: (destination: string) => BreakerState | null
  readonly store: Pick<Store, 'status' | 'backlog'>
  /** On the file system of the store. */
  readonly dataDir: string
}

const deliveryStates = ['pending', 'retrying', 'leased', 'dead'] as const
const destinationStates = ['active', 'failing', 'throttled', 'paused', 'disabled'] as const
const breakerStates = ['closed', 'open', 'half-open'] as const
const storeStates = ['ready', 'failing', 'broken'] as const

/** What is asked for at each scrape. What cannot be said then is left out; the rest matters all the more. */
export function createGauges(
  registry: Registry,
  { destinations, breaker = () => null, store, dataDir }: GaugeOptions,
): () => Promise<void> {
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge<L>({ name, help, labelNames, registers: [registry] })
  const deliveries = gauge(
    'posthorn_deliveries',
    'Deliveries that are not done, by state; those that are retrying are pending too.',
    ['destination', 'state'],
  )
  const oldest = gauge('posthorn_oldest_due_seconds', 'For how long the first pending delivery has been due.', [
    'destination',
  ])
  const states = gauge('posthorn_destination_state', '1 for the state that the destination is in.', [
    'destination',
    'state',
  ])
  const breakers = gauge(
    'posthorn_breaker_state',
    '1 for the state of the breaker: open while the destination is left alone, half-open while it is tried.',
    ['destination', 'state'],
  )
  const storeState = gauge(
    'posthorn_store_state',
    '1 for the state of the store: failing while commits fail, broken when only a restart can help.',
    ['state'],
  )
  const storeEvents = gauge(
    'posthorn_store_waiting_events',
    'Events that wait for their commit; at MAX_PENDING_EVENTS further ones are answered 503.',
  )
  const storeBytes = gauge('posthorn_store_waiting_bytes', 'Bytes of their bodies.')
  const free = gauge('posthorn_disk_free_bytes', 'Free space on the file system of DATA_DIR.')

  async function collectDestinations(): Promise<void> {
    const views = await destinations().catch(() => [])
    for (const each of [deliveries, oldest, states, breakers]) each.reset()
    for (const view of views) {
      const destination = view.name
      for (const state of deliveryStates) deliveries.set({ destination, state }, view[state])
      oldest.set({ destination }, view.ageSeconds)
      for (const state of destinationStates) states.set({ destination, state }, one(view.state === state))
      const current = breaker(destination)
      if (current === null) continue
      for (const state of breakerStates) breakers.set({ destination, state }, one(current === state))
    }
  }

  function collectStore(): void {
    const current = store.status().state
    for (const state of storeStates) storeState.set({ state }, one(current === state))
    const { events, bytes } = store.backlog()
    storeEvents.set(events)
    storeBytes.set(bytes)
  }

  async function collectDisk(): Promise<void> {
    free.reset()
    const disk = await fileSystemOf(dataDir)
    if (disk !== null) free.set(disk.free)
  }

  return async () => {
    collectStore()
    await Promise.allSettled([collectDestinations(), collectDisk()])
  }
}

const one = (is: boolean): 0 | 1 => (is ? 1 : 0)
