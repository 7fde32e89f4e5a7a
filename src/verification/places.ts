import { compilePointer } from '../events/json-pointer.ts'
import { compileJsonScanner } from '../events/json-scanner.ts'
import type { Condition, Place } from '../providers/types.ts'
import { decodeBase64 } from './encoding.ts'
import { singleHeader } from './header.ts'
import { multipartField } from './multipart.ts'
import { formOf, jsonOf, maxParsedBytes, queryOf } from './parsed.ts'
import type { SignedRequest } from './types.ts'

/** The value at a place: `undefined` when absent, `null` when there are several. */
export type PlaceReader = (request: SignedRequest) => string | undefined | null

/** Compiles a place. Text of JSON and forms is Unicode; header values are as Node gives them (latin1). */
export function placeReader(place: Place): PlaceReader {
  const name = nameOf(place)
  if (place === 'body') return wholeBody
  if (place.startsWith('header-json:')) return jsonInHeader(name)
  if (place.startsWith('form:') && name.includes('#/')) return jsonInForm(name)
  if (place.startsWith('header:')) return (request) => singleHeader(request, name)
  if (place.startsWith('query:')) return (request) => only(queryOf(request).getAll(name))
  if (place.startsWith('form:')) return (request) => only(formOf(request).getAll(name))
  if (place.startsWith('multipart:')) return jsonInField(name)
  const read = compilePointer(name)
  const scan = compileJsonScanner([name])
  return (request) => {
    if (request.body.length <= maxParsedBytes) return scalar(read(jsonOf(request)))
    const found = scan(request.body)
    return scalar(found === 'invalid' ? undefined : found[0])
  }
}

/** A body that is more than what anybody signs as one text counts as none. */
function wholeBody({ body }: SignedRequest): string | undefined {
  return body.length === 0 || body.length > maxParsedBytes ? undefined : body.toString('latin1')
}

function jsonInField(name: string): PlaceReader {
  return jsonIn(name, multipartField)
}

function jsonInForm(name: string): PlaceReader {
  return jsonIn(name, (request, field) => only(formOf(request).getAll(field)))
}

function jsonInHeader(name: string): PlaceReader {
  return jsonIn(name, (request, header) => {
    const value = singleHeader(request, header)
    return typeof value === 'string' ? decodeBase64(value)?.toString('utf8') : value
  })
}

/** `name`: `<where>#<pointer>`. */
function jsonIn(
  name: string,
  textAt: (request: SignedRequest, where: string) => string | undefined | null,
): PlaceReader {
  const [where = '', pointer = ''] = name.split('#', 2)
  const read = compilePointer(pointer)
  return (request) => {
    const text = textAt(request, where)
    if (typeof text !== 'string') return text
    try {
      return scalar(read(JSON.parse(text)))
    } catch {
      return undefined
    }
  }
}

/** What follows the first colon. */
export function nameOf(place: string): string {
  return place.slice(place.indexOf(':') + 1)
}

export function headerOf(place: string | undefined): string | null {
  return place?.startsWith('header:') ? nameOf(place) : null
}

/** For the operator: `X header`, `field /x of the body` … */
export function describePlace(place: Place): string {
  const name = nameOf(place)
  if (place === 'body') return 'body'
  if (place.startsWith('header-json:')) return name.replace('#', ' header at ')
  if (place.startsWith('header:')) return `${name} header`
  if (place.startsWith('query:')) return `${name} query parameter`
  return place.startsWith('body:') ? `${name} field of the body` : `${name} form field`
}

/** @param read how the value is found, where that is not as anywhere else */
export function compileCondition<Request = SignedRequest>(
  condition: Condition,
  read: (request: Request) => string | undefined | null,
): (request: Request) => boolean {
  const { is, startsWith, absent, fits } = condition
  const shape = fits === undefined ? null : new RegExp(`^(?:${fits})$`)
  return (request) => {
    const value = read(request)
    if (absent) return value === undefined
    if (shape !== null) return typeof value === 'string' && shape.test(value)
    if (typeof value !== 'string') return value === null && is === undefined && startsWith === undefined
    const text = value.toLowerCase()
    return is === undefined ? text.startsWith(startsWith ?? '') : text === is
  }
}

function only(values: readonly string[]): string | undefined | null {
  return values.length > 1 ? null : values[0]
}

/** Numbers that JavaScript cannot hold exactly are not what was signed. */
function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
  return typeof value === 'boolean' ? String(value) : undefined
}
