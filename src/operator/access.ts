import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { BlockList } from 'node:net'
import type { Config } from '../config/types.ts'
import { plainAddress } from '../net/plain-address.ts'

/** What decides whether a request comes from the operator. */
export interface Visit {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** Of the connection itself: what proxies say does not count here. */
  readonly remoteAddress: string | undefined
}

/** `token`: it needs the right one. `elsewhere`: without a token only this machine may. `foreign`: another site's page asks. */
export type Admission = 'admitted' | 'token' | 'elsewhere' | 'foreign'

export type Doorkeeper = (visit: Visit) => Admission

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const localHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Set by whatever passes requests on, a tunnel from the internet to this machine included. */
const forwarding = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']

/**
 * Admits whoever sends the token. Without one, whoever asks from this machine by one of its own names: not through a
 * tunnel, nor a page whose name was made to lead here (DNS rebinding), nor another site's form.
 */
export function createDoorkeeper(token: string | null): Doorkeeper {
  if (token === null) return admitLocal
  const expected = digest(token)
  return ({ headers }) => {
    const [, given = ''] = /^Bearer +([^ ]+) *$/i.exec(headers.authorization ?? '') ?? []
    return timingSafeEqual(digest(given), expected) ? 'admitted' : 'token'
  }
}

function admitLocal({ method, headers, remoteAddress = '' }: Visit): Admission {
  const address = plainAddress(remoteAddress)
  const direct = !forwarding.some((name) => headers[name] !== undefined) && localHost.test(headers.host ?? '')
  if (!direct || !loopback.check(address, address.includes(':') ? 'ipv6' : 'ipv4')) return 'elsewhere'
  if (safeMethods.has(method)) return 'admitted'
  // https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'foreign'
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) return 'foreign'
  return 'admitted'
}

/** Digests are of one length, so that comparing them tells nothing of the token's. */
function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

/** Whether there is anybody whom the operator's routes would admit. */
export function isOperatorOpen({ adminToken, production }: Pick<Config, 'adminToken' | 'production'>): boolean {
  return adminToken !== null || !production
}
