import { StoreUnavailableError } from '../errors.ts'
import type { AcceptResult, Backlog, NewEvent, StoreStatus } from '../types.ts'
import { type AcceptCalls, type KeyedEvent, keyEvent } from './accept-call.ts'
import { isOfOneRow, isTakenNumber } from './faults.ts'

/** Larger batches would only make each commit longer. */
const maxBatchEvents = 512
const maxBatchBytes = 32 * 1024 * 1024
/** Statements of this process that are under way at a time: while one waits for its commit, the next is sent. */
const lanes = 2
/** How often an event is asked about that is neither new nor known. */
const maxRounds = 20

export interface AcceptsOptions {
  readonly calls: AcceptCalls
  /** The number of this replica among those that have the store open. */
  readonly replica: number
  /** How long an accept may wait for its commit, in milliseconds. */
  readonly timeoutMs: number
  /** How many events, and bytes of their bodies, may wait; more are refused at once. */
  readonly maxPendingEvents: number
  readonly maxPendingBytes: number
  /** Told of every commit: how many events shared it, and the seconds from sending them until it was durable. */
  readonly onCommit: (events: number, seconds: number) => void
  readonly learn: (status: StoreStatus) => void
}

/** Gathers the events that arrive while statements are under way into the next one. */
export interface Accepts {
  accept(event: NewEvent): Promise<AcceptResult>
  backlog(): Backlog
  /** Takes no more, and resolves when everything that was taken has been answered. */
  close(): Promise<void>
}

interface Pending extends KeyedEvent {
  /** By `performance.now()`. */
  readonly deadline: number
  rounds: number
  finished: boolean
  resolve(result: AcceptResult): void
  reject(error: Error): void
}

export function createAccepts(options: AcceptsOptions): Accepts {
  const { calls, replica, timeoutMs, maxPendingEvents, maxPendingBytes, onCommit, learn } = options
  const free = Array.from({ length: lanes }, (_, lane) => replica * lanes + lane)
  const sent = new Set<Pending>()
  let queue: Pending[] = []
  let pendingBytes = 0
  let scheduled = false
  let timer: NodeJS.Timeout | null = null
  let closing: PromiseWithResolvers<void> | null = null

  function schedule(): void {
    if (scheduled || free.length === 0) return
    scheduled = true
    // Whatever else this turn of the event loop reads from the sockets joins the same commit.
    setImmediate(() => {
      scheduled = false
      send()
    })
  }

  /** Of those that share a key, one is asked to be stored; what became of it says what the others are. */
  function takeBatch(): { readonly first: Pending[]; readonly followers: Pending[] } {
    const keys = new Set<string>()
    const [first, followers]: [Pending[], Pending[]] = [[], []]
    let bytes = 0
    for (const pending of queue) {
      const count = first.length + followers.length
      bytes += pending.event.body.byteLength
      if (count === maxBatchEvents || (count > 0 && bytes > maxBatchBytes)) break
      const own = [pending.dedup, pending.replay].filter((key) => key !== null)
      if (own.some((key) => keys.has(key))) followers.push(pending)
      else first.push(pending)
      for (const key of own) keys.add(key)
    }
    queue = queue.slice(first.length + followers.length)
    return { first, followers }
  }

  function send(): void {
    if (queue.length === 0 || free.length === 0) return
    const writer = free.pop()
    if (writer === undefined) return
    const { first, followers } = takeBatch()
    const all = [...first, ...followers]
    for (const pending of all) sent.add(pending)
    void fly(first, followers, writer).finally(() => {
      for (const pending of all) sent.delete(pending)
      free.push(writer)
      if (queue.length > 0) schedule()
      else if (closing !== null && sent.size === 0) closing.resolve()
    })
    if (queue.length > 0) schedule()
  }

  async function fly(first: readonly Pending[], followers: readonly Pending[], writer: number): Promise<void> {
    try {
      const startedAt = performance.now()
      const stored = await store(first, writer)
      const accepted = stored.filter((result) => result !== null).length
      if (accepted > 0) onCommit(accepted, (performance.now() - startedAt) / 1000)
      const rest = [...answer(first, stored), ...followers]
      const again = rest.length === 0 ? [] : answer(rest, await calls.repeat(rest))
      learn({ state: 'ready', error: null })
      // Known when it was to be stored and unknown when it was to be counted: its time was up in between.
      for (const pending of again) retry(pending)
    } catch (error) {
      const unavailable = error instanceof Error ? error : new StoreUnavailableError(String(error))
      learn({ state: 'failing', error: unavailable.message })
      for (const pending of [...first, ...followers]) finish(pending).reject(unavailable)
    }
  }

  /** One event that cannot be stored must not take its whole batch with it. */
  async function store(batch: readonly Pending[], writer: number): Promise<readonly (AcceptResult | null)[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await calls.store(batch, writer)
      } catch (error) {
        if (isTakenNumber(error) && tries < maxRounds) continue
        if (!isOfOneRow(error) || batch.length === 1) throw error
        const half = Math.ceil(batch.length / 2)
        const results: (AcceptResult | null)[] = []
        for (const part of [batch.slice(0, half), batch.slice(half)]) {
          try {
            results.push(...(await store(part, writer)))
          } catch (cause) {
            if (!isOfOneRow(cause)) throw cause
            for (const pending of part)
              finish(pending).reject(new StoreUnavailableError('it cannot be stored', { cause }))
            results.push(...part.map(() => null))
          }
        }
        return results
      }
    }
  }

  /** Answers those that have a result; returns the others. */
  function answer(batch: readonly Pending[], results: readonly (AcceptResult | null)[]): Pending[] {
    return batch.filter((pending, i) => {
      const result = results[i] ?? null
      if (result !== null) finish(pending).resolve(result)
      return !pending.finished
    })
  }

  function finish(pending: Pending): Pending {
    if (!pending.finished) pendingBytes -= pending.event.body.byteLength
    pending.finished = true
    return pending
  }

  function retry(pending: Pending): void {
    if (pending.finished) return
    if (++pending.rounds < maxRounds) queue.unshift(pending)
    else finish(pending).reject(new StoreUnavailableError('it is neither new nor known'))
  }

  /** Gives up on events that waited too long. Those not yet sent are dropped; of the others nobody can know. */
  function expire(): void {
    timer = null
    const now = performance.now()
    const late = new StoreUnavailableError(`no commit within ${timeoutMs} ms`)
    for (const pending of sent) {
      if (pending.deadline > now || pending.finished) continue
      finish(pending).reject(late)
      learn({ state: 'failing', error: late.message })
    }
    queue = queue.filter((pending) => {
      if (pending.deadline > now) return true
      finish(pending).reject(late)
      return false
    })
    const waiting = [...sent, ...queue].filter(({ finished }) => !finished)
    if (waiting.length > 0) armTimer(Math.min(...waiting.map(({ deadline }) => deadline)) - now)
  }

  function armTimer(ms: number): void {
    timer ??= setTimeout(expire, ms)
  }

  return {
    accept(event) {
      if (closing !== null) return Promise.reject(new StoreUnavailableError('the store is closing'))
      const waiting = queue.length + sent.size
      if (waiting >= maxPendingEvents || (waiting > 0 && pendingBytes + event.body.byteLength > maxPendingBytes)) {
        return Promise.reject(new StoreUnavailableError(`${waiting} events are waiting to be stored`))
      }
      return new Promise((resolve, reject) => {
        pendingBytes += event.body.byteLength
        const deadline = performance.now() + timeoutMs
        queue.push({ ...keyEvent(event), deadline, rounds: 0, finished: false, resolve, reject })
        armTimer(timeoutMs)
        schedule()
      })
    },
    backlog: () => ({ events: queue.length + sent.size, bytes: pendingBytes }),
    async close() {
      closing ??= Promise.withResolvers()
      if (queue.length === 0 && sent.size === 0) closing.resolve()
      await closing.promise
      if (timer !== null) clearTimeout(timer)
    },
  }
}
