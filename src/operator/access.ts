import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { BlockList } from 'node:net'
import type { Config } from '../config/types.ts'
import { plainAddress } from '../net/plain-address.ts'
import { createSessions, type IssuedSession, type Role } from './sessions.ts'

/** What decides whether a request comes from the operator. */
export interface Visit {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly cookies: Readonly<Record<string, string | undefined>>
  /** Of the connection itself: what proxies say does not count here. */
  readonly remoteAddress: string | undefined
  /**
   * The route changes nothing where its body says `dryRun`. The body is not read yet: who is admitted as a viewer so is
   * looked at again with `mayDo`.
   */
  readonly dryRuns?: boolean
}

/** Who may come in, and as what. */
export interface Visitor {
  readonly role: Role
  /** `machine`: no token is set, and the request is from the machine itself. */
  readonly by: 'token' | 'session' | 'machine'
  /** When a session ends, Unix milliseconds. */
  readonly expiresAt: number | null
}

/**
 * `token`: it needs one. `elsewhere`: without a token only this machine may. `foreign`: another site's page asks. `viewer`:
 * it may look, and this would change something.
 */
export type Refusal = 'token' | 'elsewhere' | 'foreign' | 'viewer'

export type Admission = Visitor | { readonly refused: Refusal }

export interface Doorkeeper {
  admit(visit: Visit, nowMs: number): Admission
  /** The role that a token opens, found in the same time whatever it is; null: none. */
  roleOf(token: string): Role | null
  /** The session of a browser that showed its token. */
  signIn(role: Role, nowMs: number): IssuedSession
  /** Whether the request is from a page of our own, as far as its browser says. */
  isOwnPage(visit: Visit): boolean
}

export type DoorkeeperOptions = Pick<Config, 'adminToken' | 'viewerToken' | 'production' | 'publicUrl'>

/** https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix : this host's alone, and over TLS. */
export const hostCookie = '__Host-posthorn'
/** Over plain http, which only this machine itself may use, browsers do not keep the other one. */
export const localCookie = 'posthorn'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const localHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Set by whatever passes requests on, a tunnel from the internet to this machine included. */
const forwarding = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']
/** Only a page of the same origin can send it: another one would have to ask first, and is told no (there is no CORS here). */
const ownHeader = 'x-posthorn-request'

/**
 * Admits whoever sends a token, or the cookie of a browser that did. Where there is no ADMIN_TOKEN, outside production,
 * whoever asks from this machine by one of its own names is the operator too: not through a tunnel, nor a page whose name
 * was made to lead here (DNS rebinding), nor another site's form.
 */
export function createDoorkeeper({ publicUrl, production, ...tokens }: DoorkeeperOptions): Doorkeeper {
  const { adminToken, viewerToken } = tokens
  const sessions = createSessions(tokens)
  const expected = [
    { role: 'admin', token: adminToken },
    { role: 'viewer', token: viewerToken },
  ] as const
  const digests = expected.flatMap(({ role, token }) => (token === null ? [] : [{ role, digest: digestOf(token) }]))
  const machineMay = adminToken === null && !production
  const publicOrigin = publicUrl === null ? null : new URL(publicUrl).origin

  function roleOf(token: string): Role | null {
    const given = digestOf(token)
    // Every one is compared, so that the time says nothing.
    return digests.filter(({ digest }) => timingSafeEqual(given, digest))[0]?.role ?? null
  }

  /** https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html */
  function isOwnPage({ headers }: Visit): boolean {
    const { origin, host, 'sec-fetch-site': site } = headers
    if (site !== undefined) return site === 'same-origin'
    // Older browsers, and all of them over plain http. A proxy may have changed the host; it cannot change PUBLIC_URL.
    if (origin !== undefined) return origin === publicOrigin || URL.parse(origin)?.host === host
    return headers[ownHeader] !== undefined
  }

  function sessionOf(visit: Visit, nowMs: number) {
    const { cookies } = visit
    // A cookie without the prefix could be from anybody under our domain.
    const value = cookies[hostCookie] ?? (isLocal(visit) ? cookies[localCookie] : undefined)
    return value === undefined ? null : sessions.read(value, nowMs)
  }

  function asVisitor(role: Role, by: Visitor['by'], visit: Visit, expiresAt: number | null = null): Admission {
    if (role === 'viewer' && !safeMethods.has(visit.method) && visit.dryRuns !== true) return { refused: 'viewer' }
    return { role, by, expiresAt }
  }

  return {
    admit(visit, nowMs) {
      const { method, headers } = visit
      const [, given = ''] = /^Bearer +([^ ]+) *$/i.exec(headers.authorization ?? '') ?? []
      if (headers.authorization !== undefined && digests.length > 0) {
        const role = roleOf(given)
        return role === null ? { refused: 'token' } : asVisitor(role, 'token', visit)
      }
      const session = sessionOf(visit, nowMs)
      if (session !== null) {
        if (!safeMethods.has(method) && !isOwnPage(visit)) return { refused: 'foreign' }
        return asVisitor(session.role, 'session', visit, session.expiresAt)
      }
      if (!machineMay) return { refused: 'token' }
      if (!isLocal(visit)) return { refused: viewerToken === null ? 'elsewhere' : 'token' }
      if (!safeMethods.has(method) && isForeign(visit)) return { refused: 'foreign' }
      return { role: 'admin', by: 'machine', expiresAt: null }
    },
    roleOf,
    signIn: sessions.issue,
    isOwnPage,
  }
}

/** Whether a visitor may do what a body asks of a route with dry runs: a viewer may have it counted, not done. */
export function mayDo({ role }: Visitor, body: unknown): boolean {
  return role === 'admin' || (typeof body === 'object' && body !== null && 'dryRun' in body && body.dryRun === true)
}

/** From this machine, straight, and by one of its own names. */
export function isLocal({ headers, remoteAddress = '' }: Visit): boolean {
  const address = plainAddress(remoteAddress)
  const direct = !forwarding.some((name) => headers[name] !== undefined) && localHost.test(headers.host ?? '')
  return direct && loopback.check(address, address.includes(':') ? 'ipv6' : 'ipv4')
}

/** Where there is nothing to steal but the place, programs need prove nothing: a browser says itself whose page asks. */
function isForeign({ headers }: Visit): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  return headers.origin !== undefined && headers.origin !== `http://${headers.host}`
}

/** Digests are of one length, so that comparing them tells nothing of the token's. */
function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

/** Whether there is anybody whom the operator's routes would admit. */
export function isOperatorOpen({
  adminToken,
  viewerToken,
  production,
}: Pick<Config, 'adminToken' | 'viewerToken' | 'production'>): boolean {
  return adminToken !== null || viewerToken !== null || !production
}
