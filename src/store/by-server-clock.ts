import type { ServerClock } from './server-clock.ts'
import type { Settlement, Store } from './types.ts'

/**
 * A store whose times are the server's, for a gateway that has its own: what comes in is translated, and so is what a gateway
 * compares with its clock, the end of a lease and the next due time. Everything else is given out as it is kept: it is for
 * people, and the same whichever replica they ask; so are the periods they ask for. How old it is says `clockAhead`. Rejected requests keep the time by
 * which they were judged.
 */
export function byServerClock(store: Store, { ahead }: Pick<ServerClock, 'ahead'>): Store {
  return {
    ...store,
    accept(event) {
      const by = ahead()
      return store.accept(by === 0 ? event : { ...event, receivedAt: event.receivedAt + by })
    },
    async claim(requests, now) {
      const result = await store.claim(requests, now + ahead())
      const by = ahead()
      if (by === 0) return result
      const { leases, nextDueAt } = result
      return {
        leases: leases.map((lease) => ({ ...lease, leaseUntil: lease.leaseUntil - by })),
        nextDueAt: nextDueAt === null ? null : nextDueAt - by,
      }
    },
    settle(settlements, now) {
      const by = ahead()
      return store.settle(by === 0 ? settlements : settlements.map((one) => moved(one, by)), now + by)
    },
    replay: (id, now, destination) => store.replay(id, now + ahead(), destination),
    replayBatch: (query, now, target) => store.replayBatch(query, now + ahead(), target),
    discardBatch: (query, now) => store.discardBatch(query, now + ahead()),
    setDestination: (name, change, now) => store.setDestination(name, change, now + ahead()),
    prune: (options) => store.prune({ ...options, now: options.now + ahead() }),
  }
}

function moved(settlement: Settlement, by: number): Settlement {
  const { dueAt, record } = settlement
  return {
    ...settlement,
    ...(dueAt === undefined ? {} : { dueAt: dueAt + by }),
    ...(record === undefined ? {} : { record: { ...record, startedAt: record.startedAt + by } }),
  }
}
