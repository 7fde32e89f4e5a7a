import { createHash, createHmac } from 'node:crypto'
import { Agent, request } from 'undici'
import { secret } from './gateway.ts'

/** A signed event, the same bytes whenever it is made from the same number. */
export interface TestEvent {
  /** The sender's id: what the gateway knows it by. */
  readonly id: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly retryAfter: string | undefined
  /** Posthorn's id of the event; undefined when it was not accepted. */
  readonly id: string | undefined
  readonly duplicate: boolean | undefined
}

/** @param size about how many bytes the body has; by default from 60 to 2,000, with the number */
export function testEvent(run: string, n: number, size?: number): TestEvent {
  const id = `${run}-${n}`
  const noise = createHash('sha512').update(id).digest('hex')
  const length = Math.max(0, (size ?? 60 + ((n * 7919) % 1940)) - 60)
  const text = noise.repeat(Math.ceil(length / noise.length)).slice(0, length)
  const body = Buffer.from(JSON.stringify({ event_id: id, name: 'Zoë', text }))
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  return { id, body, headers: { 'content-type': 'application/json', 'x-webhook-signature': `sha256=${signature}` } }
}

/** Events of one run, in order, and all that were made so far. */
export interface TestEvents {
  readonly all: ReadonlyMap<string, TestEvent>
  /** @param n the same number, the same event */
  event(n: number): TestEvent
}

export function testEvents(run: string): TestEvents {
  const all = new Map<string, TestEvent>()
  return {
    all,
    event(n) {
      const event = testEvent(run, n)
      all.set(event.id, event)
      return event
    },
  }
}

export interface Sender {
  /** @throws when there is no answer: nobody can know what became of the event */
  post(origin: string, event: TestEvent): Promise<Answer>
  get(origin: string, path: string): Promise<{ readonly status: number; readonly body: unknown }>
  close(): Promise<void>
}

/** Sends over connections that stay open, as senders do. */
export function createSender(connections = 32): Sender {
  const dispatcher = new Agent({ connections, pipelining: 1, connect: { timeout: 2000 } })
  return {
    async post(origin, { body, headers }) {
      const answer = await request(`${origin}/webhook/order.created`, { method: 'POST', headers, body, dispatcher })
      const text = await answer.body.text()
      const said: { id?: string; duplicate?: boolean } = JSON.parse(text)
      const retryAfter = answer.headers['retry-after']
      return {
        status: answer.statusCode,
        retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
        id: said.id,
        duplicate: said.duplicate,
      }
    },
    async get(origin, path) {
      const answer = await request(`${origin}${path}`, { dispatcher })
      return { status: answer.statusCode, body: await answer.body.json() }
    },
    close: () => dispatcher.destroy(),
  }
}
