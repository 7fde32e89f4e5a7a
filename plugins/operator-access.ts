import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { plainAddress } from '../src/net/plain-address.ts'
import { type Doorkeeper, mayDo, type Refusal, type Visit, type Visitor } from '../src/operator/access.ts'
import { plainPagePolicy, renderDetour, renderRefusalPage } from '../src/operator/login-page.ts'
import { nextPage } from '../src/operator/next-page.ts'

export interface OperatorAccessOptions {
  readonly doorkeeper: Doorkeeper
  /** Unix milliseconds. */
  readonly now: () => number
}

/** How often an address gave a wrong token lately. */
export interface TokenAttempts {
  /** Seconds until it may try again; null: now. */
  wait(request: FastifyRequest): Promise<number | null>
  failed(request: FastifyRequest): Promise<void>
}

declare module 'fastify' {
  interface FastifyInstance {
    tokenAttempts: TokenAttempts
  }
  interface FastifyRequest {
    /** Who asks, on the operator's routes; null elsewhere. */
    visitor: Visitor | null
  }
  interface FastifyContextConfig {
    /** Of the operator's routes: whoever reaches the gateway may ask for it. */
    open?: true
    /** Of the operator's routes: it changes nothing where its body says `dryRun: true`, which a viewer may ask for. */
    dryRuns?: true
  }
}

/** Wrong tokens from one address in a minute; past it even the right one has to wait. */
const maxFailures = 10

const refusals: Readonly<Record<Refusal, { readonly status: 401 | 403; readonly error: string }>> = {
  token: { status: 401, error: 'Send Authorization: Bearer and the ADMIN_TOKEN.' },
  elsewhere: { status: 403, error: 'Set ADMIN_TOKEN to use this from anywhere but the machine itself.' },
  foreign: { status: 403, error: 'Another site may not do this.' },
  viewer: { status: 403, error: 'VIEWER_TOKEN is for looking only: use ADMIN_TOKEN to change anything.' },
}

/** Nobody but the operator gets past this, whatever route of the scope is asked for, there or not. */
export default fp<OperatorAccessOptions>(
  async (app, { doorkeeper, now }) => {
    await app.register(cookie)
    await app.register(rateLimit, { global: false, cache: 10_000 })
    const failures = app.createRateLimit({ max: maxFailures, timeWindow: 60_000 })
    const tokenAttempts: TokenAttempts = {
      async wait(request) {
        const past = await failures(request, { increment: false })
        return past.isAllowed || past.remaining > 0 ? null : Math.max(1, past.ttlInSeconds)
      },
      async failed(request) {
        await failures(request)
      },
    }
    app.decorate('tokenAttempts', tokenAttempts)
    app.decorateRequest('visitor', null)

    app.addHook('onRequest', async (request, reply) => {
      // Whatever is shown here is for one person's eyes, and of this moment.
      reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
      if (request.routeOptions.config?.open === true) return
      const triesToken = request.headers.authorization !== undefined
      const seconds = triesToken ? await tokenAttempts.wait(request) : null
      if (seconds !== null) {
        reply.header('retry-after', seconds)
        return reply.code(429).send({ error: 'Too many wrong tokens. Try again later.' })
      }
      const admission = doorkeeper.admit(visitOf(request), now())
      if (!('refused' in admission)) {
        request.visitor = admission
        return
      }
      const { refused } = admission
      if (refused === 'token' && triesToken) await tokenAttempts.failed(request)
      if (refused === 'token' && !triesToken && wantsPage(request)) return leadToLogin(request, reply)
      return refuse(request, reply, refused)
    })

    // The body as the handler will see it.
    app.addHook('preHandler', async (request, reply) => {
      const { visitor, routeOptions, body } = request
      if (visitor === null || routeOptions.config?.dryRuns !== true || mayDo(visitor, body)) return
      return refuse(request, reply, 'viewer')
    })
  },
  { name: 'operator-access', fastify: '5.x' },
)

function refuse(request: FastifyRequest, reply: FastifyReply, refused: Refusal): FastifyReply {
  const { status, error } = refusals[refused]
  request.log.warn(
    { ip: plainAddress(request.ip), code: 'NOT_ADMITTED', cause: refused },
    'rejected: an operator route',
  )
  reply.code(status)
  if (wantsPage(request)) return sendPage(reply, renderRefusalPage(error))
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="posthorn"')
  return reply.send({ error })
}

export function visitOf({ raw, cookies, routeOptions }: FastifyRequest): Visit {
  const { method = 'GET', headers, socket } = raw
  const dryRuns = routeOptions.config?.dryRuns === true
  return { method, headers, cookies, remoteAddress: socket.remoteAddress, dryRuns }
}

/** A page of text: nothing in it runs, and no other site may show it as its own. */
export function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply
    .header('content-security-policy', plainPagePolicy)
    .header('referrer-policy', 'same-origin')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('x-frame-options', 'DENY')
    .type('text/html; charset=utf-8')
    .send(html)
}

/** A person with a browser, and not a page's script. */
function wantsPage({ method, headers }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && (headers.accept ?? '').includes('text/html')
}

function leadToLogin(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const next = nextPage(request.raw.url)
  if (request.headers['sec-fetch-site'] === 'cross-site') return sendPage(reply, renderDetour(next))
  return reply.redirect(`/console/login?next=${encodeURIComponent(next)}`, 303)
}
