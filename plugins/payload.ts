import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { RefusalError } from '../src/errors.ts'
import { contentTypeIn, type PayloadAnswer } from '../src/events/payload.ts'
import type { PayloadReader } from '../src/events/payload-reader.ts'
import { ingestOf } from './ingest.ts'
import { bytesOf } from './raw-body.ts'

export interface PayloadOptions {
  readonly read: PayloadReader
  /** Whether what is parsed is wanted afterwards. */
  readonly keep: boolean
}

/** Reads what was verified: the fields that name the event, and the payload for the echo. */
export default fp<PayloadOptions>(
  async (app, { read, keep }) => {
    app.addHook('preHandler', (request, _reply, done) => {
      const ingest = ingestOf(request)
      const { config, pointers } = ingest.source
      const answered = (answer: PayloadAnswer) => {
        if (answer === 'invalid') return done(new RefusalError('INVALID_JSON'))
        ingest.payload = answer
        done()
      }
      const answer = read(bytesOf(request), {
        contentType: contentTypeOf(request),
        mustBeJson: config.provider.payload === 'json',
        isJwt: config.provider.payload === 'jwt',
        pointers,
        echo: config.echo,
        keep,
      })
      if (answer instanceof Promise) answer.then(answered, done)
      else answered(answer)
    })
  },
  { name: 'payload', fastify: '5.x', dependencies: ['verification'] },
)

/** What the body is said to be. */
export function contentTypeOf({ raw }: FastifyRequest): string | undefined {
  return contentTypeIn(raw.headers)
}
