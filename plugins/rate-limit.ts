import fp from 'fastify-plugin'
import { RefusalError } from '../src/errors.ts'

export interface RateLimitOptions {
  /** Requests that one client address may make in a minute; 0: as many as it likes. */
  readonly perMinute: number
}

/** The client addresses that are remembered; the least recently seen ones are forgotten. */
const remembered = 10_000
const silent = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false }

/** Asks a client address that sends too much to come again, before anything of its body is read. */
export default fp<RateLimitOptions>(
  async (app, { perMinute }) => {
    if (perMinute === 0) return
    const { default: rateLimit } = await import('@fastify/rate-limit')
    await app.register(rateLimit, {
      max: perMinute,
      timeWindow: 60_000,
      cache: remembered,
      addHeaders: { ...silent, 'retry-after': true },
      addHeadersOnExceeding: silent,
      errorResponseBuilder: () =>
        new RefusalError('RATE_LIMITED', {
          detail: `more than the ${perMinute} requests a minute of RATE_LIMIT_PER_MINUTE from one address`,
        }),
    })
  },
  { name: 'rate-limit', fastify: '5.x', dependencies: ['errors'] },
)
