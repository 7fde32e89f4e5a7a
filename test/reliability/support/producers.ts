import { setTimeout as pause } from 'node:timers/promises'
import { createSender, type TestEvent } from './events.ts'

/** One 200, as the sender heard it. */
export interface Ack {
  /** Posthorn's id. */
  readonly id: string
  readonly duplicate: boolean
}

/** What the senders know: the only truth that counts for them. */
export interface Ledger {
  /** By the sender's id. */
  readonly acks: ReadonlyMap<string, readonly Ack[]>
  readonly count: { acks: number; accepted: number; unavailable: number; unanswered: number }
  /** How long the slowest answer took, in milliseconds. */
  slowestMs(): number
  /** Resolves once this many more acks have come. */
  moreAcks(number: number): Promise<void>
}

export interface ProducerOptions {
  readonly producers: number
  /** Requests that each producer has under way at once. */
  readonly inFlight: number
  readonly event: (n: number) => TestEvent
  /** Where the gateway is; waits while it is being restarted. */
  readonly origin: () => Promise<string>
}

export interface Producers {
  readonly ledger: Ledger
  /** Begins no new events; resolves once each that was begun is acknowledged to every producer. */
  finish(): Promise<void>
  /** Gives up at once, whatever was not acknowledged. */
  abandon(): Promise<void>
}

/** A sender tries again soon, but not in a busy loop. */
const retryPauseMs = 20

/** Senders that all send the same events, each until it has its 200, and write down what they hear. */
export function startProducers({ producers, inFlight, event, origin }: ProducerOptions): Producers {
  const acks = new Map<string, Ack[]>()
  const count = { acks: 0, accepted: 0, unavailable: 0, unanswered: 0 }
  const waiting = new Set<{ left: number; resolve: () => void }>()
  const sender = createSender(producers * inFlight)
  let slowestMs = 0
  let highest = 0
  let finishing = false
  let abandoned = false

  function acknowledged(event: TestEvent, ack: Ack): void {
    const known = acks.get(event.id)
    if (known === undefined) acks.set(event.id, [ack])
    else known.push(ack)
    count.acks++
    if (!ack.duplicate) count.accepted++
    for (const waiter of waiting) {
      if (--waiter.left > 0) continue
      waiting.delete(waiter)
      waiter.resolve()
    }
  }

  async function send(event: TestEvent): Promise<void> {
    while (!abandoned) {
      const to = await origin()
      const sentAt = performance.now()
      try {
        const { status, id, duplicate } = await sender.post(to, event)
        slowestMs = Math.max(slowestMs, Math.round(performance.now() - sentAt))
        if (status === 200 && id !== undefined && duplicate !== undefined) return acknowledged(event, { id, duplicate })
        if (status !== 503) throw new UnexpectedAnswer(`${event.id} was answered ${status}`)
        count.unavailable++
      } catch (error) {
        if (error instanceof UnexpectedAnswer) throw error
        count.unanswered++
      }
      await pause(retryPauseMs)
    }
  }

  async function produce(): Promise<void> {
    let next = 0
    const worker = async () => {
      // Also on the way out every producer sends what any other has begun.
      while (!abandoned && (!finishing || next < highest)) {
        const n = next++
        if (n >= highest) highest = n + 1
        await send(event(n))
      }
    }
    await Promise.all(Array.from({ length: inFlight }, worker))
  }

  const all = Promise.all(Array.from({ length: producers }, produce))
  // Heard of when they are waited for.
  all.catch(() => {})

  return {
    ledger: {
      acks,
      count,
      slowestMs: () => slowestMs,
      moreAcks: (left) =>
        Promise.race([new Promise<void>((resolve) => waiting.add({ left, resolve })), all.then(() => {})]),
    },
    async finish() {
      finishing = true
      await all
      await sender.close()
    },
    async abandon() {
      abandoned = true
      await sender.close()
      await all
    },
  }
}

class UnexpectedAnswer extends Error {}
