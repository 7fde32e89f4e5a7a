/**
 * Reads a signature of exactly `length` bytes. Anything that the encoding would not write itself is refused (null):
 * Node's decoders skip bad characters, cut wide ones to a byte, take either base64 alphabet and ignore spare bits, and
 * each of those would let a changed signature pass as the original. Hex is read in either case, as decoders do.
 */
export function decodeSignature(text: string, encoding: 'hex' | 'base64', length: number): Buffer | null {
  if (encoding === 'hex') {
    if (text.length !== length * 2) return null
    const bytes = Buffer.from(text, 'hex')
    return bytes.toString('hex') === text.toLowerCase() ? bytes : null
  }
  const bytes = decodeBase64(text)
  return bytes?.length === length ? bytes : null
}

/** Strict base64 (RFC 4648 section 4: standard alphabet, padded, spare bits zero); null for anything else or nothing. */
export function decodeBase64(text: string): Buffer | null {
  if (text === '') return null
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}
