import type { Scheme } from '../providers/types.ts'
import { singleHeader } from './header.ts'
import type { SignedRequest } from './types.ts'

/** A run of signed bytes: text stands for latin1 bytes, which is how Node hands over header values. */
export type Chunk = string | Buffer

/** What of a request cannot be put into the signed bytes, and why. */
export interface Unsignable {
  readonly problem: string
}

/** The bytes that a scheme signs, in order; the body is passed on as it is, never copied. */
export type SignedContent = (request: SignedRequest, timestamp: string) => readonly Chunk[] | Unsignable

type Resolver = (request: SignedRequest, timestamp: string) => Chunk | Unsignable

/**
 * What each token of `Scheme.signed` stands for; a new token is one more entry here. An entry is asked once per scheme
 * at start and returns null when the scheme lacks what the token needs.
 */
const tokens: Readonly<Record<string, (scheme: Scheme) => Resolver | null>> = {
  body: () => (request) => request.body,
  timestamp: (scheme) => (scheme.timestamp === undefined ? null : (_request, timestamp) => timestamp),
  id: (scheme) => (scheme.id === undefined ? null : fromHeader(scheme.id.slice('header:'.length))),
}

/** Compiles `Scheme.signed`. Throws when the row itself is wrong: an unknown token, or one the scheme gives no source. */
export function compileSignedContent(scheme: Scheme): SignedContent {
  const parts = parse(scheme)
  const [only] = parts
  if (parts.length === 1 && typeof only === 'function') {
    return (request, timestamp) => {
      const chunk = only(request, timestamp)
      return isUnsignable(chunk) ? chunk : [chunk]
    }
  }
  return (request, timestamp) => {
    const chunks: Chunk[] = []
    let text = ''
    for (const part of parts) {
      const chunk = typeof part === 'string' ? part : part(request, timestamp)
      if (typeof chunk === 'string') {
        text += chunk
        continue
      }
      if (isUnsignable(chunk)) return chunk
      if (text !== '') chunks.push(text)
      text = ''
      chunks.push(chunk)
    }
    if (text !== '') chunks.push(text)
    return chunks
  }
}

function isUnsignable(chunk: Chunk | Unsignable): chunk is Unsignable {
  return typeof chunk === 'object' && !Buffer.isBuffer(chunk)
}

/** Splitting at a captured pattern alternates literal text (even places) and token names (odd places). */
function parse(scheme: Scheme): readonly (string | Resolver)[] {
  const parts: (string | Resolver)[] = []
  for (const [index, piece] of scheme.signed.split(/\{([^{}]+)\}/).entries()) {
    if (index % 2 === 0) {
      if (piece !== '') parts.push(Buffer.from(piece, 'utf8').toString('latin1'))
      continue
    }
    const resolver = Object.hasOwn(tokens, piece) ? tokens[piece]?.(scheme) : null
    if (!resolver) throw new Error(`scheme "${scheme.name}": {${piece}} in its signed content means nothing here`)
    parts.push(resolver)
  }
  return parts
}

function fromHeader(name: string): Resolver {
  const doubled: Unsignable = { problem: `The ${name} header came more than once.` }
  const absent: Unsignable = { problem: `The ${name} header is signed, but missing or empty.` }
  return (request) => {
    const value = singleHeader(request, name)
    if (value === null) return doubled
    return value === undefined || value === '' ? absent : value
  }
}
