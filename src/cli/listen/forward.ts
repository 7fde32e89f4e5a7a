import { Agent } from 'undici'
import { type ForwardedEvent, forwardHeaders } from '../../delivery/headers.ts'
import { describeFailure, failureCode } from '../../net/failures.ts'
import { nextSpan, traceOf } from '../../tracing/trace-context.ts'
import type { StandardWebhooksSigner } from '../../verification/sign.ts'

/** What the program on this machine made of an event. */
export type Answer =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly ms: number
      readonly headers: readonly (readonly [string, string])[]
      /** Its beginning. */
      readonly body: Buffer
    }
  /** `away`: nobody is there; a program that is being started comes back. */
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly reason: string
      readonly ms: number
      readonly away: boolean
    }

export interface Forwarder {
  /** Never throws. */
  forward(event: ForwardedEvent & { readonly body: Buffer }, attempt: number): Promise<Answer>
  close(): Promise<void>
}

export interface ForwarderOptions {
  readonly target: URL
  readonly sign: StandardWebhooksSigner | null
  /** Names in lower case. */
  readonly added: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** Unix milliseconds. */
  readonly now: () => number
  /** Ends what is under way. */
  readonly signal: AbortSignal
}

const keptBytes = 16 * 1024
const readBytes = 1024 * 1024
const awayCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Posts events to a program as an HTTP destination of the gateway does: the same bytes, headers and signature. */
export function createForwarder({ target, sign, added, timeoutMs, now, signal }: ForwarderOptions): Forwarder {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: Math.min(timeoutMs, 5_000) } })
  const place = target.host

  function failed(error: unknown, ms: number): Answer {
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      const reason = `${place} took the event and did not answer within ${timeoutMs / 1_000} s (--timeout)`
      return { kind: 'failed', code: 'TIMEOUT', reason, ms, away: false }
    }
    const code = failureCode(error) ?? 'FAILED'
    const reason =
      code === 'ECONNREFUSED'
        ? `nothing listens at ${place} (ECONNREFUSED): start your program, or give the right --forward-to`
        : describeFailure(error, place)
    return { kind: 'failed', code, reason, ms, away: awayCodes.has(code) }
  }

  return {
    async forward(event, attempt) {
      const signature = sign === null ? null : sign(event.id, Math.floor(now() / 1_000), event.body)
      const headers = forwardHeaders(event, { attempt, signature, trace: nextSpan(traceOf(event)), added })
      const started = performance.now()
      const elapsed = () => Math.round(performance.now() - started)
      try {
        const answer = await agent.request({
          origin: target.origin,
          path: `${target.pathname}${target.search}`,
          method: 'POST',
          headers,
          body: event.body,
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        })
        const body = await beginningOf(answer.body)
        const pairs = Object.entries(answer.headers).flatMap(([name, value = '']) =>
          (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const),
        )
        return { kind: 'answered', status: answer.statusCode, ms: elapsed(), headers: pairs, body }
      } catch (error) {
        return failed(error, elapsed())
      }
    },
    close: () => agent.destroy(),
  }
}

/** The status is heard by then: an answer that breaks off changes nothing. */
async function beginningOf(body: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) break
      if (length < keptBytes) chunks.push(chunk.subarray(0, keptBytes - length))
      length += chunk.length
      if (length > readBytes) break
    }
  } catch {
    // See above.
  }
  return Buffer.concat(chunks)
}
