import { hash } from 'node:crypto'
import { StoreUnavailableError } from '../errors.ts'
import { firstSequenceAt, minuteAt } from '../event-id.ts'
import type { ServerClock } from '../server-clock.ts'
import type { AcceptResult, Backlog, NewEvent } from '../types.ts'
import type { Argument, Link } from './link.ts'
import { queueOf } from './queue-names.ts'
import { listOf, numberOf, type Reply, textOf } from './replies.ts'

export interface AcceptQueueOptions {
  readonly link: Link
  readonly clock: Pick<ServerClock, 'now'>
  readonly dedupRetentionMs: number
  readonly timeoutMs: number
  readonly maxPendingEvents: number
  readonly maxPendingBytes: number
  /** Told of every commit that was answered, and of its failure or success. */
  readonly onCommit: (events: number, seconds: number) => void
  readonly learn: (error: string | null) => void
}

/** Gathers the events that arrive while a script is under way into the next one, and answers for each in time. */
export interface AcceptQueue {
  accept(event: NewEvent): Promise<AcceptResult>
  backlog(): Backlog
  /** Resolves when nothing waits any more; nothing is taken from now on. */
  drain(): Promise<void>
}

interface Pending {
  readonly event: NewEvent
  readonly deadline: number
  settled: boolean
  resolve(result: AcceptResult): void
  reject(error: Error): void
}

/** One script holds up everybody else for as long as it runs. */
const maxBatchEvents = 256
const maxBatchBytes = 8 * 1024 * 1024

export function createAcceptQueue(options: AcceptQueueOptions): AcceptQueue {
  const { link, clock, dedupRetentionMs, timeoutMs, maxPendingEvents, maxPendingBytes, onCommit, learn } = options
  let waiting: Pending[] = []
  let flight: readonly Pending[] = []
  let bytes = 0
  let scheduled = false
  let timer: NodeJS.Timeout | null = null
  let closing = false
  let drained = () => {}

  function schedule(): void {
    if (scheduled || flight.length > 0) return
    scheduled = true
    // Whatever else this turn of the event loop reads from the sockets joins the same step.
    setImmediate(() => {
      scheduled = false
      void send()
    })
  }

  function take(): Pending[] {
    let [count, size] = [0, 0]
    for (const { event } of waiting) {
      size += event.body.byteLength
      if (count === maxBatchEvents || (count > 0 && size > maxBatchBytes)) break
      count++
    }
    return waiting.splice(0, count)
  }

  async function send(): Promise<void> {
    if (flight.length > 0) return
    if (waiting.length === 0) return drained()
    // Until the connection is back, or the deadline has come.
    if (link.trouble() !== null) return
    const batch = take()
    flight = batch
    const sentAt = performance.now()
    try {
      const reply = listOf(await link.run('accept', pack(batch, clock.now(), dedupRetentionMs)))
      if (reply.length !== batch.length) throw new StoreUnavailableError('the answer is about other events')
      onCommit(batch.length, (performance.now() - sentAt) / 1_000)
      learn(null)
      for (const [i, pending] of batch.entries()) settle(pending, toResult(reply[i]))
    } catch (error) {
      const failure = error instanceof StoreUnavailableError ? error : new StoreUnavailableError(String(error))
      learn(failure.message)
      for (const pending of batch) settle(pending, failure)
    }
    flight = []
    await send()
  }

  function settle(pending: Pending, outcome: AcceptResult | Error): void {
    if (pending.settled) return
    pending.settled = true
    bytes -= pending.event.body.byteLength
    if (outcome instanceof Error) pending.reject(outcome)
    else pending.resolve(outcome)
  }

  /** Gives up on what waited too long. Of what was sent nobody can know; what was not is dropped. */
  function expire(): void {
    timer = null
    const now = performance.now()
    const trouble = link.trouble()
    const late = new StoreUnavailableError(trouble ?? `no answer within ${timeoutMs} ms`)
    const overdue = [...flight, ...waiting].filter(({ deadline, settled }) => !settled && deadline <= now)
    if (overdue.length > 0) learn(late.message)
    for (const pending of overdue) settle(pending, late)
    waiting = waiting.filter(({ settled }) => !settled)
    if (waiting.length === 0 && flight.length === 0) drained()
    arm()
  }

  function arm(): void {
    const next = Math.min(
      ...[flight, waiting].map((list) => list.find(({ settled }) => !settled)?.deadline ?? Infinity),
    )
    if (timer === null && next !== Infinity)
      timer = setTimeout(expire, Math.max(1, Math.ceil(next - performance.now())))
  }

  link.onUsable(schedule)

  return {
    accept(event) {
      if (closing) return Promise.reject(new StoreUnavailableError('the store is closing'))
      const count = waiting.length + flight.length
      if (count >= maxPendingEvents || (count > 0 && bytes + event.body.byteLength > maxPendingBytes)) {
        return Promise.reject(new StoreUnavailableError(`${count} events are waiting to be stored`))
      }
      return new Promise((resolve, reject) => {
        bytes += event.body.byteLength
        waiting.push({ event, deadline: performance.now() + timeoutMs, settled: false, resolve, reject })
        arm()
        schedule()
      })
    },
    backlog: () => ({ events: waiting.length + flight.filter(({ settled }) => !settled).length, bytes }),
    async drain() {
      closing = true
      if (waiting.length > 0 || flight.length > 0) {
        await new Promise<void>((resolve) => {
          drained = resolve
          schedule()
        })
      }
      if (timer !== null) clearTimeout(timer)
    },
  }
}

/** In the order in which the script takes them. */
function pack(batch: readonly Pending[], now: number, retentionMs: number): Argument[] {
  const args: Argument[] = [now, retentionMs, minuteAt(now), firstSequenceAt(now), batch.length]
  for (const { event } of batch) {
    const { source, type, externalId, dedupKey, replay, receivedAt, destinations, orderingKeys } = event
    args.push(
      source,
      type,
      externalId === null ? 0 : 1,
      externalId ?? '',
      dedupKey === null ? '' : hashKey(dedupKey),
      replay === null ? '' : hashKey(replay.key),
      replay?.verdict ?? '',
      receivedAt,
      event.secret ?? '',
      JSON.stringify(event.headers),
      asBuffer(event.body),
      // The type is the job's name. Redis keeps a hash small only while none of its values is longer than 64 bytes.
      `,"source":${JSON.stringify(source)}}`,
      destinations.length,
    )
    for (const [i, name] of destinations.entries()) {
      const key = orderingKeys?.[i] ?? null
      args.push(queueOf(name), key === null ? 0 : 1, key ?? '')
    }
  }
  return args
}

/** Keys of any length and content become 22 characters that collide as seldom as those of the embedded store. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'base64url').slice(0, 22)
}

/** A socket does not take memory that threads share. */
function asBuffer(body: Uint8Array): Buffer {
  if (body.buffer instanceof SharedArrayBuffer) return Buffer.from(body)
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}

function toResult(reply: Reply | undefined): AcceptResult {
  const [accepted, id, flag, rearmed] = listOf(reply)
  return accepted === 1
    ? { status: 'accepted', id: textOf(id), repeated: flag === 1 }
    : { status: 'duplicate', id: textOf(id), conflict: flag === 1, rearmed: numberOf(rearmed) }
}
