import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { ownUrl } from '../../../src/operator/own-url.ts'
import { OperatorError } from '../../../src/operator/problem.ts'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { Problem } from '../../../src/operator/schemas.ts'
import { SendRequest, SendResult, SentRequest } from '../../../src/operator/send-schema.ts'

/** Each holds a connection open for as long as the other side likes, up to a minute. */
const maxUnderWay = 8

const problems = { 400: Problem, 404: Problem, 429: Problem, 503: Problem }
const description =
  "To a source of this gateway it is signed with that source's own secret, which is never shown; to any other URL with " +
  'the secret that is given. Only public addresses are contacted, beside the hosts of destinations and of `SEND_HOSTS`. ' +
  'What it means: docs/cli.md.'

/** `/api/send`: a signed request, or one that is wrong on purpose. */
const send: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator, captured, below }) => {
  let underWay = 0
  const context = ({ socket }: FastifyRequest) => ({
    config: operator.config,
    captured,
    ownUrl: ownUrl(socket, app.server, below),
    now: Date.now,
  })
  // Loaded for who asks: the samples of all senders come with it.
  const load = () => import('../../../src/operator/send.ts')
  const tags = ['send']
  // A payload in base64, and what is around it.
  const bodyLimit = 8 * 1024 * 1024

  app.post(
    '/',
    {
      bodyLimit,
      schema: {
        summary: 'Send a test event',
        description,
        tags,
        body: SendRequest,
        response: { 200: SendResult, ...problems },
      },
    },
    async (request) => {
      const { body } = request
      if (underWay >= maxUnderWay) throw new OperatorError(429, 'Too many are under way: wait for one to end.')
      underWay += 1
      try {
        const { sendRequest } = await load()
        const result = await sendRequest(body, context(request))
        const [answer] = result.answers
        const { source, fault } = body
        request.log.info(
          { url: result.request.url.split('?', 1)[0], source, fault, status: answer?.status },
          'the operator sent a test event',
        )
        return result
      } finally {
        underWay -= 1
      }
    },
  )

  app.post(
    '/preview',
    {
      bodyLimit,
      schema: {
        summary: 'What would be sent',
        description: 'Signed at this moment, with other ids than the one that is sent; nothing is sent.',
        tags,
        body: SendRequest,
        response: { 200: Type.Object({ request: SentRequest }), ...problems },
      },
    },
    async (request) => ({ request: (await load()).previewSend(request.body, context(request)) }),
  )
}

export default send
