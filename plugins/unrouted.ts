import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

/** What is wrong with a path that no route could be looked up for. */
const words: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'The path has a percent sign that stands for nothing',
  FST_ERR_MAX_PARAM_LENGTH: 'A part of the path is too long',
}

/**
 * Answers what has no route as Fastify itself would, but for the query: in it senders may carry a secret, and answers end
 * up in their logs and dashboards.
 */
export default fp(
  async (app) => {
    app.setNotFoundHandler((request, reply) => {
      const { method, url = '' } = request.raw
      const [path] = url.split('?', 1)
      return reply.code(404).send({ message: `Route ${method}:${path} not found`, error: 'Not Found', statusCode: 404 })
    })
  },
  { name: 'unrouted', fastify: '5.x' },
)

/** For Fastify's `frameworkErrors`: paths that cannot be looked up at all. */
export function answerUnroutable(
  { code, statusCode = 400 }: FastifyError,
  _: FastifyRequest,
  reply: FastifyReply,
): void {
  const error = statusCode === 414 ? 'URI Too Long' : 'Bad Request'
  reply.code(statusCode).send({ error, code, message: words[code] ?? 'The path cannot be read', statusCode })
}
