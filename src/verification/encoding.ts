/**
 * Reads a signature of exactly `length` bytes (null: of any). Anything that the encoding would not write itself is refused
 * (null): Node's decoders skip bad characters, cut wide ones to a byte, take either base64 alphabet and ignore spare bits,
 * and each of those would let a changed signature pass as the original. Hex is read in either case, as decoders do.
 */
export function decodeSignature(
  text: string,
  encoding: 'hex' | 'base64' | 'base64url',
  length: number | null,
): Buffer | null {
  if (encoding === 'hex') {
    if (length !== null && text.length !== length * 2) return null
    return decodeHex(text)
  }
  const bytes = encoding === 'base64' ? decodeBase64(text) : decodeBase64Url(text)
  return length === null || bytes?.length === length ? bytes : null
}

/** Strict base64 (RFC 4648 section 4: standard alphabet, padded, spare bits zero); null for anything else or nothing. */
export function decodeBase64(text: string): Buffer | null {
  return decodeStrictly(text, 'base64')
}

/** Strict base64url (RFC 4648 section 5: url alphabet, unpadded, spare bits zero); null for anything else or nothing. */
export function decodeBase64Url(text: string): Buffer | null {
  return decodeStrictly(text, 'base64url')
}

/** Hex digits in either case, two for each byte; null for anything else or nothing. */
export function decodeHex(text: string): Buffer | null {
  if (text === '') return null
  const bytes = Buffer.from(text, 'hex')
  return bytes.toString('hex') === text.toLowerCase() ? bytes : null
}

function decodeStrictly(text: string, encoding: 'base64' | 'base64url'): Buffer | null {
  if (text === '') return null
  const bytes = Buffer.from(text, encoding)
  return bytes.toString(encoding) === text ? bytes : null
}
