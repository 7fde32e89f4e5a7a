import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type RequestTracer, wallTime } from '../src/tracing/request-tracer.ts'
import { ingestOf } from './ingest.ts'
import { bytesOf } from './raw-body.ts'

export interface TracingOptions {
  readonly tracer: RequestTracer
}

/** Records a trace of each request to a webhook route; registered only where traces are recorded. */
export default fp<TracingOptions>(
  async (app, { tracer }) => {
    app.addHook('onRequest', (request, reply, done) => {
      ingestOf(request).trace = tracer.open(wallTime() - reply.elapsedTime)
      done()
    })
    app.addHook('preValidation', (request, _reply, done) => {
      ingestOf(request).trace?.received()
      done()
    })
    app.addHook('preHandler', (request, _reply, done) => {
      const { trace, verdict } = ingestOf(request)
      trace?.verified({ headers: request.raw.rawHeaders, scheme: verdict?.scheme ?? null })
      done()
    })
    app.addHook('onResponse', (request, reply, done) => {
      done()
      const opened = request.ingest?.trace ?? tracer.open(wallTime() - reply.elapsedTime)
      opened.end(resultOf(request, reply))
    })
  },
  { name: 'tracing', fastify: '5.x', dependencies: ['errors', 'source'] },
)

function resultOf(request: FastifyRequest, reply: FastifyReply) {
  const { ingest, refusal, raw } = request
  const [path = ''] = (raw.url ?? '').split('?', 1)
  return {
    method: raw.method ?? '',
    path,
    status: reply.statusCode,
    bodySize: bytesOf(request).byteLength,
    source: ingest?.source.config.name ?? null,
    event: ingest?.event ?? null,
    duplicate: ingest?.duplicate ?? false,
    refusal,
  }
}
