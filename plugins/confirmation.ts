import fp from 'fastify-plugin'
import { RefusalError } from '../src/errors.ts'
import { type Confirm, compileConfirmation } from '../src/keys/confirm.ts'
import type { KeyService } from '../src/keys/service.ts'
import type { Provider } from '../src/providers/types.ts'
import { ingestOf } from './ingest.ts'

export interface ConfirmationOptions {
  /** Null: no source needs it. */
  readonly keys: KeyService | null
}

/**
 * A sender that asks, signed like an event, whether its events are wanted is told yes by a request to itself. Its own
 * request is no event. Without a signature nothing is asked of anybody.
 */
export default fp<ConfirmationOptions>(
  async (app, { keys }) => {
    const compiled = new Map<Provider, Confirm>()

    function confirmFor(provider: Provider): Confirm | null {
      const { confirmation } = provider
      if (keys === null || confirmation === undefined) return null
      const confirm = compiled.get(provider) ?? compileConfirmation(confirmation, provider.title, keys)
      compiled.set(provider, confirm)
      return confirm
    }

    app.addHook('preHandler', (request, reply, done) => {
      const { source, payload, verdict } = ingestOf(request)
      const { name, provider } = source.config
      const { confirmation } = provider
      if (confirmation === undefined || verdict === null) return done()
      const at = (pointer: string) => payload.values[source.pointers.indexOf(pointer)]
      if (at(confirmation.when.pointer) !== confirmation.when.equals) return done()
      const confirm = confirmFor(provider)
      const url = at(confirmation.url)
      if (confirm === null || typeof url !== 'string') return done()
      confirm(url).then((problem) => {
        if (problem !== null) return done(new RefusalError('SENDER_UNREACHABLE', { detail: problem }))
        request.log.info({ source: name }, 'confirmed that the events of this sender are wanted')
        reply.type('text/plain; charset=utf-8').send('Confirmed.')
      }, done)
    })
  },
  { name: 'confirmation', fastify: '5.x', dependencies: ['payload'] },
)
