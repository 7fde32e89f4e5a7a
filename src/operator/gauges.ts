import { statfs } from 'node:fs/promises'
import { Gauge, type Registry } from 'prom-client'
import type { BreakerState } from '../delivery/breaker.ts'
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
const destinationStates = ['active', 'failing', 'paused', 'disabled'] as const
const breakerStates = ['closed', 'open', 'half-open'] as const
const storeStates = ['ready', 'failing', 'broken'] as const

/** What is asked for at each scrape. What cannot be said then is left out; the rest matters all the more. */
export function createGauges(
  registry: Registry,
  { destinations, breaker = () => null, store, dataDir }: GaugeOptions,
): () => Promise<void> {
  const registers = [registry]
  const waiting = new Gauge({
    name: 'posthorn_deliveries',
    help: 'Deliveries that are not done, by state; those that are retrying are pending too.',
    labelNames: ['destination', 'state'],
    registers,
  })
  const oldest = new Gauge({
    name: 'posthorn_oldest_due_seconds',
    help: 'For how long the first pending delivery has been due.',
    labelNames: ['destination'],
    registers,
  })
  const state = new Gauge({
    name: 'posthorn_destination_state',
    help: '1 for the state that the destination is in.',
    labelNames: ['destination', 'state'],
    registers,
  })
  const breakers = new Gauge({
    name: 'posthorn_breaker_state',
    help: '1 for the state of the breaker: open while the destination is left alone, half-open while it is tried.',
    labelNames: ['destination', 'state'],
    registers,
  })
  const storeState = new Gauge({
    name: 'posthorn_store_state',
    help: '1 for the state of the store: failing while commits fail, broken when only a restart can help.',
    labelNames: ['state'],
    registers,
  })
  const storeEvents = new Gauge({
    name: 'posthorn_store_waiting_events',
    help: 'Events that wait for their commit; at MAX_PENDING_EVENTS further ones are answered 503.',
    registers,
  })
  const storeBytes = new Gauge({
    name: 'posthorn_store_waiting_bytes',
    help: 'Bytes of their bodies.',
    registers,
  })
  const free = new Gauge({
    name: 'posthorn_disk_free_bytes',
    help: 'Free space on the file system of DATA_DIR.',
    registers,
  })

  async function collectDestinations(): Promise<void> {
    const views = await destinations().catch(() => [])
    for (const gauge of [waiting, oldest, state, breakers]) gauge.reset()
    for (const view of views) {
      const destination = view.name
      for (const kind of deliveryStates) waiting.set({ destination, state: kind }, view[kind])
      const dueFor = view.oldestDueAt === null ? 0 : Math.max(0, Date.now() - Date.parse(view.oldestDueAt))
      oldest.set({ destination }, dueFor / 1_000)
      for (const one of destinationStates) state.set({ destination, state: one }, view.state === one ? 1 : 0)
      const current = breaker(destination)
      if (current === null) continue
      for (const one of breakerStates) breakers.set({ destination, state: one }, current === one ? 1 : 0)
    }
  }

  function collectStore(): void {
    const current = store.status().state
    for (const one of storeStates) storeState.set({ state: one }, current === one ? 1 : 0)
    const { events, bytes } = store.backlog()
    storeEvents.set(events)
    storeBytes.set(bytes)
  }

  async function collectDisk(): Promise<void> {
    free.reset()
    const { bavail, bsize } = await statfs(dataDir)
    free.set(bavail * bsize)
  }

  return async () => {
    collectStore()
    await Promise.allSettled([collectDestinations(), collectDisk()])
  }
}
