import { compilePointer, parsePointer } from '../events/json-pointer.ts'
import type { Place } from '../providers/types.ts'
import { nameOf, placeReader } from '../verification/places.ts'
import type { SignedRequest } from '../verification/types.ts'
import { changeMultipartField } from './multipart.ts'

/** A request that is being written: each step returns a new one. */
export interface Draft {
  /** Path and query, as they go on the wire. */
  readonly url: string
  /** Lower-case names; values as Node sends them (latin1). */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** A draft that cannot hold what it is told to, in one sentence. */
export class DraftError extends Error {
  override readonly name = 'DraftError'
}

/** As the gateway will see it. */
export function requestOf({ url, headers, body }: Draft): SignedRequest {
  return { method: 'POST', url, headers, rawHeaders: Object.entries(headers).flat(), body }
}

/** The value at a place; undefined when there is none, or several. */
export function valueAt(draft: Draft, place: Place): string | undefined {
  return placeReader(place)(requestOf(draft)) ?? undefined
}

/**
 * The same request with this value at this place; `*` in a JSON pointer stands for every item. In JSON a value stays a
 * number where it was one. Throws `DraftError` when the body is not what the place needs.
 */
export function withValue(draft: Draft, place: Place, value: string): Draft {
  const name = nameOf(place)
  if (place.startsWith('header:')) return { ...draft, headers: { ...draft.headers, [name]: value } }
  if (place.startsWith('query:')) return changeQuery(draft, (query) => query.set(name, value))
  if (place.startsWith('form:')) return changeForm(draft, place, (form) => form.set(name, value))
  if (place.startsWith('body:') && isForm(draft)) {
    return changeForm(draft, place, (form) => form.set(parsePointer(name)[0] ?? '', value))
  }
  return changeJson(draft, place, (json, pointer) =>
    written(json, parsePointer(pointer), (before) => (typeof before === 'number' ? numberOf(value) : value)),
  )
}

/** The same request without the value at this place. */
export function withoutValue(draft: Draft, place: Place): Draft {
  const name = nameOf(place)
  if (place.startsWith('header:')) {
    const { [name]: _removed, ...headers } = draft.headers
    return { ...draft, headers }
  }
  if (place.startsWith('query:')) return changeQuery(draft, (query) => query.delete(name))
  if (place.startsWith('form:')) return changeForm(draft, place, (form) => form.delete(name))
  return changeJson(draft, place, (json, pointer) => written(json, parsePointer(pointer), () => undefined))
}

/** Whether the body is an urlencoded form by its content type. */
export function isForm({ headers }: Draft): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(headers['content-type'] ?? '')
}

/** What stands at a JSON pointer of the body; undefined when nothing does, or the body is no JSON. */
export function jsonAt({ body }: Draft, pointer: string): unknown {
  try {
    return compilePointer(pointer)(JSON.parse(body.toString('utf8')))
  } catch {
    return undefined
  }
}

function changeQuery(draft: Draft, change: (query: URLSearchParams) => void): Draft {
  const [path = '', query = ''] = draft.url.split(/\?(.*)/s, 2)
  const fields = new URLSearchParams(query)
  change(fields)
  const text = fields.toString()
  return { ...draft, url: text === '' ? path : `${path}?${text}` }
}

function changeForm(draft: Draft, place: Place, change: (form: URLSearchParams) => void): Draft {
  if (!isForm(draft)) throw new DraftError(`${place} needs a body of type application/x-www-form-urlencoded.`)
  const fields = new URLSearchParams(draft.body.toString('utf8'))
  change(fields)
  return { ...draft, body: Buffer.from(fields.toString()) }
}

/** `change` gets the JSON and the pointer into it: of the body, or of a field of a multipart body. */
function changeJson(draft: Draft, place: Place, change: (json: unknown, pointer: string) => unknown): Draft {
  const name = nameOf(place)
  const changed = (text: string, pointer: string) => {
    try {
      return JSON.stringify(change(JSON.parse(text), pointer))
    } catch {
      throw new DraftError(`${place} needs a body of JSON that has room for it.`)
    }
  }
  if (!place.startsWith('multipart:')) {
    return { ...draft, body: Buffer.from(changed(draft.body.toString('utf8'), name)) }
  }
  const [field = '', pointer = ''] = name.split('#', 2)
  const body = changeMultipartField(draft.headers['content-type'] ?? '', draft.body, field, (text) =>
    changed(text, pointer),
  )
  if (body === null) throw new DraftError(`${place} needs a body of type multipart/form-data with that field.`)
  return { ...draft, body }
}

/** A copy of a document in which the value under these keys is another; undefined removes it. */
function written(at: unknown, keys: readonly string[], change: (before: unknown) => unknown): unknown {
  const [key, ...rest] = keys
  if (key === undefined) return change(at)
  if (Array.isArray(at)) {
    return at.map((item, index) => (key === '*' || key === String(index) ? written(item, rest, change) : item))
  }
  if (at === undefined) return { [key]: written(undefined, rest, change) }
  if (typeof at !== 'object' || at === null) throw new DraftError(`there is no room for "${key}"`)
  const before: unknown = Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined
  return { ...at, [key]: written(before, rest, change) }
}

/** Numbers that would not be written back as they were given stay text. */
function numberOf(text: string): number | string {
  return String(Number(text)) === text ? Number(text) : text
}
