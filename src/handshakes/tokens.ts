import type { Handshake, Provider } from '../providers/types.ts'

/** Where the token is that lets a sender hand us a secret. */
export function tokenPlace({ token }: Handshake): `query:${string}` {
  return token ?? 'query:verify_token'
}

/** Whether a handshake is answered only with a configured token. */
export function needsVerifyToken({ token, secret, answer }: Handshake): boolean {
  return token !== undefined || secret !== undefined || JSON.stringify(answer).includes('{verify-token}')
}

/** Whether `<SOURCE>_WEBHOOK_VERIFY_TOKEN` means anything for this sender. */
export function usesVerifyToken({ handshakes = [] }: Provider): boolean {
  return handshakes.some(needsVerifyToken)
}

/** Whether this sender gives its secret in a handshake, so that a source may have none to begin with. */
export function bringsSecret({ handshakes = [] }: Provider): boolean {
  return handshakes.some(({ secret }) => secret !== undefined)
}
