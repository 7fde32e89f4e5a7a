import { StoreUnavailableError } from '../errors.ts'
import { createRejectionQueue } from '../rejection-queue.ts'
import type { AcceptResult, Backlog, NewEvent, NewRejection } from '../types.ts'
import type { WriterCall, WriterReturn } from './writer-calls.ts'

/** Larger batches would only make each commit longer. */
const maxBatchEvents = 512
const maxBatchBytes = 32 * 1024 * 1024

export interface Pending<T> {
  resolve(value: T): void
  reject(error: Error): void
}

export interface PendingEvent extends Pending<AcceptResult> {
  readonly event: NewEvent
  /** By `performance.now()`. */
  readonly deadline: number
}

export interface PendingCall extends Pending<WriterReturn> {
  readonly call: WriterCall
}

/** What one commit is made of. */
export interface Batch {
  readonly events: readonly PendingEvent[]
  readonly calls: readonly PendingCall[]
}

export interface CommitQueueOptions {
  /** How long an event may wait to be stored, in milliseconds. */
  readonly timeoutMs: number
  /** How many events, and bytes of their bodies, may wait, those under way included; more are refused at once. */
  readonly maxPendingEvents: number
  readonly maxPendingBytes: number
}

/** What waits for a commit, and what is part of the one under way. */
export interface CommitQueue {
  addEvent(event: NewEvent): Promise<AcceptResult>
  addCall(call: WriterCall): Promise<WriterReturn>
  /** Resolves with how many were written: those that there is room and time for. */
  addRejections(rejections: readonly NewRejection[]): Promise<number>
  /** `patiently`: nothing but claims and settlements, for whose commit nobody waits. */
  waits(): 'not at all' | 'patiently' | 'now'
  /** The next commit; null: nothing waits. It is under way until `landed`. */
  take(): Batch | null
  /** The commit under way has ended. */
  landed(): void
  backlog(): Backlog
  /** Rejects everything. */
  fail(error: Error): void
  /** Frees the timer; nothing is refused or dropped. */
  close(): void
}

const patient: ReadonlySet<WriterCall['do']> = new Set(['claim', 'settle'])

const nothing: Batch = { events: [], calls: [] }

export function createCommitQueue(options: CommitQueueOptions): CommitQueue {
  const { timeoutMs, maxPendingEvents, maxPendingBytes } = options
  const rejections = createRejectionQueue()
  let events: PendingEvent[] = []
  let calls: PendingCall[] = []
  let underWay: Batch = nothing
  let pendingBytes = 0
  let timer: NodeJS.Timeout | null = null

  function takeEvents(): PendingEvent[] {
    let [count, bytes] = [0, 0]
    for (const { event } of events) {
      bytes += event.body.byteLength
      if (count === maxBatchEvents || (count > 0 && bytes > maxBatchBytes)) break
      count++
    }
    return events.splice(0, count)
  }

  function takeRejections(): void {
    const batch = rejections.take()
    if (batch === null) return
    calls.push({
      call: { do: 'reject', rejections: batch.rejections, now: Date.now() },
      resolve: () => batch.settle(true),
      reject: () => batch.settle(false),
    })
  }

  function forget(gone: readonly PendingEvent[]): void {
    for (const { event } of gone) pendingBytes -= event.body.byteLength
  }

  /** Gives up on events that waited too long. Those not yet sent are dropped; of the others nobody can know. */
  function expire(): void {
    timer = null
    const now = performance.now()
    const late = new StoreUnavailableError(`no commit within ${timeoutMs} ms`)
    for (const pending of underWay.events) if (pending.deadline <= now) pending.reject(late)
    const inTime = events.findIndex(({ deadline }) => deadline > now)
    const expired = events.splice(0, inTime === -1 ? events.length : inTime)
    forget(expired)
    for (const pending of expired) pending.reject(late)
    if (underWay !== nothing || events.length > 0) armTimer()
  }

  function armTimer(): void {
    timer ??= setTimeout(expire, timeoutMs)
  }

  const waiting = () => events.length + underWay.events.length

  return {
    addEvent(event) {
      const bytes = event.body.byteLength
      if (waiting() >= maxPendingEvents || (waiting() > 0 && pendingBytes + bytes > maxPendingBytes)) {
        return Promise.reject(new StoreUnavailableError(`${waiting()} events are waiting to be stored`))
      }
      return new Promise((resolve, reject) => {
        pendingBytes += bytes
        events.push({ event, deadline: performance.now() + timeoutMs, resolve, reject })
        armTimer()
      })
    },
    addCall: (call) => new Promise((resolve, reject) => calls.push({ call, resolve, reject })),
    addRejections: (refused) => rejections.add(refused),
    waits() {
      if (events.length > 0 || !rejections.isEmpty() || calls.some(({ call }) => !patient.has(call.do))) return 'now'
      return calls.length > 0 ? 'patiently' : 'not at all'
    },
    take() {
      if (events.length === 0) takeRejections()
      if (events.length === 0 && calls.length === 0) return null
      underWay = { events: takeEvents(), calls }
      calls = []
      return underWay
    },
    landed() {
      forget(underWay.events)
      underWay = nothing
    },
    backlog: () => ({ events: waiting(), bytes: pendingBytes }),
    fail(error) {
      for (const pending of [...underWay.events, ...underWay.calls, ...events, ...calls]) pending.reject(error)
      events = []
      calls = []
      rejections.clear()
    },
    close() {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
