import type { Config } from '../config/types.ts'
import { rangesOf } from './check-ranges.ts'
import { type Finding, fail, ok, warn } from './findings.ts'

const LOCAL_HOST = /^(?:localhost|127\.|\[::1\]|0\.0\.0\.0)/

export function checkPublicUrl({ publicUrl, production }: Config): readonly Finding[] {
  if (publicUrl === null) return []
  const { protocol, host } = new URL(publicUrl)
  if (production && LOCAL_HOST.test(host)) {
    return [
      fail('public-url', `PUBLIC_URL is ${publicUrl}, where no sender can post: set it to the address they are given.`),
    ]
  }
  if (protocol === 'http:' && !LOCAL_HOST.test(host)) {
    return [
      warn(
        'public-url',
        `PUBLIC_URL is ${publicUrl}: over http everybody on the way can read events, and most senders sign the https:// URL; use https.`,
      ),
    ]
  }
  if (new URL(publicUrl).pathname.includes('/webhook')) {
    return [
      warn(
        'public-url',
        `PUBLIC_URL is ${publicUrl}: give it without /webhook/…, which is added for each source, or signatures over the URL cannot fit.`,
      ),
    ]
  }
  return [ok('public-url', `Senders know this gateway as ${publicUrl}.`)]
}

/** Who is behind a proxy that nobody trusts comes from its address, like everybody else. */
export function checkProxies(config: Config): readonly Finding[] {
  const { trustProxy, publicUrl, rateLimitPerMinute } = config
  if (trustProxy.length > 0) {
    const wide = trustProxy.filter((entry) => rangesOf(entry) === 'everybody')
    if (wide.length === 0)
      return [ok('proxies', `What ${trustProxy.join(', ')} say of a sender's address is believed.`)]
    return [
      warn(
        'proxies',
        `TRUST_PROXY has ${wide.join(', ')}, which is much of the internet: each sender can choose the address it seems to come from; name your proxy's.`,
      ),
    ]
  }
  const behindProxy = publicUrl?.startsWith('https:') === true
  if (!behindProxy || rateLimitPerMinute === 0) return []
  return [
    warn(
      'proxies',
      `Something in front of the gateway ends TLS, and TRUST_PROXY is not set: RATE_LIMIT_PER_MINUTE (${rateLimitPerMinute}) counts all senders as one; set TRUST_PROXY to its address.`,
    ),
  ]
}

export function checkDestinations({ destinations, forwardUrls, production }: Config): readonly Finding[] {
  if (!production) return []
  const urls = [...forwardUrls.map((url) => new URL(url)), ...destinations.map(({ url }) => url)]
  const open = urls.filter(({ protocol, hostname }) => protocol === 'http:' && rangesOf(hostname) === 'public')
  return open.map(({ host }) =>
    warn(
      'destinations',
      `Events go to ${host} over http, where everybody on the way can read and change them: use https.`,
    ),
  )
}
