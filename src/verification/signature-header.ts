import type { Scheme } from '../providers/types.ts'
import { decodeSignature } from './encoding.ts'

/** What a signature header says. */
export interface SignatureHeader {
  /** Those that are well written, in order, at most the reader's limit. */
  readonly signatures: readonly Buffer[]
  /** Whether there is anything at the signature's place at all. */
  readonly found: boolean
  /** Values under the timestamp's label; more than one is for the caller to refuse. */
  readonly timestamps: readonly string[]
}

export type SignatureHeaderReader = (value: string) => SignatureHeader

const none: readonly never[] = []

/**
 * Compiles how a scheme writes its signature header. `length` is the signature's size in bytes, `limit` the number of
 * signatures that are looked at: a request may present several (rotation), but not make us work without end.
 */
export function signatureHeaderReader(scheme: Scheme, length: number, limit: number): SignatureHeaderReader {
  const { encoding, list, prefix = '' } = scheme
  const decode = (text: string): Buffer | null =>
    text.startsWith(prefix) ? decodeSignature(text.slice(prefix.length), encoding, length) : null

  if (list === undefined) {
    return (value) => {
      const bytes = decode(value)
      return { signatures: bytes === null ? none : [bytes], found: true, timestamps: none }
    }
  }

  const { separator } = list
  const signatureStart = list.label + list.assign
  const from = scheme.timestamp?.from
  const timestampStart = from?.startsWith('list:') ? from.slice('list:'.length) + list.assign : null

  return (value) => {
    const signatures: Buffer[] = []
    const timestamps: string[] = []
    let found = false
    let start = 0
    while (start <= value.length) {
      const next = value.indexOf(separator, start)
      const end = next === -1 ? value.length : next
      const item = value.slice(start, end).trim()
      start = end + separator.length
      if (item.startsWith(signatureStart)) {
        found = true
        if (signatures.length === limit) continue
        const bytes = decode(item.slice(signatureStart.length))
        if (bytes !== null) signatures.push(bytes)
      } else if (timestampStart !== null && item.startsWith(timestampStart)) {
        timestamps.push(item.slice(timestampStart.length))
      }
    }
    return { signatures, found, timestamps }
  }
}
