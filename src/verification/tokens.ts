import { hash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import type { Place, SignatureList } from '../providers/types.ts'
import { singleHeader } from './header.ts'
import { formOf, isForm, queryOf } from './parsed.ts'
import { describePlace, headerOf, type PlaceReader, placeReader } from './places.ts'
import type { SignedRequest } from './types.ts'

/** A run of signed bytes: text stands for latin1 bytes, which is how Node hands over header values. */
export type Chunk = string | Buffer

/** What of a request cannot be put into the signed bytes, and why. */
export interface Unsignable {
  readonly problem: string
  readonly absent: boolean
}

export type Resolver = (request: SignedRequest, timestamp: string) => Chunk | Unsignable

/** What a token may refer to besides the request. */
export interface TokenContext {
  readonly at?: Place
  readonly list?: SignatureList
  readonly timestamp?: { readonly from: string }
  readonly id?: `header:${string}`
  /** Without a slash at its end; null: not configured. */
  readonly publicUrl: string | null
}

type Token = (argument: string, context: TokenContext) => Resolver | null

/** Tokens that cover the whole body. */
const bodyTokens = ['{body}', '{body-', '{form-sorted}', '{form-php-serialized:', '{url-and-form-sorted}'] as const

export function coversBody(template: string): boolean {
  return bodyTokens.some((token) => template.includes(token))
}

/** Tokens that depend on where the sender believes to have posted. */
export function needsPublicUrl(template: string): boolean {
  return /\{(?:url|url-[a-z0-9-]+)\}/.test(template)
}

/** Nobody has proved anything yet: a body that grows beyond this is not unpacked further. */
const maxUnpackedBytes = 8 * 1024 * 1024

/**
 * What each token of a template stands for; a new token is one more entry here. An entry is asked once per scheme at
 * start and returns null when the scheme lacks what the token needs.
 */
const tokens: Readonly<Record<string, Token>> = {
  body: () => (request) => request.body,
  timestamp: (_, { timestamp }) => (timestamp === undefined ? null : (_request, text) => text),
  id: (_, { id }) => (id === undefined ? null : fromPlace(id)),
  header: (name) => fromPlace(`header:${name}`),
  query: (name) => fromPlace(`query:${name}`),
  'query-lower': (name) => fromPlace(`query:${name}`, (text) => text.toLowerCase()),
  form: (name) => fromPlace(`form:${name}`),
  json: (pointer) => fromPlace(`body:/${pointer.slice(1)}`),
  multipart: (name) => fromPlace(`multipart:${name.split('#', 1)[0] ?? ''}#/${name.split('#/')[1] ?? ''}`),
  'json?': (pointer) => orEmpty(fromPlace(`body:/${pointer.slice(1)}`)),
  method: () => (request) => request.method,
  path:
    (_, { publicUrl }) =>
    (request) =>
      pathOf(request, publicUrl),
  'path-contentful':
    (_, { publicUrl }) =>
    (request) =>
      pathOf(request, publicUrl) + contentfulQuery(request),
  url: (_, { publicUrl }) => withUrl(publicUrl, (base, request) => base + request.url),
  'url-port': (_, { publicUrl }) => withUrl(publicUrl, (base, request) => withPort(base) + request.url),
  'url-sha256-hex': (_, { publicUrl }) =>
    withUrl(publicUrl, (base, request) => hash('sha256', Buffer.from(base + request.url, 'utf8'), 'hex')),
  'url-hubspot': (_, { publicUrl }) => withUrl(publicUrl, (base, request) => hubspotUrl(base + request.url)),
  'url-and-form-sorted': (_, { publicUrl }) => withUrl(publicUrl, plivoUrlAndForm),
  'form-sorted': () => (request) =>
    request.body.length > 0 && !isForm(request) ? notForm : utf8(sortedFields(formOf(request))),
  'form-php-serialized': (except) => (request) => (isForm(request) ? phpSerialized(request, except) : notForm),
  'body-sha256-hex': () => (request) => hash('sha256', request.body, 'hex'),
  'body-sha256-base64': () => (request) => hash('sha256', request.body, 'base64'),
  'body-md5-base64': () => (request) => (request.body.length === 0 ? '' : hash('md5', request.body, 'base64')),
  'body-unzipped': () => (request) => unzipped(request.body),
  list: (label, context) => fromList(label, context),
  'list-headers': (label, context) => {
    const names = fromList(label, context)
    return names && ((request, timestamp) => namedHeaders(names(request, timestamp), request))
  },
  'signed-headers': (name, { timestamp }) => signedHeaders(name, headerOf(timestamp?.from)),
}

/** Null when there is no such token, or the scheme lacks what it needs. */
export function resolverOf(token: string, context: TokenContext): Resolver | null {
  const colon = token.indexOf(':')
  const name = colon === -1 ? token : token.slice(0, colon)
  return (
    (Object.hasOwn(tokens, name) ? tokens[name]?.(colon === -1 ? '' : token.slice(colon + 1), context) : null) ?? null
  )
}

const notForm: Unsignable = { problem: 'The signature is over form fields, but the body is not a form.', absent: false }
const noPublicUrl: Unsignable = {
  problem:
    "The sender signs the URL that it posts to: set PUBLIC_URL to this gateway's address as the sender knows it.",
  absent: false,
}

function fromPlace(place: Place, change: (text: string) => string = (text) => text): Resolver {
  const what = describePlace(place)
  const doubled: Unsignable = { problem: `The ${what} came more than once.`, absent: false }
  const absent: Unsignable = { problem: `The ${what} is signed, but missing or empty.`, absent: true }
  const read: PlaceReader = placeReader(place)
  const latin1 = place.startsWith('header:')
  return (request) => {
    const value = read(request)
    if (value === null) return doubled
    if (value === undefined || value === '') return absent
    return latin1 ? change(value) : utf8(change(value))
  }
}

function orEmpty(resolve: Resolver): Resolver {
  return (request, timestamp) => {
    const chunk = resolve(request, timestamp)
    return typeof chunk === 'object' && 'problem' in chunk && chunk.absent ? '' : chunk
  }
}

/** A chunk of Unicode text. */
function utf8(text: string): Buffer {
  return Buffer.from(text, 'utf8')
}

function withUrl(publicUrl: string | null, build: (base: string, request: SignedRequest) => string): Resolver {
  if (publicUrl === null) return () => noPublicUrl
  return (request) => utf8(build(publicUrl, request))
}

function pathOf({ url }: SignedRequest, publicUrl: string | null): string {
  const before = publicUrl === null ? '' : new URL(publicUrl).pathname.replace(/\/$/, '')
  return before + url.split('?', 1)[0]
}

/** Contentful's own library escapes the whole query and then encodes it once more. */
function contentfulQuery({ url }: SignedRequest): string {
  const at = url.indexOf('?')
  return at === -1 ? '' : `?${encodeURIComponent(encodeURIComponent(url.slice(at + 1)))}`
}

/** The same origin with its port written out. */
function withPort(base: string): string {
  const { protocol, host, port } = new URL(base)
  if (port !== '') return base
  return base.replace(host, `${host}:${protocol === 'https:' ? 443 : 80}`)
}

/** https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation */
function hubspotUrl(url: string): string {
  return url.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (code) => decodeURIComponent(code))
}

/** Names sorted, then the values of each. */
function sortedPairs(fields: URLSearchParams): readonly (readonly [name: string, value: string])[] {
  const names = [...new Set(fields.keys())].sort()
  return names.flatMap((name) =>
    fields
      .getAll(name)
      .sort()
      .map((value) => [name, value] as const),
  )
}

/** Name and value of each field, sorted; of equal values under one name only one. */
function sortedFields(fields: URLSearchParams): string {
  const pairs = sortedPairs(fields)
  return pairs
    .filter(([name, value], index) => index === 0 || pairs[index - 1]?.[0] !== name || pairs[index - 1]?.[1] !== value)
    .flat()
    .join('')
}

/** Plivo V3 (https://github.com/plivo/plivo-node, lib/utils/v3Security.js): the query sorted and decoded, then the form. */
function plivoUrlAndForm(base: string, request: SignedRequest): string {
  const [path = ''] = request.url.split('?', 1)
  const query = sortedPairs(queryOf(request))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const form = sortedPairs(formOf(request)).flat().join('')
  const url = base + path
  if (form === '') return query === '' ? url : `${url}?${query}`
  return query === '' ? `${url}?${form}` : `${url}?${query}.${form}`
}

/** PHP's serialize() of the fields as an array of texts, sorted by name; lengths are in bytes. */
function phpSerialized(request: SignedRequest, except: string): Buffer {
  const text = (value: string) => `s:${Buffer.byteLength(value)}:"${value}";`
  const fields = new Map(formOf(request))
  fields.delete(except)
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1))
  return utf8(`a:${sorted.length}:{${sorted.map(([name, value]) => text(name) + text(value)).join('')}}`)
}

function unzipped(body: Buffer): Buffer | Unsignable {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body
  try {
    return gunzipSync(body, { maxOutputLength: maxUnpackedBytes })
  } catch {
    return { problem: 'The body begins like gzip, but cannot be unpacked.', absent: false }
  }
}

/** A labelled value of the signature header itself. */
function fromList(label: string, { at, list }: TokenContext): Resolver | null {
  const header = headerOf(at)
  if (header === null || list?.assign === undefined) return null
  const { separator } = list
  const start = label + list.assign
  const missing: Unsignable = { problem: `The ${header} header must have "${label}" once.`, absent: false }
  return (request) => {
    const items = (singleHeader(request, header) ?? '').split(separator).map((item) => item.trim())
    const [item, ...more] = items.filter((candidate) => candidate.startsWith(start))
    return item === undefined || more.length > 0 ? missing : item.slice(start.length)
  }
}

/** The values of the headers that a list names, joined with dots. */
function namedHeaders(names: Chunk | Unsignable, request: SignedRequest): Chunk | Unsignable {
  if (typeof names !== 'string') return names
  const values: string[] = []
  for (const name of names.split(' ')) {
    const value = singleHeader(request, name.toLowerCase())
    if (typeof value !== 'string')
      return { problem: 'A header that the signature names is missing or doubled.', absent: false }
    values.push(value)
  }
  return values.join('.')
}

/** `name:value` of the headers that a header lists, joined with `;`. The one with the time must be among them. */
function signedHeaders(header: string, timed: string | null): Resolver {
  const list = fromPlace(`header:${header}`)
  return (request, timestamp) => {
    const listed = list(request, timestamp)
    if (typeof listed !== 'string') return listed
    const names = listed.split(',').map((name) => name.trim().toLowerCase())
    if (timed !== null && !names.includes(timed)) {
      return { problem: `The ${header} header does not name ${timed}, so its time is not signed.`, absent: false }
    }
    const lines: string[] = []
    for (const name of names.sort()) {
      const value = singleHeader(request, name)
      if (typeof value !== 'string')
        return { problem: `The ${header} header names one that is missing or doubled.`, absent: false }
      lines.push(`${name}:${value.trim()}`)
    }
    return lines.join(';')
  }
}
