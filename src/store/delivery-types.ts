/** Deliveries: claiming and settling them, looking at them, starting them anew. */

import type { Delivery, DeliveryState, EventFilter, StoredEvent } from './event-types.ts'

export interface ClaimRequest {
  readonly destination: string
  readonly limit: number
  /** How long the claimed deliveries are this worker's alone, in milliseconds. */
  readonly leaseMs: number
}

/** A delivery that is this worker's until `leaseUntil`. `attempt` is the fencing token that `settle` checks. */
export interface Lease {
  readonly destination: string
  /** Never given twice for one delivery, so that it can serve as the fencing token. */
  readonly attempt: number
  /**
   * 1 for the first attempt, and again for the first one after a replay: what the retry schedule counts. Attempts that
   * were released or deferred are not counted.
   */
  readonly attemptInSeries: number
  /**
   * How many attempts before this one, since the last that was settled as done, retry or dead, ended without a word: the
   * process died, or the attempt outlived its lease.
   */
  readonly crashes: number
  readonly leaseUntil: number
  readonly event: StoredEvent
}

export interface ClaimResult {
  readonly leases: readonly Lease[]
  /** Unix milliseconds at which the next delivery of the asked destinations falls due or its lease ends; null: none. */
  readonly nextDueAt: number | null
}

export interface Settlement {
  readonly eventId: string
  readonly destination: string
  /** The lease's attempt number. */
  readonly attempt: number
  /**
   * `done`, `dead`: finished. `retry`: due again at `dueAt`. `released`: the lease is given back and the attempt not
   * counted, due at once or at `dueAt`; `deferred`: the same, not before `dueAt`. Both keep the count of crashes.
   */
  readonly outcome: 'done' | 'dead' | 'retry' | 'released' | 'deferred'
  /** Unix milliseconds; `retry` and `deferred` need it. */
  readonly dueAt?: number
  /** HTTP status of the answer, if there was one. */
  readonly status: number | null
  /** One line for people: what went wrong, or why nothing was handed over; null on success. */
  readonly error: string | null
  /**
   * What is kept of the attempt beside that. Left out: when it was claimed is taken for its start. An attempt that was
   * released or deferred is recorded only with this.
   */
  readonly record?: AttemptRecord
}

export interface AttemptRecord {
  /** Unix milliseconds. */
  readonly startedAt: number
  readonly durationMs: number
  /**
   * Name, value, name, value …; empty: nothing is kept. A delivered attempt of which neither headers nor body are kept
   * costs no row of its own.
   */
  readonly responseHeaders: readonly string[]
  /** At most 64 KiB are kept; of an attempt that failed as a later one did, with the same status, 1 KiB. */
  readonly responseBody: Uint8Array | null
}

/** Of a response body, so much is kept, in bytes. */
export const maxResponseBytes = 64 * 1024
/** Of one whose status a later attempt of the delivery was answered too. */
export const maxRepeatedResponseBytes = 1024

/** An attempt as it was recorded, in the same commit as its settlement; kept as long as the event's payload. */
export interface Attempt {
  readonly destination: string
  readonly attempt: number
  readonly startedAt: number
  /** Null: nobody was there to measure it. */
  readonly durationMs: number | null
  /** `crashed`: it was never settled, and its lease ended. */
  readonly outcome: Settlement['outcome'] | 'crashed'
  readonly status: number | null
  readonly error: string | null
  readonly responseHeaders: readonly string[]
  readonly responseBody: Uint8Array | null
}

/** Which deliveries: those of events that match, in this state, to this destination. */
export interface DeliveryFilter extends Pick<EventFilter, 'source' | 'type' | 'from' | 'to'> {
  readonly destination?: string
  /** `retrying`: pending, after a failed attempt of this series. */
  readonly state?: DeliveryState | 'retrying'
}

export interface DeliveryQuery extends DeliveryFilter {
  readonly limit: number
  /** The `next` of the page before. */
  readonly after?: string
}

export interface ListedDelivery extends Delivery {
  readonly eventId: string
  readonly source: string
  readonly type: string
  readonly receivedAt: number
}

export interface DeliveryPage {
  /** Those of the newest event first. */
  readonly deliveries: readonly ListedDelivery[]
  /** As with events: null is the end, and a page may hold fewer than asked for before that. */
  readonly next: string | null
}

/** One step of something that goes through many deliveries. */
export interface BatchStep {
  /** How many were counted or changed in this step. */
  readonly count: number
  /** The cursor of the next step; null: this was the last. */
  readonly next: string | null
}

export interface BatchQuery extends DeliveryFilter {
  /** How many to change at most in this step (at most 1,000). */
  readonly limit: number
  readonly after?: string
}

export interface ReplayTarget {
  /**
   * Deliver to this destination instead, whichever the deliveries were for. A filter with neither state nor destination
   * then stands for events: those that went nowhere are delivered too.
   */
  readonly destination?: string
  /** Discard the deliveries that were found, since another destination has them now. */
  readonly move?: boolean
}

/** What the store remembers of a destination, and what waits for it; with very many, counts may be seconds old. */
export interface DestinationStatus {
  readonly name: string
  /** Unix milliseconds; null: it is not. Of a paused or disabled destination nothing is claimed. */
  readonly pausedAt: number | null
  readonly disabledAt: number | null
  readonly disabledReason: string | null
  /** Deliveries that wait for an attempt; `retrying` are those of them with a failed attempt of this series. */
  readonly pending: number
  readonly retrying: number
  readonly leased: number
  readonly dead: number
  /** When the first of the pending ones fell or falls due, Unix milliseconds; null: none. */
  readonly oldestDueAt: number | null
}

/** What is left out stays as it is. What is paused or disabled already stays so since the time that it was. */
export interface DestinationChange {
  readonly paused?: boolean
  /** The reason, which may be another one than before; null enables it again. */
  readonly disabled?: string | null
}
