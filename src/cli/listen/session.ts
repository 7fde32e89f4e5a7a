import { setTimeout as pause } from 'node:timers/promises'
import type { SeenEvent } from '../api/answers.ts'
import type { Client } from '../api/client.ts'
import type { Selection } from '../api/selection.ts'
import { watch } from '../api/watch.ts'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { span } from '../show/time.ts'
import type { Place } from './cursor.ts'
import { deliveredEventOf, type FetchedEvent, fetchEvent } from './fetch-event.ts'
import type { Answer, Forwarder } from './forward.ts'

/** What is known of one event that came. */
export interface Row {
  readonly event: SeenEvent
  /** `away`: nobody is there to take it, and it is tried again. `gone`: there is nothing to send any more. */
  readonly state: 'waiting' | 'sending' | 'away' | 'gone' | 'done'
  /** The last one; null: none yet. */
  readonly answer: Answer | null
  /** How often it was sent to the program. */
  readonly attempts: number
}

export interface Session {
  /** In the order of coming; the oldest go when there are too many. */
  rows(): readonly Row[]
  /** One line: whether events come in, and if not, why. */
  connection(): { readonly live: boolean; readonly text: string }
  /** Takes events until the signal aborts. Throws a `CliError` where the gateway lets nobody in. */
  run(): Promise<void>
  /** Sends one again, whatever became of it. */
  again(id: string): Promise<void>
  /** Holds back what is not sent yet, or goes on. */
  hold(on: boolean): void
  clear(): void
}

export interface SessionOptions {
  readonly client: Client
  readonly forwarder: Forwarder
  readonly selection: Selection
  /** Null: every event. */
  readonly filter: ((event: FetchedEvent) => boolean) | null
  readonly place: Place
  readonly after: string
  readonly signal: AbortSignal
  readonly concurrency: number
  /** Whether to wait for a program that is away. */
  readonly retry: boolean
  readonly changed: (row: Row | null) => void
}

/** So many are remembered. */
const maxRows = 500
/** So many may wait; the others wait at the gateway. */
const maxWaiting = 100
const firstPauseMs = 250
const longestPauseMs = 2_000

export function createSession(options: SessionOptions): Session {
  const { client, forwarder, selection, filter, place, signal, concurrency, retry, changed } = options
  const rows = new Map<string, Row>()
  const queue: string[] = []
  let link = { live: false, text: 'connecting' }
  let held = false
  let stirred = Promise.withResolvers<void>()

  /** Whoever waits for anything to change looks again. */
  function stir(): void {
    stirred.resolve()
    stirred = Promise.withResolvers<void>()
  }
  signal.addEventListener('abort', stir, { once: true })

  function update(id: string, change: Partial<Row>): void {
    const row = rows.get(id)
    if (row === undefined) return
    const next = { ...row, ...change }
    rows.set(id, next)
    changed(next)
  }

  function add(event: SeenEvent): void {
    rows.set(event.id, { event, state: 'waiting', answer: null, attempts: 0 })
    const [oldest] = rows.keys()
    if (rows.size > maxRows && oldest !== undefined && !queue.includes(oldest)) rows.delete(oldest)
    changed(null)
  }

  async function receive(): Promise<void> {
    const { source, type, takes } = selection
    for await (const news of watch(client, { source, type, after: options.after, signal })) {
      if (news.kind === 'connected') link = { live: true, text: news.again ? 'connected again' : 'live' }
      if (news.kind === 'broken') link = { live: false, text: `${news.reason}; trying again in ${span(news.retryMs)}` }
      if (news.kind === 'connected' || news.kind === 'broken') changed(null)
      const id = news.kind === 'event' ? news.event.id : news.kind === 'position' ? news.id : null
      if (id === null) continue
      if (news.kind !== 'event' || !takes(news.event)) {
        place.skip(id)
        continue
      }
      place.begin(id)
      if (filter === null) add(news.event)
      else hidden.set(id, news.event)
      queue.push(id)
      stir()
      while (queue.length >= maxWaiting && !signal.aborted) await stirred.promise
    }
  }

  /** Those of which it is not known yet whether they are wanted. */
  const hidden = new Map<string, SeenEvent>()

  async function work(): Promise<void> {
    while (!signal.aborted) {
      const id = held ? undefined : queue.shift()
      if (id === undefined) {
        await stirred.promise
        continue
      }
      stir()
      await handle(id)
      if (!signal.aborted) place.end(id)
    }
  }

  async function handle(id: string): Promise<void> {
    const fetched = await patiently(() => fetchEvent(client, id))
    if (fetched === undefined) return
    const unseen = hidden.get(id)
    hidden.delete(id)
    if (unseen !== undefined) {
      if (fetched === null || filter?.(fetched) !== true) return
      add(unseen)
    }
    if (fetched === null) return update(id, { state: 'gone' })
    await send(id, fetched, retry)
  }

  async function send(id: string, fetched: FetchedEvent, patient: boolean): Promise<void> {
    const event = deliveredEventOf(fetched)
    for (let attempt = 1; !signal.aborted; attempt++) {
      const attempts = (rows.get(id)?.attempts ?? 0) + 1
      update(id, { state: 'sending', attempts })
      const answer = await forwarder.forward(event, attempts)
      const again = patient && answer.kind === 'failed' && answer.away
      update(id, { state: again ? 'away' : 'done', answer })
      if (!again) return
      await rest(attempt)
    }
  }

  /** Undefined: nobody listens any more. A gateway that is away comes back, as the stream knows too. */
  async function patiently<T>(ask: () => Promise<T>): Promise<T | undefined> {
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof CliError)) throw error
        if (error.exitCode !== exitCodes.unreachable) return gone(error)
        await rest(attempt)
      }
    }
    return undefined
  }

  function gone(error: CliError): undefined {
    link = { live: link.live, text: error.message }
    changed(null)
    return undefined
  }

  async function rest(attempt: number): Promise<void> {
    const ms = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt - 1, 5))
    await pause(ms, undefined, { signal }).catch(() => {})
  }

  return {
    rows: () => [...rows.values()],
    connection: () => link,
    async run() {
      const workers = Array.from({ length: concurrency }, work)
      // What ends the stream ends them too, through the signal.
      await Promise.all([receive(), ...workers])
    },
    async again(id) {
      const fetched = await fetchEvent(client, id)
      if (fetched === null) update(id, { state: 'gone' })
      else await send(id, fetched, false)
    },
    hold(on) {
      held = on
      stir()
    },
    clear() {
      for (const [id, { state }] of rows) if (state === 'done' || state === 'gone') rows.delete(id)
      changed(null)
    },
  }
}
