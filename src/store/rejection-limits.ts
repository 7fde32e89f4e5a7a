import type { NewRejection } from './types.ts'

export interface RejectionLimits {
  /** How many rejections are kept, and how many bytes of headers and bodies. */
  readonly maxCount: number
  readonly maxBytes: number
  /** A larger body is not kept, its rejection is. */
  readonly maxBodyBytes: number
}

export const rejectionLimits: RejectionLimits = {
  maxCount: 10_000,
  maxBytes: 256 * 1024 * 1024,
  maxBodyBytes: 1024 * 1024,
}

/** A rejection as it is kept. */
export function trimRejection(rejection: NewRejection, { maxBodyBytes }: RejectionLimits): NewRejection {
  const { body } = rejection
  return body === null || body.byteLength <= maxBodyBytes
    ? rejection
    : { ...rejection, body: null, bodySize: body.byteLength }
}
