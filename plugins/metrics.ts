import fp from 'fastify-plugin'
import type { Metrics } from '../src/operator/metrics.ts'
import { bytesOf } from './raw-body.ts'

export interface MetricsPluginOptions {
  readonly metrics: Pick<Metrics, 'request'>
}

/** Counts how each request to a webhook route was answered, and how long that took. */
export default fp<MetricsPluginOptions>(
  async (app, { metrics }) => {
    app.addHook('onResponse', (request, reply, done) => {
      const { ingest, refusal } = request
      const source = ingest?.source.config.name ?? null
      if (refusal !== null) {
        const { code, cause } = refusal
        metrics.request(source, { outcome: 'rejected', code, cause: cause ?? '' }, reply.elapsedTime / 1_000)
      } else if (ingest?.event) {
        const outcome = ingest.duplicate ? 'duplicate' : 'accepted'
        metrics.request(source, { outcome, bytes: bytesOf(request).byteLength }, reply.elapsedTime / 1_000)
      }
      done()
    })
  },
  { name: 'metrics', fastify: '5.x', dependencies: ['errors', 'ingest'] },
)
