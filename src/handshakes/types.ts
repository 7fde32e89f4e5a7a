import type { Scalar } from '../events/payload.ts'
import type { SignedRequest } from '../verification/types.ts'

/** What a sender is answered. */
export interface HandshakeReply {
  readonly ok: true
  readonly status: 200 | 204
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What the operator should know, in one sentence without the secret. */
  readonly note?: string
}

/** It is a handshake, but not one that may be answered. */
export interface HandshakeRefusal {
  readonly ok: false
  readonly status: 403 | 404
  /** For the operator, in one sentence. */
  readonly detail: string
}

export type HandshakeOutcome = HandshakeReply | HandshakeRefusal

/** The handshakes of one source, compiled, by the moment at which each is looked for; null: there are none of that kind. */
export interface SourceHandshakes {
  /** GET, HEAD and OPTIONS. */
  readonly bodiless: ((request: SignedRequest) => HandshakeOutcome | null) | null
  /** POSTs that verification refused, or that nothing verifies. A secret is on the disk before it is answered. */
  readonly unverified: ((request: SignedRequest) => HandshakeOutcome | null | Promise<HandshakeOutcome>) | null
  /** POSTs that were verified under the current secret or the previous one. */
  readonly verified: ((request: VerifiedRequest) => HandshakeOutcome | null) | null
  /** Fields of the body that `verified` needs. */
  readonly pointers: readonly string[]
}

export interface VerifiedRequest extends SignedRequest {
  /** The value of one of `pointers`. */
  readonly field: (pointer: string) => Scalar
  readonly secret: 'current' | 'previous'
}
