import fp from 'fastify-plugin'

export interface ClientAddressOptions {
  /** Lower case; null: X-Forwarded-For, as Fastify reads it. */
  readonly header: string | null
}

/**
 * Has `request.ip` read the sender's address from another header than X-Forwarded-For. It is believed under the same
 * condition: that the connection comes from a trusted proxy. A value that is not one address counts for nothing.
 */
export default fp<ClientAddressOptions>(
  async (app, { header }) => {
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
