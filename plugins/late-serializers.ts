import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

export interface LateSerializersOptions {
  /** Whose serializer compiler is used. It must have a response schema in its own scope: Fastify makes a compiler for that. */
  readonly of: FastifyInstance
}

/**
 * Compiles what writes the answers of its scope when the first one is written, instead of at start: the operator has many
 * and large schemas, which took a fifth of the start, and a gateway that nobody looks at needs none of them. A schema that
 * cannot be compiled is 500 at its first answer, not an error at start: `test/api/schemas.test.ts` compiles them all.
 */
export default fp<LateSerializersOptions>(
  async (app, { of }) => {
    app.setSerializerCompiler((route) => {
      let serialize: ((answer: unknown) => string) | undefined
      return (answer: unknown) => {
        serialize ??= of.serializerCompiler?.(route)
        if (serialize === undefined) throw new Error('the app has no serializer compiler')
        return serialize(answer)
      }
    })
  },
  { name: 'late-serializers', fastify: '5.x' },
)
