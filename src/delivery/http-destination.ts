import querystring from 'node:querystring'
import { type Dispatcher, errors, Pool } from 'undici'
import type { StandardWebhooksSigner } from '../verification/sign.ts'
import { forwardHeaders } from './headers.ts'
import { describeError, oneLine } from './one-line.ts'
import { parseRetryAfter } from './retry-after.ts'
import type { Schedule } from './schedule.ts'
import type { AttemptContext, DeliverableEvent, Destination, Outcome, Routable } from './types.ts'
import { untilAborted } from './until-aborted.ts'

export interface HttpDestinationOptions {
  readonly name: string
  readonly url: URL
  readonly matches: (event: Routable) => boolean
  readonly concurrency: number
  readonly timeoutMs: number
  readonly schedule: Schedule
  /** Null: requests carry no signature of the gateway's. */
  readonly sign: StandardWebhooksSigner | null
}

const CONNECT_TIMEOUT_MS = 2_000
/** How much of an answer is read so that the connection can be used again. */
const ANSWER_LIMIT = 64 * 1024
const EXCERPT_LENGTH = 200

type Answer = Dispatcher.ResponseData

/** Posts events to a URL: the stored bytes, the sender's headers, and the gateway's own. Follows no redirect. */
export function createHttpDestination(options: HttpDestinationOptions): Destination {
  const { url, sign } = options
  const path = `${url.pathname}${url.search}`
  const authorization = basicAuthorization(url)
  const connectTimeoutMs = Math.min(CONNECT_TIMEOUT_MS, options.timeoutMs)
  const pool = new Pool(url.origin, {
    connections: options.concurrency,
    // One request at a time per connection, which stays open: a slow answer never holds up another request.
    pipelining: 1,
    allowH2: false,
    connect: { timeout: connectTimeoutMs },
    // The attempt's signal is the one time limit.
    headersTimeout: 0,
    bodyTimeout: 0,
  })

  function post(event: DeliverableEvent, context: AttemptContext): Promise<Answer> {
    const signature = sign === null ? null : sign(event.id, Math.floor(context.now() / 1_000), event.body)
    const headers = forwardHeaders(event, { attempt: context.attempt, signature })
    if (authorization !== null) headers.push('authorization', authorization)
    return pool.request({ method: 'POST', path, headers, body: event.body, signal: context.signal })
  }

  return {
    name: options.name,
    matches: options.matches,
    concurrency: options.concurrency,
    timeoutMs: options.timeoutMs,
    schedule: options.schedule,

    async attempt(event, context) {
      const request = post(event, context)
      try {
        // undici notices the signal only once it is connected.
        const answer = await untilAborted(request, context.signal)
        if (answer.statusCode >= 200 && answer.statusCode < 300) {
          await answer.body.dump({ limit: ANSWER_LIMIT })
          return { result: 'delivered', status: answer.statusCode }
        }
        return judgeRefusal(answer, await readExcerpt(answer.body), context.now())
      } catch (error) {
        request.then(
          (late) => late.body.destroy(),
          () => {},
        )
        return { result: 'failed', status: null, error: describeFailure(error, connectTimeoutMs) }
      }
    },

    close: () => pool.destroy(),
  }
}

/** What an answer other than 2xx means for the delivery. */
function judgeRefusal(answer: Answer, excerpt: string, now: number): Outcome {
  const { statusCode: status, headers } = answer
  const error = `the destination answered ${status}`
  const shown = excerpt === '' ? {} : { excerpt }
  // Standard Webhooks: 410 says that the endpoint is gone for good.
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
  if (status === 410) return { result: 'ended', status, error: `${error} (gone)`, ...shown }
  // https://docs.svix.com/retries
  if (headerValue(headers, 'webhook-delivery')?.trim().toLowerCase() === 'abort-message') {
    return { result: 'ended', status, error: `${error} and refused the event for good`, ...shown }
  }
  if (status >= 300 && status < 400) {
    return { result: 'failed', status, error: `${error}: redirects are not followed`, ...shown }
  }
  const retryAfter = status === 429 || status === 503 ? headerValue(headers, 'retry-after') : undefined
  const retryAfterMs = retryAfter === undefined ? null : parseRetryAfter(retryAfter, now)
  return { result: 'failed', status, error, ...shown, ...(retryAfterMs === null ? {} : { retryAfterMs }) }
}

/*
 * The status has been heard when an answer is read, and decides alone: an answer that is too long, too slow or cut off
 * changes nothing, its connection is only not used again.
 */

/** Reads an answer up to its limit and gives its beginning. */
async function readExcerpt(body: Answer['body']): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) break
      if (size < EXCERPT_LENGTH * 4) chunks.push(chunk.subarray(0, EXCERPT_LENGTH * 4))
      size += chunk.length
      if (size > ANSWER_LIMIT) break
    }
  } catch {
    // See above.
  }
  return oneLine(Buffer.concat(chunks).toString('utf8'), EXCERPT_LENGTH)
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
