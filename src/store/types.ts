/**
 * What every storage engine offers. The comments here are the contract; `test/contract/store.contract.ts` proves it for
 * each engine.
 */

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

export type DeliveryState = 'pending' | 'leased' | 'done' | 'dead'

export interface Delivery {
  readonly destination: string
  readonly state: DeliveryState
  /** Attempts begun so far, over all series; of a leased delivery, the number of the attempt under way. */
  readonly attempt: number
  /** Unix milliseconds: when it is tried next (pending) or when its lease ends (leased). */
  readonly dueAt: number
  readonly lastStatus: number | null
  readonly lastError: string | null
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
}

export interface EventSummary extends Omit<StoredEvent, 'headers' | 'body'> {
  readonly deliveries: readonly Delivery[]
}

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
  /** 1 for the first attempt, and again for the first one after a replay: what the retry schedule counts. */
  readonly attemptInSeries: number
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
  /** `retry` needs `dueAt` (Unix milliseconds). */
  readonly outcome: 'done' | 'dead' | 'retry'
  readonly dueAt?: number
  /** HTTP status of the answer, if there was one. */
  readonly status: number | null
  /** One line for people: what went wrong, or why nothing was handed over; null on success. */
  readonly error: string | null
}

export interface ListQuery {
  readonly limit: number
  /** Only events older than this id. */
  readonly before?: string
  readonly source?: string
  readonly type?: string
}

export interface PruneOptions {
  readonly now: number
  readonly eventRetentionMs: number
  readonly dedupRetentionMs: number
}

export interface PruneResult {
  /** Headers and bodies removed. */
  readonly payloads: number
  /** Events, and with them their ids, forgotten. */
  readonly events: number
}

export interface StoreStatus {
  /**
   * `ready`: the last commit succeeded. `failing`: it did not, the next one may (a full disk). `broken`: only a restart
   * can help (a failed fsync: the kernel may have dropped what was never written).
   */
  readonly state: 'ready' | 'failing' | 'broken'
  /** For the operator, never for the sender. */
  readonly error: string | null
}

export interface Store {
  /**
   * Stores the event, its dedup keys and one delivery per destination in one commit, and resolves once that commit is
   * on stable storage. A duplicate of an event with dead deliveries re-arms them.
   * @throws {StoreUnavailableError} when the outcome is not known to be stored: the event may or may not be there.
   */
  accept(event: NewEvent): Promise<AcceptResult>
  /**
   * Leases due deliveries, oldest first, and counts an attempt for each. Deliveries whose lease has ended are claimed
   * like due ones.
   */
  claim(requests: readonly ClaimRequest[], now: number): Promise<ClaimResult>
  /** Records how attempts ended. False for one whose lease is another's by now: nothing is recorded then. */
  settle(settlements: readonly Settlement[], now: number): Promise<readonly boolean[]>
  /** Newest first. */
  list(query: ListQuery): Promise<readonly EventSummary[]>
  get(id: string): Promise<(StoredEvent & { readonly deliveries: readonly Delivery[] }) | null>
  /** Starts a new series of attempts for every delivery of an event; false when the event is unknown or pruned. */
  replay(id: string, now: number): Promise<boolean>
  /** Removes what is past its retention, one small batch per commit so that accepts go on meanwhile. */
  prune(options: PruneOptions): Promise<PruneResult>
  /** Tries a commit; resolves with what came of it. */
  probe(): Promise<StoreStatus>
  status(): StoreStatus
  /** Finishes what was handed in and closes. Calling it again does nothing. */
  close(): Promise<void>
}
