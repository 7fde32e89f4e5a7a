import { isRecorded } from '../attempt-records.ts'
import { maxResponseBytes } from '../delivery-types.ts'
import { minuteAt } from '../event-id.ts'
import { createHeldLeases } from '../held-leases.ts'
import type { Attempt, ClaimRequest, ClaimResult, Lease, Settlement } from '../types.ts'
import type { Argument, Link } from './link.ts'
import { destinationOf, queueOf } from './queue-names.ts'
import { bytesOrNull, hashOf, listOf, numberOf, numberOrNull, type Reply, recordOf, textOf } from './replies.ts'
import { toStoredEvent } from './rows.ts'

/** Leases, and how attempts ended. */
export interface Attempts {
  claim(requests: readonly ClaimRequest[], now: number): Promise<ClaimResult>
  settle(settlements: readonly Settlement[], now: number): Promise<readonly boolean[]>
  of(id: string): Promise<readonly Attempt[]>
  /** Ends the leases that this process holds: whoever claims next need not wait for their end. */
  letGo(now: number): Promise<void>
}

export function createAttempts(link: Link): Attempts {
  const held = createHeldLeases()

  return {
    async claim(requests, now) {
      const args = requests.flatMap(({ destination, limit, leaseMs }) => [queueOf(destination), limit, leaseMs])
      const [next, found] = listOf(await link.run('claim', [now, requests.length, ...args]))
      const leases = listOf(found).map(toLease)
      held.hold(leases, now)
      return { leases, nextDueAt: numberOrNull(next) }
    },

    async settle(settlements, now) {
      const args = settlements.flatMap(packSettlement)
      const reply = await link.run('settle', [now, minuteAt(now), settlements.length, ...args])
      for (const { eventId, destination, attempt } of settlements) held.ended(eventId, destination, attempt)
      return listOf(reply).map((one) => one === 1)
    },

    async of(id) {
      const [kept, done] = listOf(await link.run('attempts', [id]))
      return toAttempts(kept, listOf(done))
    },

    async letGo(now) {
      const leases = held.takeAll()
      if (leases.length === 0) return
      const args = leases.flatMap(({ eventId, destination, attempt }) => [queueOf(destination), eventId, attempt])
      await link.run('expire', [now, leases.length, ...args], 1_000)
    },
  }
}

function toLease(reply: Reply): Lease {
  const [queue, id, attempt, attemptInSeries, crashes, leaseUntil, event, headers, body] = listOf(reply)
  return {
    destination: destinationOf(textOf(queue)),
    attempt: numberOf(attempt),
    attemptInSeries: numberOf(attemptInSeries),
    crashes: numberOf(crashes),
    leaseUntil: numberOf(leaseUntil),
    event: toStoredEvent(textOf(id), event, headers, body),
  }
}

/** In the order in which the script takes them. */
function packSettlement(settlement: Settlement): Argument[] {
  const { eventId, destination, attempt, outcome, dueAt, status, error, record } = settlement
  const isKept = isRecorded(settlement)
  const body = record?.responseBody?.subarray(0, maxResponseBytes) ?? null
  const told = {
    outcome,
    durationMs: record?.durationMs ?? null,
    status,
    error,
    headers: record?.responseHeaders ?? [],
  }
  return [
    queueOf(destination),
    eventId,
    attempt,
    outcome,
    dueAt ?? '',
    status ?? '',
    error === null ? 0 : 1,
    error ?? '',
    record?.startedAt ?? '',
    record?.durationMs ?? '',
    isKept ? 1 : 0,
    isKept ? JSON.stringify(told) : '',
    body === null ? 0 : 1,
    body === null ? '' : Buffer.from(body),
  ]
}

const outcomes: ReadonlySet<unknown> = new Set<Attempt['outcome']>(['done', 'dead', 'retry', 'released', 'deferred'])

function isOutcome(value: unknown): value is Attempt['outcome'] {
  return outcomes.has(value)
}

function toAttempts(kept: Reply | undefined, done: readonly Reply[]): readonly Attempt[] {
  const hash = hashOf(kept)
  const attempts: Attempt[] = []
  for (const [field, value] of hash) {
    if (!field.startsWith('m')) continue
    const [queue = '', number = ''] = field.slice(1).split(' ')
    attempts.push(toAttempt(queue, Number(number), textOf(value), hash.get(`b${queue} ${number}`)))
  }
  for (const one of done) {
    const [queue, attempt, startedAt, durationMs, status] = listOf(one)
    if (hash.has(`m${textOf(queue)} ${textOf(attempt)}`)) continue
    attempts.push({
      destination: destinationOf(textOf(queue)),
      attempt: numberOf(attempt),
      startedAt: numberOf(startedAt),
      durationMs: numberOrNull(durationMs),
      outcome: 'done',
      status: numberOrNull(status),
      error: null,
      responseHeaders: [],
      responseBody: null,
    })
  }
  return attempts.toSorted((a, b) =>
    a.destination === b.destination ? a.attempt - b.attempt : a.destination < b.destination ? -1 : 1,
  )
}

/** When it began, a space, and the rest as JSON. */
function toAttempt(queue: string, attempt: number, text: string, body: Reply | undefined): Attempt {
  const space = text.indexOf(' ')
  const { outcome, durationMs, status, error, headers } = recordOf(text.slice(space + 1))
  return {
    destination: destinationOf(queue),
    attempt,
    startedAt: Number(text.slice(0, space)),
    durationMs: typeof durationMs === 'number' ? durationMs : null,
    outcome: isOutcome(outcome) ? outcome : 'crashed',
    status: typeof status === 'number' ? status : null,
    error: typeof error === 'string' ? error : null,
    responseHeaders: Array.isArray(headers) ? headers.map(String) : [],
    responseBody: bytesOrNull(body),
  }
}
