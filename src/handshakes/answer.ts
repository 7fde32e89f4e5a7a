import { createHash, createHmac } from 'node:crypto'
import type { AnswerValue, HandshakeAnswer, HashedValue } from '../providers/types.ts'
import { compileTemplate, joinChunks } from '../verification/template.ts'
import type { TokenContext } from '../verification/tokens.ts'
import type { SignedRequest } from '../verification/types.ts'
import type { HandshakeReply } from './types.ts'

/** Null: the request lacks something that the answer is made of. */
export type AnswerBuilder = (request: SignedRequest) => HandshakeReply | null

/** Text of a request that is repeated or hashed; null where it is not there, or several times. */
type ValueReader = (request: SignedRequest) => string | null

/** No sender's challenge is nearly as long. */
const maxAnswerLength = 2048
/** What is repeated is text of a stranger's: no browser may take it for anything else, and nobody keeps it. */
const always = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }
/** A header's value: visible ASCII and spaces. */
const headerValue = /^[\x20-\x7e]+$/

/**
 * @param key of the source's secret under the row's first scheme; null where it has no secret
 * @throws {Error} when the row itself is wrong
 */
export function compileAnswer(
  name: string,
  { status, headers = {}, text, json, type }: HandshakeAnswer,
  context: TokenContext,
  key: Buffer | null,
): AnswerBuilder {
  const read = (value: AnswerValue) => compileValue(name, value, context, key)
  const named = Object.entries(headers).map(([header, template]) => [header, read(template)] as const)
  const fields = Object.entries(json ?? {}).map(
    ([field, value]) => [field, typeof value === 'number' ? value : read(value)] as const,
  )
  const readText = text === undefined ? null : read(text)
  const contentType =
    json === undefined && type === undefined ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8'

  function bodyOf(request: SignedRequest): string | null {
    if (json === undefined) return readText === null ? '' : readText(request)
    const values = fields.map(([field, value]) => [field, typeof value === 'number' ? value : value(request)] as const)
    return values.some(([, value]) => value === null) ? null : JSON.stringify(Object.fromEntries(values))
  }

  return (request) => {
    const body = bodyOf(request)
    if (body === null || body.length > maxAnswerLength) return null
    const all: Record<string, string> = { 'content-type': contentType, ...always }
    for (const [header, value] of named) {
      const found = value(request)
      if (found === null || found.length > maxAnswerLength || !headerValue.test(found)) return null
      all[header] = found
    }
    return { ok: true, status: status ?? 200, headers: all, body }
  }
}

function compileValue(name: string, value: AnswerValue, context: TokenContext, key: Buffer | null): ValueReader {
  if (typeof value === 'string') return compileText(name, value, context)
  const content = compileText(name, value.of, context)
  const prefix = compileText(name, value.prefix ?? '', context)
  return (request) => {
    const bytes = content(request)
    const before = prefix(request)
    const digest = bytes === null || bytes.length > maxAnswerLength ? null : hashed(value, bytes, key)
    return digest === null || before === null ? null : before + digest
  }
}

function compileText(name: string, template: string, context: TokenContext): ValueReader {
  const content = compileTemplate(template, name, context)
  return (request) => {
    const chunks = content(request, '')
    return 'problem' in chunks ? null : Buffer.from(joinChunks(chunks), 'latin1').toString('utf8')
  }
}

function hashed({ kind, hash, encoding }: HashedValue, content: string, key: Buffer | null): string | null {
  if (kind === 'hash') return createHash(hash).update(content).digest(encoding)
  return key === null ? null : createHmac(hash, key).update(content).digest(encoding)
}
