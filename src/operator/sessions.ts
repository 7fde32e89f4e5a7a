import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a token opens: everything, or looking only. */
export type Role = 'admin' | 'viewer'

/** The settings ADMIN_TOKEN and VIEWER_TOKEN; null: not set. */
export interface Tokens {
  readonly adminToken: string | null
  readonly viewerToken: string | null
}

export interface Session {
  readonly role: Role
  /** Unix milliseconds. */
  readonly expiresAt: number
}

export interface IssuedSession extends Session {
  /** For the cookie: letters, digits, dots, dashes and underscores. */
  readonly value: string
}

/**
 * Browsers that signed in, with nothing kept: a session says its role and its end, under an HMAC whose key comes from the
 * token it was opened with. So every replica and every later start knows it, and another token ends it everywhere.
 */
export interface Sessions {
  issue(role: Role, nowMs: number): IssuedSession
  /** Null: it is none, it has ended, or its token is another by now. */
  read(value: string, nowMs: number): Session | null
}

/** A working day: whoever still has the page open signs in again the next morning. */
export const sessionMs = 12 * 60 * 60 * 1000

const letters: Readonly<Record<Role, string>> = { admin: 'a', viewer: 'v' }
const shape = /^([av])\.([0-9a-z]{1,10})\.([\w-]{43})$/

/** @throws {Error} from `issue`, for a role that has no token */
export function createSessions({ adminToken, viewerToken }: Tokens): Sessions {
  const keys = { admin: keyOf(adminToken), viewer: keyOf(viewerToken) }

  function proof(role: Role, end: string): string | null {
    const key = keys[role]
    return key === null ? null : createHmac('sha256', key).update(`${letters[role]}.${end}`).digest('base64url')
  }

  return {
    issue(role, nowMs) {
      // Whole seconds, as a cookie's end has.
      const expiresAt = Math.floor((nowMs + sessionMs) / 1000) * 1000
      const end = (expiresAt / 1000).toString(36)
      const mac = proof(role, end)
      if (mac === null) throw new Error(`there is no token for the role ${role}`)
      return { role, expiresAt, value: `${letters[role]}.${end}.${mac}` }
    },
    read(value, nowMs) {
      const [, letter, end = '', given = ''] = shape.exec(value) ?? []
      if (letter === undefined) return null
      const role = letter === 'a' ? 'admin' : 'viewer'
      const expected = proof(role, end)
      if (expected === null || !timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return null
      const expiresAt = Number.parseInt(end, 36) * 1000
      return expiresAt > nowMs ? { role, expiresAt } : null
    },
  }
}

/** Not the token itself, so that what a cookie proves can be used for nothing else. */
function keyOf(token: string | null): Buffer | null {
  return token === null ? null : createHmac('sha256', token).update('posthorn console session 1').digest()
}
