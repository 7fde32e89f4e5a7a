import { numberEnd, skipSpace, stringEnd, wordEnd } from '../../events/json-lexer.ts'

const code = (character: string) => character.charCodeAt(0)
const [QUOTE, COMMA, COLON, MINUS] = [code('"'), code(','), code(':'), code('-')]
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [code('{'), code('}'), code('['), code(']')]

/** Where a text stops being JSON; line and column count from 1. */
export interface JsonFault {
  readonly line: number
  readonly column: number
  readonly expected: string
}

/** Finds the first fault of a text that is not JSON. The parser's own message quotes the text, which may be a secret. */
export function findJsonFault(text: string): JsonFault | null {
  const bytes = Buffer.from(text, 'utf8')
  const fault = faultIn(bytes)
  if (fault === null) return null
  const before = bytes.subarray(0, fault.at).toString('utf8').split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, expected: fault.expected }
}

interface Fault {
  readonly at: number
  readonly expected: string
}

function faultIn(bytes: Uint8Array): Fault | null {
  const value = readValue(bytes, skipSpace(bytes, 0))
  if (typeof value !== 'number') return value
  const end = skipSpace(bytes, value)
  return end === bytes.length ? null : { at: end, expected: 'the end of the file' }
}

/** The end of the value that begins at `from`, or its fault. */
function readValue(bytes: Uint8Array, from: number): number | Fault {
  const first = bytes[from] ?? 0
  if (first === OPEN_OBJECT) return readMembers(bytes, from + 1, CLOSE_OBJECT)
  if (first === OPEN_ARRAY) return readMembers(bytes, from + 1, CLOSE_ARRAY)
  if (first === QUOTE) return orFault(stringEnd(bytes, from), from, 'a text that ends on its line, with valid escapes')
  if (first === MINUS || (first >= code('0') && first <= code('9')))
    return orFault(numberEnd(bytes, from), from, 'a number')
  return orFault(wordEnd(bytes, from), from, 'a value: JSON has no comments, no trailing commas, no bare words')
}

function readMembers(bytes: Uint8Array, from: number, close: number): number | Fault {
  let at = skipSpace(bytes, from)
  if (bytes[at] === close) return at + 1
  for (;;) {
    if (close === CLOSE_OBJECT) {
      const key = bytes[at] === QUOTE ? stringEnd(bytes, at) : -1
      if (key === -1) return { at, expected: 'a key in double quotes: JSON has no comments and no trailing commas' }
      at = skipSpace(bytes, key)
      if (bytes[at] !== COLON) return { at, expected: 'a colon' }
      at = skipSpace(bytes, at + 1)
    }
    const value = readValue(bytes, at)
    if (typeof value !== 'number') return value
    at = skipSpace(bytes, value)
    if (bytes[at] === close) return at + 1
    if (bytes[at] !== COMMA) return { at, expected: `a comma or ${close === CLOSE_OBJECT ? '}' : ']'}` }
    at = skipSpace(bytes, at + 1)
  }
}

function orFault(end: number, from: number, expected: string): number | Fault {
  return end === -1 ? { at: from, expected } : end
}
