import type { TSchema } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import { Value } from '@sinclair/typebox/value'
import type { FastifyError } from 'fastify'
import fp from 'fastify-plugin'
import { describeFault } from '../src/operator/fault.ts'
import { OperatorError } from '../src/operator/problem.ts'
import { StoreUnavailableError } from '../src/store/errors.ts'

/** Every refusal of the operator's routes has the shape `{ error }`, and says what to do. */
export default fp(
  async (app) => {
    app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
      // Compiled when first asked, as what writes the answers is (`late-serializers.ts`).
      let compiled: TypeCheck<TSchema> | null = null
      return (given) => {
        compiled ??= TypeCompiler.Compile(schema)
        // A query has no numbers, only digits.
        const value = Value.Default(schema, httpPart === 'querystring' ? Value.Convert(schema, given) : (given ?? {}))
        const [first] = compiled.Errors(value)
        if (first === undefined) return { value }
        return { error: new OperatorError(400, describeFault(first, httpPart ?? 'request', schema)) }
      }
    })

    app.setErrorHandler((error: FastifyError, request, reply) => {
      if (error instanceof OperatorError) return reply.code(error.statusCode).send({ error: error.message })
      if (error instanceof StoreUnavailableError) {
        return reply
          .code(503)
          .header('retry-after', 5)
          .send({ error: `The store cannot say: ${error.message}` })
      }
      const { statusCode = 500 } = error
      if (statusCode === 415) return reply.code(415).send({ error: 'Send JSON, with Content-Type: application/json.' })
      if (statusCode < 500) return reply.code(statusCode).send({ error: error.message })
      request.log.error({ err: error }, 'unexpected error')
      return reply.code(500).send({ error: 'Something went wrong; the log says what.' })
    })
  },
  { name: 'operator-problems', fastify: '5.x', dependencies: ['operator-access'] },
)
