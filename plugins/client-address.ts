import type { IncomingMessage } from 'node:http'
import fp from 'fastify-plugin'

export interface ClientAddressOptions {
  /** Lower case; null: X-Forwarded-For, as Fastify reads it. */
  readonly header: string | null
  /** Who knows it better than this app, being nearer to the connection; null: nobody. */
  readonly addressOf: ((raw: IncomingMessage) => string) | null
}

/**
 * Has `request.ip` read the sender's address from another header than X-Forwarded-For. It is believed under the same
 * condition: that the connection comes from a trusted proxy. A value that is not one address counts for nothing.
 */
export default fp<ClientAddressOptions>(
  async (app, { header, addressOf }) => {
    if (addressOf !== null) {
      app.addHook('onRequest', (request, _reply, done) => {
        Object.defineProperty(request, 'ip', { value: addressOf(request.raw) })
        done()
      })
    }
    if (header === null) return
    app.addHook('onRequest', (request, _reply, done) => {
      const { headers } = request.raw
      const value = headers[header]
      if (typeof value === 'string' && !value.includes(',')) headers['x-forwarded-for'] = value
      else delete headers['x-forwarded-for']
      done()
    })
  },
  { name: 'client-address', fastify: '5.x' },
)
