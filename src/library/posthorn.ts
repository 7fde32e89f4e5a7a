import type { AttemptReport } from '../delivery/report.ts'
import type { DestinationAction, Operator } from '../operator/operator.ts'
import type { DestinationView } from '../operator/schemas.ts'
import type { Attempt, Delivery, EventPage, ListQuery, StoredEvent } from '../store/types.ts'

/** An event with what became of it. */
export interface EventDetails extends StoredEvent {
  readonly deliveries: readonly Delivery[]
  /** By destination and number. */
  readonly attempts: readonly Attempt[]
}

/** What a program can ask of the gateway that it has registered: `app.posthorn`. */
export interface Posthorn {
  /** One event; null: there is none, or it is past its retention. */
  get(id: string): Promise<EventDetails | null>
  /** Events that match, newest first; 50 unless `limit` says otherwise, at most 1,000. */
  list(query?: Partial<ListQuery>): Promise<EventPage>
  /**
   * Delivers an event again: to all of its destinations, or to one, which need not be one of its own.
   * @throws {Error} with `statusCode` 404 when the event is unknown or past its retention, or the destination not configured
   */
  replay(id: string, destination?: string): Promise<void>
  /** Where events go, and what waits. */
  destinations(): Promise<readonly DestinationView[]>
  /**
   * Pauses a destination, lets it go on, enables one that said that it was gone, or tries one now that only fails.
   * @throws {Error} with `statusCode` 404 when there is no such destination, 409 when there is nothing to try
   */
  change(destination: string, action: DestinationAction): Promise<DestinationView>
  /**
   * Tells of every attempt of this process as it ends, just before it is recorded. For alarms and figures: work that must
   * not be lost belongs in a handler. What the listener throws is logged.
   * @returns what ends it
   */
  onAttempt(listener: (report: AttemptReport) => void): () => void
  /** Whether the store commits, found out by committing; for a health route. */
  isReady(): Promise<boolean>
}

export interface PosthornParts {
  readonly operator: Operator
  readonly isReady: () => Promise<boolean>
  readonly listeners: Set<(report: AttemptReport) => void>
}

const defaultLimit = 50
const maxLimit = 1_000

export function createPosthorn({ operator, isReady, listeners }: PosthornParts): Posthorn {
  const { store } = operator
  return {
    async get(id) {
      const [event, attempts] = await Promise.all([store.get(id), store.attempts(id)])
      return event === null ? null : { ...event, attempts }
    },
    list: ({ limit = defaultLimit, ...query } = {}) => {
      if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
        throw new RangeError(`limit: ${limit} is not accepted; give a whole number from 1 to ${maxLimit}.`)
      }
      return store.list({ ...query, limit })
    },
    replay: operator.replay,
    destinations: operator.destinations,
    change: operator.change,
    onAttempt(listener) {
      // One of its own, so that a function that listens twice is told twice, and ended once.
      const own = (report: AttemptReport) => listener(report)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    isReady,
  }
}
