import type { IncomingHttpHeaders } from 'node:http'

/** What a signature can depend on, exactly as received. */
export interface SignedRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  /** Node's joined headers: lower-case names. */
  readonly headers: IncomingHttpHeaders
  /** Name, value, name, value …: the only place where a doubled header can be seen. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

/**
 * Why a request was refused. For the operator's eyes only: the sender gets one answer for all. `unavailable`: nobody can say
 * whether it is genuine, because the sender's key could not be fetched; it must be sent again.
 */
export type RefusalCause = 'missing' | 'malformed' | 'mismatch' | 'expired' | 'unavailable'

export interface Accepted {
  readonly ok: true
  /** The scheme's name in its provider row. */
  readonly scheme: string
  /** Which of the configured secrets matched. */
  readonly secret: 'current' | 'previous'
  /**
   * The signature, without prefix or label and in one spelling (hex in lower case), so that a repeat of the same request is
   * recognised however it is written: of several, what the current secret makes; of ECDSA, r, since anyone can change s. Of
   * a token, which is a secret, the hash of the body instead.
   */
  readonly signature: string
  /** Unix milliseconds from signed material; null if the scheme signs no time. */
  readonly signedAt: number | null
  /** Header names whose values the signature covers, lower case: an id read from one of these is trustworthy. */
  readonly signedHeaders: ReadonlySet<string>
  /** Of a signature that covers no more of the body than some fields: JSON pointers to them. */
  readonly signedFields?: ReadonlySet<string>
  /** The signature covers the body not at all or only in part, so what is read from it is as good as its sender. */
  readonly unsignedBody?: true
}

export interface Refused {
  readonly ok: false
  readonly cause: RefusalCause
  /** One plain sentence for the operator. Never contains a secret or a signature. */
  readonly detail: string
}

export type Verdict = Accepted | Refused

/** A provider's schemes compiled with one source's secrets. Never throws, does no I/O. */
export type Verifier = (request: SignedRequest, nowMs: number) => Verdict

/** The same where keys may have to be fetched first. Never throws nor rejects; at once unless it has to wait for a key. */
export type FetchingVerifier = (request: SignedRequest, nowMs: number) => Verdict | Promise<Verdict>

/**
 * One scheme with its keys. `absent`: it is not used in this request. `unlabelled`: its place is there and may hold another
 * scheme's signature, because nothing in it has this scheme's label.
 */
export type SchemeVerifier = (request: SignedRequest, nowMs: number) => Verdict | 'absent' | 'unlabelled'

export function refuse(cause: RefusalCause, detail: string): Refused {
  return { ok: false, cause, detail }
}

export interface SourceSecrets {
  readonly current: string
  /** Also accepted while a rotation is under way. */
  readonly previous: string | null
}
