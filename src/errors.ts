/**
 * Everything the webhook routes refuse, with the words the sender sees. The reason is logged, never sent: whoever probes
 * signatures learns nothing. docs/errors.md explains each one; a test keeps the two together.
 */
export const refusals = {
  INVALID_EVENT: { status: 400, message: 'Invalid event name.' },
  INVALID_JSON: { status: 400, message: 'Invalid JSON.' },
  DOUBLED_ID: { status: 400, message: 'Event id header sent twice.' },
  INVALID_SIGNATURE: { status: 401, message: 'Invalid signature.' },
  EXPIRED: { status: 401, message: 'Request expired.' },
  HANDSHAKE_REFUSED: { status: 403, message: 'Handshake refused.' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'Use POST.' },
  TOO_LARGE: { status: 413, message: 'Payload too large.' },
  RATE_LIMITED: { status: 429, message: 'Too many requests. Try again later.' },
  SENDER_UNREACHABLE: { status: 503, message: 'Not verified. Try again.' },
  UNAVAILABLE: { status: 503, message: 'Not stored. Try again.' },
} as const

export type RefusalCode = keyof typeof refusals

/** Seconds after which a sender is asked to try again what could not be stored. */
export const retryAfterSeconds = 5

/** What only the operator is told about a refusal; never a secret or a signature. */
export interface RefusalReason {
  /** One sentence. */
  readonly detail: string
  /** What kind of thing went wrong, in one word. */
  readonly cause?: string
  /** Where the sender wants another status than usual. */
  readonly status?: number
}

/** A request that is answered with one of the refusals. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError'
  readonly code: RefusalCode
  readonly statusCode: number
  readonly reason: RefusalReason | null

  constructor(code: RefusalCode, reason: RefusalReason | null = null) {
    super(refusals[code].message)
    this.code = code
    this.statusCode = reason?.status ?? refusals[code].status
    this.reason = reason
  }
}

/** @param limit bytes that the source takes */
export function tooLarge(limit: number): RefusalError {
  return new RefusalError('TOO_LARGE', { detail: `The body has more than the ${limit} bytes of BODY_LIMIT.` })
}
