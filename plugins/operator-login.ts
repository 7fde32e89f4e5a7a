import formbody from '@fastify/formbody'
import { type Static, Type } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { plainAddress } from '../src/net/plain-address.ts'
import { type Doorkeeper, hostCookie, isLocal, localCookie } from '../src/operator/access.ts'
import { type LoginNotice, loginStyle, renderLoginPage } from '../src/operator/login-page.ts'
import { nextPage } from '../src/operator/next-page.ts'
import { sessionMs } from '../src/operator/sessions.ts'
import { sendPage, visitOf } from './operator-access.ts'

export interface OperatorLoginOptions {
  readonly doorkeeper: Doorkeeper
  /** Whether there is a VIEWER_TOKEN. */
  readonly viewers: boolean
  /** Unix milliseconds. */
  readonly now: () => number
}

const Query = Type.Object({
  next: Type.Optional(Type.String()),
  after: Type.Optional(Type.String()),
})
const Form = Type.Object({ token: Type.String(), next: Type.Optional(Type.String()) })

const config = { open: true } as const
const schema = { hide: true } as const
/** A token, and where to go. */
const maxFormBytes = 8 * 1024

/** The way in for people: a form that takes a token and gives a session, and the way out. */
export default fp<OperatorLoginOptions>(
  async (scope, options) => {
    // Forms are read here alone: no other route of the operator's takes what a page of another site could post.
    await scope.register(async (app) => {
      const { doorkeeper, viewers, now } = options
      await app.register(formbody, { bodyLimit: maxFormBytes })

      const show = (reply: FastifyReply, next: string, notice: LoginNotice) =>
        sendPage(reply, renderLoginPage({ next, notice, viewers }))

      app.get<{ Querystring: Static<typeof Query> }>(
        '/console/login',
        { config, schema: { ...schema, querystring: Query } },
        async (request, reply) => {
          const next = nextPage(request.query.next)
          if (!('refused' in doorkeeper.admit(visitOf(request), now()))) return reply.redirect(next, 303)
          const { after } = request.query
          return show(reply, next, after === 'login' ? 'not-kept' : after === 'logout' ? 'signed-out' : 'none')
        },
      )

      app.post<{ Body: Static<typeof Form> }>(
        '/console/login',
        { config, schema: { ...schema, body: Form } },
        async (request, reply) => {
          const { token, next: asked } = request.body
          const next = nextPage(asked)
          if (!doorkeeper.isOwnPage(visitOf(request))) return show(reply.code(403), next, 'foreign')
          const seconds = await app.tokenAttempts.wait(request)
          if (seconds !== null) return show(reply.code(429).header('retry-after', seconds), next, 'blocked')
          // Copied from a terminal it often has a line break behind it, which no token has.
          const role = doorkeeper.roleOf(token.trim())
          const ip = plainAddress(request.ip)
          if (role === null) {
            await app.tokenAttempts.failed(request)
            request.log.warn({ ip, code: 'NOT_ADMITTED', cause: 'token' }, 'rejected: a wrong token at the login page')
            return show(reply.code(401), next, 'wrong')
          }
          request.log.info({ ip, role }, 'somebody signed in to the console')
          setCookie(request, reply, doorkeeper.signIn(role, now()).value)
          // By way of this page, which says so where the browser kept no cookie.
          return reply.redirect(`/console/login?after=login&next=${encodeURIComponent(next)}`, 303)
        },
      )

      app.post('/console/logout', { config, schema }, async (request, reply) => {
        if (!doorkeeper.isOwnPage(visitOf(request))) return show(reply.code(403), nextPage(undefined), 'foreign')
        for (const [name, secure] of [
          [hostCookie, true],
          [localCookie, false],
        ] as const) {
          reply.clearCookie(name, { path: '/', httpOnly: true, sameSite: 'strict', secure })
        }
        return reply.redirect('/console/login?after=logout', 303)
      })

      app.get('/console/login.css', { config, schema }, async (_request, reply) =>
        reply.header('cache-control', 'public, max-age=3600').type('text/css; charset=utf-8').send(loginStyle),
      )
    })
  },
  { name: 'operator-login', fastify: '5.x', dependencies: ['operator-access'] },
)

function setCookie(request: FastifyRequest, reply: FastifyReply, value: string): void {
  const secure = !isLocal(visitOf(request))
  reply.setCookie(secure ? hostCookie : localCookie, value, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure,
    maxAge: sessionMs / 1000,
  })
}
