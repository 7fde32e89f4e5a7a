import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { compilePointer } from './json-pointer.ts'
import { compileJsonScanner, type JsonScanner } from './json-scanner.ts'

/** What is wanted from a body. */
export interface PayloadQuestion {
  readonly contentType: string | undefined
  /** The sender sends nothing but JSON, whatever the content type says. */
  readonly mustBeJson: boolean
  /** The body is a JWT, and its claims are what is read. */
  readonly isJwt?: boolean
  /** Fields to read. */
  readonly pointers: readonly string[]
  /** Whether the payload will be repeated in the answer. */
  readonly echo: boolean
  /** Whether the parsed body is wanted too, of a small one. */
  readonly keep?: boolean
}

export interface Payload {
  /** The pointers' values where they are text, numbers or booleans; undefined where they are anything else. */
  readonly values: readonly Scalar[]
  /** The payload as JSON; null if it was not asked for. */
  readonly echo: string | null
  /** What `parseBody` gives; there where it was asked for and the body is small. */
  readonly document?: { readonly value: unknown }
}

export type Scalar = string | number | boolean | undefined

/** `invalid`: it says or must be JSON, and is not. */
export type PayloadAnswer = Payload | 'invalid'

/**
 * What a body is said to be. Nothing of a compressed one, which is never unpacked: a few kilobytes may become gigabytes. Its
 * bytes are stored as they came.
 */
export function contentTypeIn(headers: IncomingHttpHeaders): string | undefined {
  const encoding = headers['content-encoding']?.toLowerCase() ?? ''
  return encoding === '' || encoding === 'identity' ? headers['content-type'] : undefined
}

const json = /^(?:application|text)\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i
const form = /^application\/x-www-form-urlencoded\s*(?:;|$)/i

/**
 * Reads a body that was verified. JSON is taken by its content type; a body of another type whose fields are wanted is
 * tried as JSON too (some senders call theirs text/plain), but may be anything.
 */
export function readPayload(
  body: Buffer,
  { contentType = '', mustBeJson, isJwt = false, pointers, echo, keep = false }: PayloadQuestion,
): PayloadAnswer {
  if (isJwt) return readJson(claimsOf(body), pointers, echo, keep)
  if (mustBeJson || json.test(contentType)) {
    return readJson(body, pointers, echo, keep)
  }
  if (form.test(contentType)) {
    const fields = parseForm(body)
    return { values: scalars(fields, pointers), echo: echo ? JSON.stringify(fields) : null, ...kept(keep, fields) }
  }
  const asJson = pointers.length === 0 && !keep ? 'invalid' : readJson(body, pointers, false, keep)
  return {
    ...(asJson === 'invalid' ? { values: scalars(undefined, pointers), ...kept(keep, undefined) } : asJson),
    echo: echo ? JSON.stringify(textOf(body)) : null,
  }
}

/**
 * The whole body: as JSON whatever its content type says, or as the fields of a form; undefined when it is neither. May
 * take long, and forty times the body's size.
 */
export function parseBody(body: Buffer, contentType = ''): unknown {
  if (form.test(contentType)) return parseForm(body)
  const bytes = withoutBom(body)
  if (!isUtf8(bytes)) return undefined
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function kept(keep: boolean, value: unknown): Pick<Payload, 'document'> {
  return keep ? { document: { value } } : {}
}

/** Past this size a body is scanned rather than parsed: what parsing makes of it can be forty times as large. */
const maxParsedBytes = 64 * 1024

function readJson(body: Buffer, pointers: readonly string[], echo: boolean, keep: boolean): PayloadAnswer {
  const bytes = withoutBom(body)
  if (bytes.length > maxParsedBytes) {
    const values = scannerFor(pointers)(bytes)
    return values === 'invalid' ? 'invalid' : { values, echo: echo ? bytes.toString('utf8') : null }
  }
  // RFC 8259 §8.1: JSON between systems is UTF-8; decoding would hide bytes that are not.
  if (!isUtf8(bytes)) return 'invalid'
  const text = bytes.toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    return { values: scalars(value, pointers), echo: echo ? text : null, ...kept(keep, value) }
  } catch {
    return 'invalid'
  }
}

/** RFC 7515 section 7.1: what stands between the dots. */
function claimsOf(jwt: Buffer): Buffer {
  const [, claims = ''] = jwt.toString('latin1').split('.', 2)
  return Buffer.from(claims, 'base64url')
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

/** The rows' pointers are few and always the same. */
const readerOf = memoize(compilePointer)
const scannerOf = memoize((pointers: string) => compileJsonScanner(JSON.parse(pointers)))

function scannerFor(pointers: readonly string[]): JsonScanner {
  return scannerOf(JSON.stringify(pointers))
}

function memoize<T>(compile: (text: string) => T): (text: string) => T {
  const made = new Map<string, T>()
  return (text) => {
    const known = made.get(text)
    if (known !== undefined) return known
    const fresh = compile(text)
    made.set(text, fresh)
    return fresh
  }
}

function scalars(value: unknown, pointers: readonly string[]): Scalar[] {
  return pointers.map((pointer) => {
    const found = readerOf(pointer)(value)
    return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? found : undefined
  })
}
