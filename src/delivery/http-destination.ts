import querystring from 'node:querystring'
import { getCACertificates } from 'node:tls'
import { errors, Pool } from 'undici'
import { operatorNetworks } from '../net/guard.ts'
import { createGuardedConnector } from '../net/guarded-connector.ts'
import type { StandardWebhooksSigner } from '../verification/sign.ts'
import { excerptOf, keptBytes, keptOf, succeeds } from './answer.ts'
import { type Answer, exchange } from './exchange.ts'
import { forwardHeaders } from './headers.ts'
import { describeError } from './one-line.ts'
import { parseRetryAfter } from './retry-after.ts'
import type { Schedule } from './schedule.ts'
import type { AttemptContext, DeliverableEvent, Destination, Outcome, Routable } from './types.ts'

export interface HttpDestinationOptions {
  readonly name: string
  readonly url: URL
  readonly matches: (event: Routable) => boolean
  readonly concurrency: number
  readonly timeoutMs: number
  readonly schedule: Schedule
  /** Null: requests carry no signature of the gateway's. */
  readonly sign: StandardWebhooksSigner | null
  /** Sent with every request; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds; null: 2000. */
  readonly connectTimeoutMs?: number | null
  /** Statuses that end a delivery at once; none of success. */
  readonly fatalStatuses?: readonly number[]
  /** PEM of the authorities that are trusted beside the usual ones. */
  readonly ca?: string | null
}

const CONNECT_TIMEOUT_MS = 2_000
/** How much of any answer is read so that the connection can be used again. */
const READ_BYTES = 64 * 1024

/** Posts events to a URL: the stored bytes, the sender's headers, and the gateway's own. Follows no redirect. */
export function createHttpDestination(options: HttpDestinationOptions): Destination {
  const { url, sign, headers: added = {} } = options
  const path = `${url.pathname}${url.search}`
  const authorization = basicAuthorization(url)
  const fatal = new Set(options.fatalStatuses)
  const connectTimeoutMs = Math.min(options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS, options.timeoutMs)
  const pool = new Pool(url.origin, {
    connections: options.concurrency,
    // One request at a time per connection, which stays open: a slow answer never holds up another request.
    pipelining: 1,
    allowH2: false,
    connect: createGuardedConnector({
      policy: operatorNetworks,
      timeoutMs: connectTimeoutMs,
      ...trusted(options.ca ?? null),
    }),
    // The attempt's signal is the one time limit.
    headersTimeout: 0,
    bodyTimeout: 0,
  })

  function post(event: DeliverableEvent, context: AttemptContext): Promise<Answer> {
    const signature = sign === null ? null : sign(event.id, Math.floor(context.now() / 1_000), event.body)
    const headers = forwardHeaders(event, { attempt: context.attempt, signature, trace: context.trace, added })
    if (authorization !== null) headers.push('authorization', authorization)
    return exchange(pool, {
      path,
      headers,
      body: event.body,
      signal: context.signal,
      keep: keptBytes,
      readBytes: READ_BYTES,
    })
  }

  return {
    name: options.name,
    matches: options.matches,
    concurrency: options.concurrency,
    timeoutMs: options.timeoutMs,
    schedule: options.schedule,
    traced: {
      kind: 'client',
      attributes: {
        'http.request.method': 'POST',
        'server.address': url.hostname,
        'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
      },
    },

    async attempt(event, context) {
      try {
        return judge(await post(event, context), context.now(), fatal)
      } catch (error) {
        return { result: 'failed', status: null, error: describeFailure(error, connectTimeoutMs) }
      }
    },

    close: () => pool.destroy(),
  }
}

/** Authorities that are named take the place of the usual ones unless those are named too. */
function trusted(ca: string | null): { readonly ca?: string[] } {
  return ca === null ? {} : { ca: [...getCACertificates('default'), ca] }
}

/** What an answer means for the delivery. */
function judge(given: Answer, now: number, fatal: ReadonlySet<number>): Outcome {
  const { status, headers } = given
  const answer = keptOf(given)
  const kept = answer === null ? {} : { answer }
  if (succeeds(status)) return { result: 'delivered', status, ...kept }
  const error = `the destination answered ${status}`
  const excerpt = answer === null ? '' : excerptOf(answer)
  const shown = { ...kept, ...(excerpt === '' ? {} : { excerpt }) }
  // Standard Webhooks: 410 says that the endpoint is gone for good.
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
  if (status === 410) return { result: 'ended', status, error: `${error} (gone)`, gone: true, ...shown }
  // https://docs.svix.com/retries
  if (headerValue(headers, 'webhook-delivery')?.trim().toLowerCase() === 'abort-message') {
    return { result: 'ended', status, error: `${error} and refused the event for good`, ...shown }
  }
  if (fatal.has(status)) return { result: 'ended', status, error: `${error}, which is final here`, ...shown }
  if (status >= 300 && status < 400) {
    return { result: 'failed', status, error: `${error}: redirects are not followed`, ...shown }
  }
  const retryAfter = status === 429 || status === 503 ? headerValue(headers, 'retry-after') : undefined
  const retryAfterMs = retryAfter === undefined ? null : parseRetryAfter(retryAfter, now)
  return { result: 'failed', status, error, ...shown, ...(retryAfterMs === null ? {} : { retryAfterMs }) }
}

function headerValue(headers: Answer['headers'], name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** `Basic` credentials from the URL's user part (RFC 7617); null when it has none. */
function basicAuthorization(url: URL): string | null {
  if (url.username === '' && url.password === '') return null
  // Unlike decodeURIComponent, this takes a `%` that begins no escape for itself.
  const userPass = `${querystring.unescape(url.username)}:${querystring.unescape(url.password)}`
  return `Basic ${Buffer.from(userPass).toString('base64')}`
}

function describeFailure(error: unknown, connectTimeoutMs: number): string {
  if (error instanceof errors.ConnectTimeoutError) return `no connection within ${connectTimeoutMs / 1_000} s`
  return describeError(error)
}
