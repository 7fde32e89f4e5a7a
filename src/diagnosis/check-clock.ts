import { type Finding, fail, ok, warn } from './findings.ts'

const servers = { postgres: 'the database', redis: 'the Redis' } as const

/** A sender's clock may be off too: with this much, the tolerance of signed times is as good as used up. */
const gravelyOffMs = 60_000

/**
 * What this machine's clock being another than that of the store's server means. Deliveries go by the server's; signed times
 * are judged by this machine's.
 * @param ahead by how many milliseconds the server's clock is ahead; 0: they agree
 */
export function checkStoreClock(engine: keyof typeof servers, ahead: number): Finding {
  const server = servers[engine]
  if (ahead === 0) return ok('store-clock', `This machine's clock agrees with that of ${server}.`)
  const say = Math.abs(ahead) > gravelyOffMs ? fail : warn
  const off = `${Math.round(Math.abs(ahead) / 1000)} s ${ahead > 0 ? 'behind' : 'ahead of'}`
  return say(
    'store-clock',
    `This machine's clock is ${off} that of ${server}: signed times are judged by this machine's, so where it is wrong by ` +
      'more than their tolerance (mostly 300 s), genuine events are rejected as expired; see that NTP runs on both.',
  )
}
