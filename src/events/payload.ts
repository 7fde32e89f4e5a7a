import { isUtf8 } from 'node:buffer'
import { compilePointer, type PointerReader } from './json-pointer.ts'

/** What is wanted from a body. */
export interface PayloadQuestion {
  readonly contentType: string | undefined
  /** The sender sends nothing but JSON, whatever the content type says. */
  readonly mustBeJson: boolean
  /** Fields to read. */
  readonly pointers: readonly string[]
  /** Whether the payload will be repeated in the answer. */
  readonly echo: boolean
}

export interface Payload {
  /** The pointers' values where they are text, numbers or booleans; undefined where they are anything else. */
  readonly values: readonly Scalar[]
  /** The payload as JSON; null if it was not asked for. */
  readonly echo: string | null
}

export type Scalar = string | number | boolean | undefined

/** `invalid`: it says or must be JSON, and is not. */
export type PayloadAnswer = Payload | 'invalid'

const json = /^(?:application|text)\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i
const form = /^application\/x-www-form-urlencoded\s*(?:;|$)/i

/**
 * Reads a body that was verified. JSON is taken by its content type; a body of another type whose fields are wanted is
 * tried as JSON too (some senders call theirs text/plain), but may be anything.
 */
export function readPayload(
  body: Buffer,
  { contentType = '', mustBeJson, pointers, echo }: PayloadQuestion,
): PayloadAnswer {
  if (mustBeJson || json.test(contentType)) {
    const parsed = parseJson(body)
    if (parsed === undefined) return 'invalid'
    return { values: scalars(parsed.value, pointers), echo: echo ? parsed.text : null }
  }
  if (form.test(contentType)) {
    const fields = parseForm(body)
    return { values: scalars(fields, pointers), echo: echo ? JSON.stringify(fields) : null }
  }
  const parsed = pointers.length === 0 ? undefined : parseJson(body)
  return { values: scalars(parsed?.value, pointers), echo: echo ? JSON.stringify(textOf(body)) : null }
}

function parseJson(body: Buffer): { readonly value: unknown; readonly text: string } | undefined {
  // RFC 8259 §8.1: JSON between systems is UTF-8; decoding would hide bytes that are not.
  if (body.length === 0 || !isUtf8(body)) return undefined
  const text = withoutBom(body).toString('utf8')
  try {
    return { value: JSON.parse(text), text }
  } catch {
    return undefined
  }
}

/** RFC 8259 §8.1: parsers may ignore a byte order mark. */
function withoutBom(body: Buffer): Buffer {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body
}

/** A field that comes several times becomes a list. */
function parseForm(body: Buffer): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of new URLSearchParams(body.toString('utf8'))) {
    const before = fields[name]
    if (before === undefined) fields[name] = value
    else if (Array.isArray(before)) before.push(value)
    else fields[name] = [before, value]
  }
  return fields
}

function textOf(body: Buffer): string | null {
  return isUtf8(body) ? body.toString('utf8') : null
}

const readers = new Map<string, PointerReader>()

/** The rows' pointers are few and always the same. */
function readerOf(pointer: string): PointerReader {
  const known = readers.get(pointer)
  if (known !== undefined) return known
  const reader = compilePointer(pointer)
  readers.set(pointer, reader)
  return reader
}

function scalars(value: unknown, pointers: readonly string[]): Scalar[] {
  return pointers.map((pointer) => {
    const found = readerOf(pointer)(value)
    return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? found : undefined
  })
}
