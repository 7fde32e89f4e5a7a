import type { Chunk, Resolver, Unsignable } from './chunks.ts'
import { resolverOf, type TokenContext } from './tokens.ts'
import type { SignedRequest } from './types.ts'

/** The bytes that a scheme signs, in order; the body is passed on as it is, never copied. */
export type SignedContent = (request: SignedRequest, timestamp: string) => readonly Chunk[] | Unsignable

type Part = string | Resolver | { readonly optional: SignedContent }

/**
 * Compiles a template. Throws when the row itself is wrong: an unknown token, or one the scheme gives no source.
 * `name`: the scheme's, for that message.
 */
export function compileTemplate(template: string, name: string, context: TokenContext): SignedContent {
  const parts = template
    .split(/(\[[^\]]*\])/)
    .flatMap((piece, index): readonly Part[] =>
      index % 2 === 1
        ? [{ optional: compileTemplate(piece.slice(1, -1), name, context) }]
        : parse(piece, name, context),
    )
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
      if (typeof part === 'object') {
        const content = part.optional(request, timestamp)
        if (!('problem' in content)) {
          if (text !== '') chunks.push(text)
          text = ''
          chunks.push(...content)
        } else if (!content.absent) return content
        continue
      }
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

/** The bytes of short content, as one text of latin1 bytes. */
export function joinChunks(chunks: readonly Chunk[]): string {
  return chunks.map((chunk) => (typeof chunk === 'string' ? chunk : chunk.toString('latin1'))).join('')
}

function isUnsignable(chunk: Chunk | Unsignable): chunk is Unsignable {
  return typeof chunk === 'object' && !Buffer.isBuffer(chunk)
}

/** Splitting at a captured pattern alternates literal text (even places) and tokens (odd places). */
function parse(template: string, name: string, context: TokenContext): readonly Part[] {
  const parts: Part[] = []
  const pieces = template.split(/\{([^{}]+)\}/)
  for (const [index, piece] of pieces.entries()) {
    if (index % 2 === 0) {
      if (piece !== '') parts.push(Buffer.from(piece, 'utf8').toString('latin1'))
      continue
    }
    const resolver = resolverOf(piece, context)
    if (resolver === null) throw new Error(`scheme "${name}": {${piece}} in its signed content means nothing here`)
    const neighbours = [pieces[index - 1]?.at(-1), pieces[index + 1]?.at(0)].filter((text) => text !== undefined)
    parts.push(piece.startsWith('header:') ? without(neighbours, piece.slice('header:'.length), resolver) : resolver)
  }
  return parts
}

/**
 * A header with the character in it that stands between it and its neighbours could have taken some of theirs: of
 * `{body}.{header:nonce}` the end of the body could be moved into the nonce, and the signature would still fit.
 */
function without(separators: readonly string[], header: string, resolve: Resolver): Resolver {
  const problem = `The ${header} header has the character in it that separates it from what else is signed.`
  const mixed: Unsignable = { problem, absent: false }
  return (request, timestamp) => {
    const chunk = resolve(request, timestamp)
    return typeof chunk === 'string' && separators.some((separator) => chunk.includes(separator)) ? mixed : chunk
  }
}
