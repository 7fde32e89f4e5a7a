import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Payload } from '../src/events/payload.ts'
import type { Source } from '../src/events/source.ts'
import type { RequestTrace } from '../src/tracing/request-tracer.ts'
import type { Accepted, SignedRequest } from '../src/verification/types.ts'

/** What the plugins of the webhook scope find out about a request, each adding its part for those after it. */
export interface Ingest {
  readonly source: Source
  /** The path segment after `/webhook/`. */
  readonly segment: string
  /** Bytes of the body that are counted as held in memory. */
  bufferedBytes: number
  verdict: Accepted | null
  payload: Payload
  /** Set once the event is stored. */
  event: { readonly id: string; readonly type: string; readonly destinations: number } | null
  /** It was known already. */
  duplicate: boolean
  /** What became of a request by which the sender registered or tested the URL; null: it is none. */
  handshake: 'answered' | 'refused' | null
  /** Null: no traces are recorded. */
  trace: RequestTrace | null
  /** The payload as JSON, once the answer shall repeat it. */
  echo: string | null
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null outside the webhook scope; `ingestOf` gives it without the null. */
    ingest: Ingest | null
  }
}

/** @throws {Error} outside the webhook scope, or before the source is known */
export function ingestOf(request: FastifyRequest): Ingest {
  if (request.ingest === null) throw new Error('the source plugin has not seen this request')
  return request.ingest
}

/** Before the route's schema was checked, parameters can be anything. */
export function segmentOf(params: unknown): string {
  const segment = typeof params === 'object' && params !== null && 'event' in params ? params.event : ''
  return typeof segment === 'string' ? segment : ''
}

/** The request as verification and handshakes look at it. */
export function signedRequest({ raw }: FastifyRequest, body: Buffer): SignedRequest {
  const { method = 'POST', url = '', headers, rawHeaders } = raw
  return { method, url, headers, rawHeaders, body }
}

/** Gives requests a place for what the other plugins find out. */
export default fp(
  async (app) => {
    app.decorateRequest('ingest', null)
  },
  { name: 'ingest', fastify: '5.x' },
)
