/**
 * What every storage engine offers. The comments here and in the types beside it are the contract;
 * `test/contract/store.contract.ts` proves it for each engine.
 */

import type {
  Attempt,
  BatchQuery,
  BatchStep,
  ClaimRequest,
  ClaimResult,
  DeliveryFilter,
  DeliveryPage,
  DeliveryQuery,
  DestinationChange,
  DestinationStatus,
  ReplayTarget,
  Settlement,
} from './delivery-types.ts'
import type {
  AcceptResult,
  Delivery,
  EventPage,
  EventSummary,
  ListQuery,
  NewEvent,
  StoredEvent,
} from './event-types.ts'
import type { Note, NoteChange } from './note-types.ts'
import type { NewRejection, RejectionPage, RejectionQuery, StoredRejection } from './rejection-types.ts'
import type { Statistics, StatisticsQuery } from './statistics-types.ts'

export type * from './delivery-types.ts'
export type * from './event-types.ts'
export type * from './note-types.ts'
export type * from './rejection-types.ts'
export type * from './statistics-types.ts'

export interface PruneOptions {
  readonly now: number
  /** Payloads, attempts and rejections. */
  readonly eventRetentionMs: number
  /** Events and their ids, at least as long as payloads; statistics too. */
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

export interface Backlog {
  readonly events: number
  /** Of their bodies. */
  readonly bytes: number
}

/** What keeps the events, by name. */
export type StoreEngine = 'sqlite' | 'postgres' | 'redis'

/** Every method but `status`, `backlog` and `close` throws `StoreUnavailableError` when the store cannot do it now. */
export interface Store {
  readonly engine: StoreEngine
  /** Other processes may be at work on the same data. */
  readonly shared: boolean

  /**
   * By how many milliseconds the clock that its times go by is ahead of this machine's; 0: they agree, or are one. How old
   * something is that the store gives out is told by adding this to this machine's clock.
   */
  clockAhead(): number

  /**
   * Stores the event, its dedup keys and one delivery per destination in one commit, and resolves once that commit is
   * on stable storage. A duplicate of an event with dead deliveries re-arms them.
   * @throws {StoreUnavailableError} when the outcome is not known to be stored: the event may or may not be there.
   */
  accept(event: NewEvent): Promise<AcceptResult>

  /**
   * Leases due deliveries, and counts an attempt for each: those of live events first, in the order in which they fell
   * due, then those that `replayBatch` started. Deliveries whose lease has ended are claimed like due ones. Nothing is
   * claimed for a destination that is paused or disabled.
   */
  claim(requests: readonly ClaimRequest[], now: number): Promise<ClaimResult>
  /**
   * Records how attempts ended, in one commit. False for one whose lease is another's by now: nothing is recorded then.
   */
  settle(settlements: readonly Settlement[], now: number): Promise<readonly boolean[]>

  list(query: ListQuery): Promise<EventPage>
  get(id: string): Promise<(StoredEvent & { readonly deliveries: readonly Delivery[] }) | null>
  /** Id of the event that was last stored under this dedup key; null when none is known. */
  find(dedupKey: string): Promise<string | null>
  /** Of one event, by destination and number. Attempts of events whose payload is pruned are gone. */
  attempts(id: string): Promise<readonly Attempt[]>
  /**
   * Events stored after the one with this id (which may be gone), oldest first; none for what is no id. Whoever goes on from the last id given
   * misses none: no event appears later with a smaller id than one that was given.
   */
  changes(after: string, limit: number): Promise<readonly EventSummary[]>
  /**
   * From where on `changes` gives everything that is not stored yet: the id of the newest event, or an earlier one, since what is
   * being stored meanwhile may come out with a smaller id than one that is there. Before all events where there is none.
   */
  newest(): Promise<string>

  deliveries(query: DeliveryQuery): Promise<DeliveryPage>
  /** How many deliveries match: call it with `next` until that is null, and add up. */
  countDeliveries(filter: DeliveryFilter, after?: string): Promise<BatchStep>
  /**
   * Starts a new series of attempts for every delivery of an event that is neither leased nor discarded, or for the one
   * to this destination, which is made if there is none. False when the event is unknown or its payload pruned.
   */
  replay(id: string, now: number, destination?: string): Promise<boolean>
  /**
   * One step of starting many deliveries anew, oldest event first, after all live ones. Left as they are: those that
   * are leased, that wait for the first attempt of a series, or whose payload is pruned.
   */
  replayBatch(query: BatchQuery, now: number, target?: ReplayTarget): Promise<BatchStep>
  /** One step of discarding pending and dead deliveries. */
  discardBatch(query: BatchQuery, now: number): Promise<BatchStep>

  /** Every destination that was ever delivered to, claimed for or given a state, configured or not, by name. */
  destinations(): Promise<readonly DestinationStatus[]>
  setDestination(name: string, change: DestinationChange, now: number): Promise<void>

  /**
   * Keeps rejected requests, without promise: they are dropped rather than delay an event, or lost with the power. Says
   * how many of them were written.
   */
  reject(rejections: readonly NewRejection[]): Promise<number>
  rejections(query: RejectionQuery): Promise<RejectionPage>
  getRejection(id: string): Promise<StoredRejection | null>
  /** False: there is none. */
  deleteRejection(id: string): Promise<boolean>

  statistics(query: StatisticsQuery): Promise<Statistics>

  /** All notes of a kind, by key. */
  notes(kind: string): Promise<readonly Note[]>
  note(kind: string, key: string): Promise<Note | null>
  /**
   * Writes a note if nobody else has changed it, and resolves with its new version once it is on stable storage. Null:
   * it is no longer the version that was given, and nothing is written.
   */
  setNote(change: NoteChange): Promise<number | null>

  /** Removes what is past its retention, one small batch per commit so that accepts go on meanwhile. */
  prune(options: PruneOptions): Promise<PruneResult>
  /** Tries a commit; resolves with what came of it. */
  probe(): Promise<StoreStatus>
  status(): StoreStatus
  /** Ways in which what keeps the events may lose accepted ones as it is set up now, a sentence each; none: it keeps them. */
  doubts(): readonly string[]
  /** What waits to be stored now. */
  backlog(): Backlog
  /** Finishes what was handed in and closes. Calling it again does nothing. */
  close(): Promise<void>
}
