import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Place, SignatureList } from '../providers/types.ts'
import { type Account, accountValue } from './accounts.ts'
import {
  contentfulQuery,
  hubspotUrl,
  phpSerialized,
  plivoUrlAndForm,
  sortedForm,
  unzipped,
  vonageParameters,
  withPort,
} from './canonical.ts'
import { fromPlace, type Resolver, type Unsignable, utf8 } from './chunks.ts'
import { fromList, namedHeaders, signedHeaders } from './header-lists.ts'
import { headerOf } from './places.ts'
import type { SignedRequest } from './types.ts'

/** What a token may refer to besides the request. */
export interface TokenContext {
  readonly at?: Place
  readonly list?: SignatureList
  readonly timestamp?: { readonly from: string }
  readonly id?: `header:${string}`
  /** Without a slash at its end; null: not configured. */
  readonly publicUrl: string | null
  /** What the operator configured instead of a secret. */
  readonly account?: Account | undefined
  /** The rest only in what answers a handshake: the configured token, and the pattern of the whole body. */
  readonly verifyToken?: string | null
  readonly pattern?: RegExp | null
}

type Token = (argument: string, context: TokenContext) => Resolver | null

/** Tokens that cover the whole body. */
const bodyTokens = ['{body}', '{body-', '{form-sorted}', '{form-php-serialized:', '{url-and-form-sorted}'] as const

export function coversBody(template: string): boolean {
  return bodyTokens.some((token) => template.includes(token))
}

/** JSON pointers of the body's fields that a template covers. */
export function fieldsIn(template: string): ReadonlySet<string> {
  return new Set([...template.matchAll(/\{json\??:(\/[^{}]*)\}/g)].map(([, pointer = '']) => pointer))
}

/** Tokens that depend on where the sender believes to have posted. */
export function needsPublicUrl(template: string): boolean {
  return /\{(?:url|url-[a-z0-9-]+)\}/.test(template)
}

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
  account: (name, { account }) => {
    const value = account === undefined ? undefined : accountValue(account, name)
    return value === undefined ? null : () => utf8(value)
  },
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
  'form-sorted': () => sortedForm,
  parameters: (except) => (request) => vonageParameters(request, except),
  'form-php-serialized': (except) => (request) => phpSerialized(request, except),
  'body-sha256-hex': () => (request) => hash('sha256', request.body, 'hex'),
  'body-sha256-base64': () => (request) => hash('sha256', request.body, 'base64'),
  'body-md5-base64': () => (request) => (request.body.length === 0 ? '' : hash('md5', request.body, 'base64')),
  // A checksum, not a hash: it says nothing about who wrote the body, so it is not among `bodyTokens`.
  'body-crc32': () => (request) => String(crc32(request.body)),
  'body-unzipped': () => (request) => unzipped(request.body),
  list: (label, context) => fromList(label, context),
  'list-headers': (label, context) => {
    const names = fromList(label, context)
    return names && ((request, timestamp) => namedHeaders(names(request, timestamp), request))
  },
  'url-path': (_, { publicUrl }) => withUrl(publicUrl, (base, request) => base + (request.url.split('?', 1)[0] ?? '')),
  'verify-token': (_, { verifyToken }) => (verifyToken == null ? null : () => utf8(verifyToken)),
  match: (group, { pattern }) => (pattern == null ? null : (request) => matched(request, pattern, group)),
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

const noPublicUrl: Unsignable = {
  problem:
    "The sender signs the URL that it posts to: set PUBLIC_URL to this gateway's address as the sender knows it.",
  absent: false,
}

const noMatch: Unsignable = { problem: 'The body is of another form.', absent: true }

function matched({ body }: SignedRequest, pattern: RegExp, group: string): Buffer | Unsignable {
  const text = pattern.exec(body.toString('utf8'))?.groups?.[group]
  return text === undefined ? noMatch : utf8(text)
}

function orEmpty(resolve: Resolver): Resolver {
  return (request, timestamp) => {
    const chunk = resolve(request, timestamp)
    return typeof chunk === 'object' && 'problem' in chunk && chunk.absent ? '' : chunk
  }
}

function withUrl(
  publicUrl: string | null,
  build: (base: string, request: SignedRequest) => string | Buffer | Unsignable,
): Resolver {
  if (publicUrl === null) return () => noPublicUrl
  return (request) => {
    const built = build(publicUrl, request)
    return typeof built === 'string' ? utf8(built) : built
  }
}

function pathOf({ url }: SignedRequest, publicUrl: string | null): string {
  const before = publicUrl === null ? '' : new URL(publicUrl).pathname.replace(/\/$/, '')
  return before + url.split('?', 1)[0]
}
