import { isUtf8 } from 'node:buffer'
import type { SignedRequest } from './types.ts'

interface Parsed {
  json?: { readonly value: unknown }
  form?: URLSearchParams
  isForm?: boolean
  query?: URLSearchParams
}

/** Nobody has proved anything yet: what JSON.parse makes of more is too much to give to anyone. */
export const maxParsedBytes = 1024 * 1024
/** No sender's form has more fields, and some are signed sorted. */
const maxFields = 1000

/** Several tokens and schemes may read the same body: it is parsed once per request, and only if a row asks. */
const cache = new WeakMap<SignedRequest, Parsed>()

function parsedOf(request: SignedRequest): Parsed {
  const known = cache.get(request)
  if (known !== undefined) return known
  const parsed: Parsed = {}
  cache.set(request, parsed)
  return parsed
}

/** The body as JSON; undefined when it is none, or larger than `maxParsedBytes`. */
export function jsonOf(request: SignedRequest): unknown {
  const parsed = parsedOf(request)
  parsed.json ??= { value: parseJson(request.body) }
  return parsed.json.value
}

/** The body's fields if it is a readable form; none otherwise. */
export function formOf(request: SignedRequest): URLSearchParams {
  const parsed = parsedOf(request)
  parsed.form ??= new URLSearchParams(isReadableForm(request) ? request.body.toString('utf8') : '')
  return parsed.form
}

export function queryOf(request: SignedRequest): URLSearchParams {
  const parsed = parsedOf(request)
  const at = request.url.indexOf('?')
  parsed.query ??= new URLSearchParams(at === -1 ? '' : request.url.slice(at + 1))
  return parsed.query
}

/** Whether the body is a form by its content type, and of few enough fields to be read. */
export function isReadableForm(request: SignedRequest): boolean {
  const parsed = parsedOf(request)
  const type = request.headers['content-type'] ?? ''
  parsed.isForm ??= /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type) && !hasTooManyFields(request.body)
  return parsed.isForm
}

function hasTooManyFields(body: Buffer): boolean {
  let fields = 1
  for (let at = body.indexOf('&'); at !== -1 && fields <= maxFields; at = body.indexOf('&', at + 1)) fields++
  return fields > maxFields
}

function parseJson(body: Buffer): unknown {
  if (body.length > maxParsedBytes || !isUtf8(body)) return undefined
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
