import fp from 'fastify-plugin'
import { RefusalError, type RefusalReason } from '../src/errors.ts'
import { plainAddress } from '../src/net/plain-address.ts'
import type { Provider } from '../src/providers/types.ts'
import { ingestOf } from './ingest.ts'

export interface AllowListOptions {
  /** Whether any proxy's word is taken for where a request comes from. */
  readonly trustsProxies: boolean
}

/**
 * Refuses a request from an address that its source does not allow, before a byte of its body is read. What is judged is
 * `request.ip`: the address of the connection, or what a trusted proxy says.
 */
export default fp<AllowListOptions>(
  async (app, { trustsProxies }) => {
    const warned = new Set<string>()
    app.addHook('preParsing', (request, _reply, payload, done) => {
      const { config, admits } = ingestOf(request).source
      // Browsers' preflights come from anywhere, and bring nothing.
      if (admits === null || request.method === 'OPTIONS') return done(null, payload)
      const forwarded = !trustsProxies && request.headers['x-forwarded-for'] !== undefined
      if (!admits(request.ip)) {
        const hint = forwarded ? '; a proxy sent it, so TRUST_PROXY must be set for the sender’s own to count' : ''
        const reason = { cause: 'address', detail: `The address is none of those allowed for this source${hint}.` }
        return done(refusalOf(request.method, config.provider, reason))
      }
      if (forwarded && !warned.has(config.name)) {
        warned.add(config.name)
        request.log.warn(
          { source: config.name, ip: plainAddress(request.ip) },
          'let in by an address that seems to be a proxy’s: if it is, everybody is let in; set TRUST_PROXY',
        )
      }
      done(null, payload)
    })
  },
  { name: 'allow-list', fastify: '5.x', dependencies: ['source'] },
)

/** What a stranger to the secret would hear as well: nobody learns that there is a list. */
function refusalOf(method: string, { refusal, getEvents }: Provider, reason: RefusalReason): RefusalError {
  const isEvent = method === 'POST' || (method === 'GET' && getEvents === true)
  if (!isEvent) return new RefusalError('METHOD_NOT_ALLOWED', reason)
  return new RefusalError('INVALID_SIGNATURE', refusal === undefined ? reason : { ...reason, status: refusal })
}
