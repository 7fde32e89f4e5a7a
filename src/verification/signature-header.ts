import type { SignatureScheme } from '../providers/types.ts'
import { decodeSignature } from './encoding.ts'

/** What a signature's place says. */
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
 * Compiles how a scheme writes its signature header. `length` is the signature's size in bytes (null: any), `limit` the
 * number of signatures that are looked at: a request may present several (rotation), but not make us work without end.
 */
export function signatureHeaderReader(
  scheme: SignatureScheme,
  length: number | null,
  limit: number,
): SignatureHeaderReader {
  const { encoding, list, prefix = '', prefixOptional = false } = scheme
  const decode = (text: string): Buffer | null => {
    if (text.startsWith(prefix)) return decodeSignature(text.slice(prefix.length), encoding, length)
    return prefixOptional ? decodeSignature(text, encoding, length) : null
  }

  if (list === undefined) {
    return (value) => {
      const bytes = decode(value)
      return { signatures: bytes === null ? none : [bytes], found: true, timestamps: none }
    }
  }

  const { separator, lead = '' } = list
  const signatureIn = itemReader(list.label, list.assign)
  const from = scheme.timestamp?.from
  const positional = from === 'list:#0'
  const timestampStart = from?.startsWith('list:') ? from.slice('list:'.length) + (list.assign ?? '') : null

  return (value) => {
    const signatures: Buffer[] = []
    const timestamps: string[] = []
    if (!value.startsWith(lead)) return { signatures: none, found: true, timestamps: none }
    let found = false
    let start = lead.length
    for (let index = 0; start <= value.length; index++) {
      const next = value.indexOf(separator, start)
      const end = next === -1 ? value.length : next
      const item = trimBlanks(value.slice(start, end))
      start = end + separator.length
      const text = positional && index === 0 ? null : signatureIn(item)
      if (text !== null) {
        found = true
        if (signatures.length === limit) continue
        const bytes = decode(text)
        if (bytes !== null) signatures.push(bytes)
      } else if (positional) {
        timestamps.push(item)
      } else if (timestampStart !== null && item.startsWith(timestampStart)) {
        timestamps.push(item.slice(timestampStart.length))
      }
    }
    return { signatures, found, timestamps }
  }
}

/** Without spaces and tabs at its ends (RFC 9110 §5.6.3), which are all that senders put between items. */
export function trimBlanks(text: string): string {
  return isBlank(text.charCodeAt(0)) || isBlank(text.charCodeAt(text.length - 1))
    ? text.replace(/^[ \t]+/, '').replace(/(?<![ \t])[ \t]+$/, '')
    : text
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** The signature in one item of a list; null when the item is something else. */
function itemReader(label: string | undefined, assign: string | undefined): (item: string) => string | null {
  if (assign === undefined) return (item) => item
  if (label === undefined) {
    return (item) => {
      const at = item.indexOf(assign)
      return at === -1 ? null : item.slice(at + assign.length)
    }
  }
  const start = label + assign
  return (item) => (item.startsWith(start) ? item.slice(start.length) : null)
}
