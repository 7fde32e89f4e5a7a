/** The words of JSON (https://www.rfc-editor.org/rfc/rfc8259) in bytes that are UTF-8. Each function says where one ends. */

const [quote, backslash, letterU] = [0x22, 0x5c, 0x75]
const [zero, nine, minus, plus, dot] = [0x30, 0x39, 0x2d, 0x2b, 0x2e]
const words = ['true', 'false', 'null'].map((word) => Buffer.from(word))

/** 1 for every byte that a string holds as it is. */
const plain = new Uint8Array(256).fill(1, 0x20)
plain[quote] = 0
plain[backslash] = 0

/** 1 for what may follow a backslash, `u` apart. */
const escapes = new Uint8Array(256)
for (const byte of Buffer.from('"\\/bfnrt')) escapes[byte] = 1

export function skipSpace(bytes: Uint8Array, from: number): number {
  const { length } = bytes
  let at = from
  while (at < length) {
    const byte = bytes[at] ?? 0
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) return at
    at++
  }
  return at
}

/** `from` is at the opening quote; -1: no string. */
export function stringEnd(bytes: Uint8Array, from: number): number {
  const { length } = bytes
  let at = from + 1
  while (at < length) {
    const byte = bytes[at] ?? 0
    if (plain[byte] === 1) {
      at++
      continue
    }
    if (byte === quote) return at + 1
    if (byte !== backslash || at + 1 >= length) return -1
    const escaped = bytes[at + 1] ?? 0
    if (escapes[escaped] === 1) at += 2
    else if (escaped === letterU && isHex4(bytes, at + 2)) at += 6
    else return -1
  }
  return -1
}

/** `from` is at a digit or a minus; -1: no number. */
export function numberEnd(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === minus ? from + 1 : from
  const whole = at
  at = digitsEnd(bytes, at)
  if (at === whole || (bytes[whole] === zero && at > whole + 1)) return -1
  if (bytes[at] === dot) {
    const fraction = at + 1
    at = digitsEnd(bytes, fraction)
    if (at === fraction) return -1
  }
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    const sign = bytes[at + 1]
    const exponent = sign === plus || sign === minus ? at + 2 : at + 1
    at = digitsEnd(bytes, exponent)
    if (at === exponent) return -1
  }
  return at
}

/** true, false or null; -1: none of them. */
export function wordEnd(bytes: Uint8Array, from: number): number {
  for (const word of words) {
    let i = 0
    while (i < word.length && bytes[from + i] === word[i]) i++
    if (i === word.length) return from + i
  }
  return -1
}

function digitsEnd(bytes: Uint8Array, from: number): number {
  const { length } = bytes
  let at = from
  while (at < length) {
    const byte = bytes[at] ?? 0
    if (byte < zero || byte > nine) return at
    at++
  }
  return at
}

function isHex4(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < from + 4; at++) {
    const byte = (bytes[at] ?? 0) | 0x20
    const isDigit = (bytes[at] ?? 0) >= zero && (bytes[at] ?? 0) <= nine
    if (!isDigit && (byte < 0x61 || byte > 0x66)) return false
  }
  return true
}
