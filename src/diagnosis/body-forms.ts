import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import { brotliDecompressSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib'
import type { SignedRequest } from '../verification/types.ts'
import { jsonForms } from './json-forms.ts'
import type { Cause } from './types.ts'

/** What may have been signed in place of the body that came. */
export interface BodyForm {
  readonly body: Buffer
  readonly cause: Cause
  /** Completes "The signature is for the same body …". */
  readonly was: string
}

/** What a body may grow to when it is unpacked. */
const maxUnpacked = 8 * 1024 * 1024
/** Past this only the usual forms of JSON are tried. */
export const largeBytes = 64 * 1024
/** Of gzip: what the header says of the system it was made on. */
const systems = [3, 255, 0, 10, 19]

const form = /^application\/x-www-form-urlencoded\s*(?:;|$)/i

/** Each other form once, the likeliest first; never the body as it is. */
export function* bodyForms(request: SignedRequest): Generator<BodyForm> {
  // By their hashes: there may be a hundred of a megabyte each.
  const seen = new Set([hash('sha1', request.body)])
  for (const one of allForms(request)) {
    const known = hash('sha1', one.body)
    if (seen.has(known)) continue
    seen.add(known)
    yield one
  }
}

function* allForms(request: SignedRequest): Generator<BodyForm> {
  const { body } = request
  if (body.byteLength === 0) return
  const text = isUtf8(body) ? body.toString('utf8') : null
  yield* unpacked(body)
  if (text !== null) {
    yield* spaced(text)
    yield* json(text, body.byteLength > largeBytes)
    yield* forms(text, request)
    yield* wrapped(text)
    yield* charsets(text)
  }
  yield* characters(body)
  yield* repacked(request)
}

function of(cause: Cause, text: string | Buffer, was: string): BodyForm {
  return { body: typeof text === 'string' ? Buffer.from(text, 'utf8') : text, cause, was }
}

function* spaced(text: string): Generator<BodyForm> {
  if (text.startsWith('\ufeff')) yield of('body_bom', text.slice(1), 'without the byte order mark at its start')
  const cause = 'body_white_space'
  yield of(cause, `${text}\n`, 'with a line break at its end')
  yield of(cause, text.replace(/\r?\n$/, ''), 'without the line break at its end')
  yield of(cause, `${text}\r\n`, 'with CR and LF at its end')
  yield of(cause, text.trim(), 'without white space at its start and end')
  yield of(cause, text.trimStart(), 'without white space at its start')
  yield of(cause, `${text} `, 'with a space at its end')
  yield of('body_line_endings', text.replaceAll('\r\n', '\n'), 'with LF where it has CR and LF now')
  yield of('body_line_endings', text.replace(/\r?\n/g, '\r\n'), 'with CR and LF where it has LF now')
  yield of('body_line_endings', text.replace(/\r?\n/g, ''), 'without its line breaks')
  yield of('body_bom', `\ufeff${text}`, 'with a byte order mark at its start')
}

function* json(text: string, few: boolean): Generator<BodyForm> {
  for (const { text: written, name } of jsonForms(text.replace(/^\ufeff/, ''), few)) {
    yield of('body_reserialised', written, `written ${name}`)
    if (!few) yield of('body_reserialised', `${written}\n`, `written ${name}, with a line break at its end`)
  }
}

function* forms(text: string, { headers }: SignedRequest): Generator<BodyForm> {
  const cause = 'body_form'
  const fields = new URLSearchParams(text)
  if (form.test(headers['content-type'] ?? '') || /^[\w.%[\]-]+=/.test(text)) {
    const again = fields.toString()
    yield of(cause, again, 'with its form encoded in the other way')
    yield of(cause, again.replaceAll('+', '%20'), 'with spaces of its form as %20')
    yield of(cause, text.replaceAll('%20', '+'), 'with spaces of its form as +')
    yield of(cause, text.replaceAll('+', '%20'), 'with spaces of its form as %20')
    yield of(cause, text.replace(/%[0-9A-F]{2}/g, lower), 'with its form escaped in lower case')
    yield of(cause, text.replace(/%[0-9a-f]{2}/g, upper), 'with its form escaped in upper case')
    yield of(cause, decoded(text), 'before its form was encoded')
    const [[, first = ''] = []] = [...fields]
    if (fields.size === 1) yield of(cause, first, 'without the form field around it')
    yield of(cause, JSON.stringify(Object.fromEntries(fields)), 'as JSON, where a form came')
  }
  const object = objectOf(text)
  if (object === null) return
  const flat = Object.entries(object).filter(([, value]) => typeof value !== 'object')
  const made = new URLSearchParams(flat.map(([name, value]): [string, string] => [name, String(value)]))
  if (flat.length === Object.keys(object).length) {
    yield of(cause, made.toString(), 'as a form, where JSON came')
    yield of(cause, made.toString().replaceAll('+', '%20'), 'as a form with spaces as %20, where JSON came')
  }
  yield of(cause, `payload=${encodeURIComponent(text)}`, 'in a form field named payload')
  yield of(cause, new URLSearchParams({ payload: text }).toString(), 'in a form field named payload')
}

const lower = (code: string) => code.toLowerCase()
const upper = (code: string) => code.toUpperCase()

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function objectOf(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

/** Texts in texts: what functions and queues do with a body that they are handed. */
function* wrapped(text: string): Generator<BodyForm> {
  const cause = 'body_wrapped'
  if (/^\s*"/.test(text)) {
    try {
      const inner: unknown = JSON.parse(text)
      if (typeof inner === 'string') yield of(cause, inner, 'without the quotes around it, which make a text of it')
    } catch {
      // Then it is none.
    }
  }
  yield of(cause, JSON.stringify(text), 'in quotes, as a JSON text')
  if (/^[\w+/=\s-]+$/.test(text)) yield of(cause, Buffer.from(text, 'base64'), 'before it was encoded in base64')
  yield of(cause, Buffer.from(text).toString('base64'), 'in base64')
  const plain = unescaped(text)
  if (plain !== text) yield of(cause, plain, 'before it was escaped for HTML')
  for (const inner of innerBodies(text)) yield of(cause, inner, 'that is now wrapped into other JSON')
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" }

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (whole, name: string) => entities[name] ?? whole)
}

/** What gateways and queues call what they wrap. */
function* innerBodies(text: string): Generator<string | Buffer> {
  const object = objectOf(text)
  if (object === null) return
  for (const name of ['body', 'payload', 'data', 'Message', 'message', 'rawBody']) {
    const value: unknown = Reflect.get(object, name)
    if (typeof value === 'string') {
      yield value
      yield Buffer.from(value, 'base64')
    } else if (typeof value === 'object' && value !== null) yield JSON.stringify(value)
  }
}

function* charsets(text: string): Generator<BodyForm> {
  const cause = 'body_charset'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what latin1 has
  if (/^[\x00-\xff]*$/.test(text)) yield of(cause, Buffer.from(text, 'latin1'), 'in Latin-1, or encoded once less')
  yield of(cause, Buffer.from(text, 'utf16le'), 'in UTF-16')
  for (const shape of ['NFC', 'NFD'] as const) yield of(cause, text.normalize(shape), `in the form ${shape} of Unicode`)
}

function* characters(body: Buffer): Generator<BodyForm> {
  yield of('body_charset', Buffer.from(body.toString('latin1'), 'utf8'), 'taken for Latin-1 and encoded once more')
}

function* unpacked(body: Buffer): Generator<BodyForm> {
  const options = { maxOutputLength: maxUnpacked }
  for (const unpack of [gunzipSync, inflateSync, brotliDecompressSync]) {
    try {
      yield of('body_compressed', unpack(body, options), 'before it was compressed')
    } catch {
      // Then it is not packed so.
    }
  }
}

/** A proxy unpacked it and left the header. Which compressor made it can only be guessed. */
function* repacked({ body, headers }: SignedRequest): Generator<BodyForm> {
  if (!/gzip/i.test(headers['content-encoding'] ?? '') || (body[0] === 0x1f && body[1] === 0x8b)) return
  for (const level of [6, 9, 1]) {
    const packed = gzipSync(body, { level })
    for (const system of systems) {
      for (const flags of [0, 2, 4]) {
        const guess = Buffer.from(packed)
        guess[8] = flags
        guess[9] = system
        yield of('body_compressed', guess, 'compressed, as its Content-Encoding says')
      }
    }
  }
}
