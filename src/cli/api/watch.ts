import { setTimeout as pause } from 'node:timers/promises'
import { TextDecoder } from 'node:util'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { createParser } from 'eventsource-parser'
import { beforeAllEvents } from '../../store/event-id.ts'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { SeenEvent } from './answers.ts'
import type { Client, Query } from './client.ts'
import { RefusedError, UnreachableError } from './refusal.ts'

/** What happens while somebody watches. */
export type News =
  | { readonly kind: 'event'; readonly event: SeenEvent }
  /** Everything up to this id was looked at; whoever goes on from here misses nothing. */
  | { readonly kind: 'position'; readonly id: string }
  /** `again`: after a break. */
  | { readonly kind: 'connected'; readonly again: boolean }
  | { readonly kind: 'broken'; readonly reason: string; readonly retryMs: number }

export interface WatchOptions {
  /** The first event is the one after this id. */
  readonly after: string
  /** Passed on to the gateway, so that other events are not sent at all. */
  readonly source?: string | undefined
  readonly type?: string | undefined
  readonly signal: AbortSignal
  /** Milliseconds before the given try, counted from 1, after a break. */
  readonly backoff?: (attempt: number) => number
}

/** The gateway says something every second: when it is silent for so long, the connection is dead. In milliseconds. */
const silenceMs = 20_000
const longestLine = 8 * 1024 * 1024
const firstPauseMs = 500
const longestPauseMs = 10_000

/** Doubles up to ten seconds, and spreads, since everybody who watches loses the gateway at the same time. */
function usualBackoff(attempt: number): number {
  const most = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt - 1, 10))
  return Math.round(most * (0.5 + Math.random() / 2))
}

const Newest = Type.Object({ events: Type.Array(Type.Object({ id: Type.String() })) })

/** The id after which comes what is stored from now on. */
export async function newestId(client: Client): Promise<string> {
  const { events }: Static<typeof Newest> = await client.get('/events', Newest, { limit: 1 })
  return events[0]?.id ?? beforeAllEvents
}

/**
 * Events as the gateway stores them, over server-sent events. A connection that breaks is made again from where it broke, so
 * that no event is missed. Ends when the signal aborts. Throws a `CliError` where the first connection cannot be made, and
 * later only where the gateway no longer lets one in.
 */
export async function* watch(client: Client, options: WatchOptions): AsyncGenerator<News, void> {
  const { source, type, signal, backoff = usualBackoff } = options
  let last = options.after
  let attempt = 0
  let again = false
  while (!signal.aborted) {
    try {
      for await (const news of connection(client, { source, type, after: last }, signal)) {
        if (news.kind === 'connected') {
          yield { kind: 'connected', again }
          again = true
          continue
        }
        attempt = 0
        last = news.kind === 'event' ? news.event.id : news.id
        yield news
      }
      if (signal.aborted) return
      attempt++
      yield* rest('the gateway ended the connection')
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof CliError) || !again || isFinal(error)) throw error
      attempt++
      yield* rest(error instanceof UnreachableError ? error.brief : error.message)
    }
  }

  async function* rest(reason: string): AsyncGenerator<News, void> {
    const retryMs = backoff(attempt)
    yield { kind: 'broken', reason, retryMs }
    await pause(retryMs, undefined, { signal }).catch(() => {})
  }
}

/** A proxy whose gateway starts anew says 404 or 502, too many who watch are 429: all of that passes. */
function isFinal(error: CliError): boolean {
  if (error instanceof RefusedError) return [400, 401, 403].includes(error.status)
  return error.exitCode !== exitCodes.unreachable
}

type Heard = Exclude<News, { readonly kind: 'broken' }>

async function* connection(client: Client, query: Query, signal: AbortSignal): AsyncGenerator<Heard, void> {
  const heard: Heard[] = []
  const parser = createParser({
    maxBufferSize: longestLine,
    onId: (id) => heard.push({ kind: 'position', id }),
    onEvent({ data }) {
      // Its id came just before.
      if (heard.at(-1)?.kind === 'position') heard.pop()
      heard.push({ kind: 'event', event: eventIn(client, data) })
    },
  })
  const body = await client.stream('/stream', query, signal, silenceMs)
  yield { kind: 'connected', again: false }
  const decoder = new TextDecoder()
  try {
    for await (const chunk of body) {
      parser.feed(decoder.decode(chunk, { stream: true }))
      yield* heard.splice(0)
    }
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(
      `the connection broke off${error instanceof Error && 'code' in error ? ` (${error.code})` : ''}`,
      null,
      exitCodes.unreachable,
    )
  } finally {
    body.destroy()
  }
}

function eventIn(client: Client, data: string): SeenEvent {
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    // It fails the check.
  }
  if (Value.Check(SeenEvent, value)) return value
  throw new CliError(
    `${client.gateway.host} streams what this command does not understand: is it of another version?`,
    null,
    exitCodes.unexpected,
  )
}
