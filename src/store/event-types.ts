/** Events as the store takes them and gives them back. */

/** Which of a source's secrets verified an event. */
export type MatchedSecret = 'current' | 'previous'

/** An event that was verified and is about to be stored. */
export interface NewEvent {
  readonly source: string
  readonly type: string
  /** The sender's own id of the event; null when it gives none. Shown to people, not compared. */
  readonly externalId: string | null
  /**
   * Two events with the same key are one event. Null: the sender names no id, so the event is never a duplicate by id.
   * The key already contains its scope (the source).
   */
  readonly dedupKey: string | null
  /** Recognises the same signed bytes again, whatever unsigned id they carry. */
  readonly replay: ReplayKey | null
  /** Unix milliseconds. */
  readonly receivedAt: number
  /** As on the wire: name, value, name, value … */
  readonly headers: readonly string[]
  readonly body: Uint8Array
  /** Names of the destinations this event goes to: one delivery each. */
  readonly destinations: readonly string[]
  /**
   * One per destination, in the same order. Of the deliveries to one destination with the same key, only the oldest
   * unfinished one is ever claimed. Null, or left out: the delivery waits for no other.
   */
  readonly orderingKeys?: readonly (string | null)[]
  /** Null, or left out: nothing was verified. */
  readonly secret?: MatchedSecret | null
}

export interface ReplayKey {
  readonly key: string
  /** What a known key means: the event is a duplicate, or it is stored and flagged `repeated`. */
  readonly verdict: 'duplicate' | 'flag'
}

export type AcceptResult =
  | {
      readonly status: 'accepted'
      readonly id: string
      /** The same signed bytes came before under another id. */
      readonly repeated: boolean
    }
  | {
      readonly status: 'duplicate'
      /** Id of the first one. */
      readonly id: string
      /** Same id, other bytes: the event is refused as a duplicate and the stored one is flagged. */
      readonly conflict: boolean
      /** Number of dead deliveries that this duplicate brought back to life. */
      readonly rearmed: number
    }

export interface StoredEvent {
  /** `evt_…`: unique, and sorts by the time of storing. */
  readonly id: string
  readonly source: string
  readonly type: string
  readonly externalId: string | null
  readonly receivedAt: number
  readonly headers: readonly string[]
  /** Null once retention has pruned it. */
  readonly body: Uint8Array | null
  readonly bodySize: number
  /** How often the same event came again. */
  readonly duplicates: number
  /** A duplicate had other bytes than these. */
  readonly conflict: boolean
  /** The same signed bytes came before under another id. */
  readonly repeated: boolean
  /** Null: nothing was verified, or it was stored by a version that did not keep it. */
  readonly secret: MatchedSecret | null
}

export interface EventSummary extends Omit<StoredEvent, 'headers' | 'body'> {
  readonly deliveries: readonly Delivery[]
}

/**
 * `pending`: waits for its first attempt or for another one. `leased`: an attempt is under way. `done`: delivered.
 * `dead`: given up. `discarded`: an operator does not want it delivered any more.
 */
export type DeliveryState = 'pending' | 'leased' | 'done' | 'dead' | 'discarded'

export interface Delivery {
  readonly destination: string
  readonly state: DeliveryState
  /** Pending after a failed attempt of this series: found by that word. One that was started anew waits like a new one. */
  readonly retrying: boolean
  /** Attempts begun so far, over all series; of a leased delivery, the number of the attempt under way. */
  readonly attempt: number
  /** Unix milliseconds: when it is tried next (pending), when its lease ends (leased), when it ended (else). */
  readonly dueAt: number
  readonly lastStatus: number | null
  readonly lastError: string | null
  readonly orderingKey: string | null
}

/** Which events; what is left out does not matter. */
export interface EventFilter {
  readonly source?: string
  readonly type?: string
  /** Stored at this time or later, and before that time (Unix milliseconds, by the clock of the server where replicas share one). */
  readonly from?: number
  readonly to?: number
  /**
   * With a delivery in this state; `retrying` are the pending ones whose last attempt failed, unless they were started anew since. `done`: every delivery
   * is done (or discarded), and there is one. `none`: the event goes nowhere.
   */
  readonly status?: DeliveryState | 'retrying' | 'none'
  /**
   * The id is this, the sender's id or the type begins with it, or the body contains it, byte for byte. This looks into
   * bodies: a page covers a bounded number of them, and `next` says how far it came.
   */
  readonly text?: string
}

export interface ListQuery extends EventFilter {
  readonly limit: number
  /** Only events older than this id. */
  readonly before?: string
}

export interface EventPage {
  /** Newest first. */
  readonly events: readonly EventSummary[]
  /**
   * What to pass as `before` for more; null: there is no more. A page looks at a bounded number of rows, so it may hold
   * fewer events than asked for, or none, and yet have a `next`.
   */
  readonly next: string | null
}
