import { nearest, nearestFew } from '../../config/suggest.ts'
import { createAllowList } from '../../net/allow-list.ts'
import { findProvider } from '../../providers/registry.ts'
import type { Bench } from '../bench.ts'
import type { Diagnosis } from '../types.ts'
import { isDefault, likely, proven, secretSetting, settingPrefix, sourceLabel } from '../words.ts'
import { foreignHeaders } from './headers.ts'
import { othersRequest } from './secrets.ts'

/** What was rejected for something else than its signature: known by what it was filed under. */
export function filedCause(bench: Bench): Diagnosis | null {
  const { subject, source } = bench
  const { filed, remoteAddress, bodySize, request } = subject
  if (filed === null) return null
  const prefix = settingPrefix(source.name)
  if (filed.cause === 'address') {
    const admitted = remoteAddress !== null && source.allow !== null && createAllowList(source.allow)(remoteAddress)
    if (source.allow === null || admitted) {
      return proven(
        'address',
        `The address ${remoteAddress ?? 'it came from'} was not allowed for ${sourceLabel(source.name)} then, and is now; its body was not read, so have it sent again.`,
      )
    }
    return proven(
      'address',
      `The address ${remoteAddress ?? 'it came from'} is none of those in ${prefix}WEBHOOK_ALLOW: if it is the sender's, add it; if it is your proxy's, set TRUST_PROXY, so that the sender's own counts.`,
    )
  }
  if (filed.cause === 'too_large') {
    const { bodyLimit } = source
    if (bodySize > 0 && bodySize <= bodyLimit) {
      return proven(
        'too_large',
        `Its ${bodySize} bytes were too many then and would be taken now; it was not kept whole, so have it sent again.`,
      )
    }
    const size = bodySize > 0 ? `Its ${bodySize} bytes are` : 'Its body is'
    return proven(
      'too_large',
      `${size} more than the ${bodyLimit} that ${sourceLabel(source.name)} takes: raise BODY_LIMIT if events of this size are worth it.`,
    )
  }
  if (filed.cause === 'doubled_id') {
    return proven(
      'doubled_id',
      'A header that names the event came more than once, so nobody can tell which id is meant: find what adds the second one (a proxy, a middleware) and take it out.',
    )
  }
  if (filed.cause === 'invalid_event') {
    return proven(
      'invalid_event',
      `The event's name cannot be used (${filed.detail ?? 'the last part of the path, or X-Event-Type'}): correct the URL that the sender has, or its X-Event-Type.`,
    )
  }
  if (filed.cause !== 'invalid_json') return null
  const type = String(request.headers['content-type'] ?? '').split(';', 1)[0]
  const is = /^[\w.%[\]-]+=/.test(request.body.toString('latin1', 0, 100))
    ? ', but a form'
    : request.body.byteLength === 0
      ? ', but empty'
      : request.body[0] === 0x3c
        ? ', but XML or HTML'
        : ''
  return proven(
    'invalid_json',
    `It is rightly signed, but its body is not JSON${is}, although ${type === '' ? source.provider.title : `its Content-Type (${type})`} says so: have the sender label it as what it is.`,
  )
}

/** The path names no source, and no secret covers it. */
export async function unknownSource(bench: Bench): Promise<Diagnosis | null> {
  const { subject, knowledge, source } = bench
  const { segment } = subject
  if (!isDefault(source.name) || knowledge.defaultSourceOpen) return null
  const names = knowledge.sources.filter(({ name }) => !isDefault(name)).map(({ name }) => name)
  const elsewhere = await othersRequest(bench)
  if (elsewhere !== null) return elsewhere
  const meant = nearest(segment, names) ?? nearestFew(segment, names, 1)[0]
  const path = `/webhook/${segment}`
  if (meant !== undefined && meant !== segment) {
    return likely(
      'unknown_source',
      `${path} names no source; did its sender mean /webhook/${meant}? Correct the URL that it has.`,
    )
  }
  const provider = findProvider(segment.toLowerCase())
  if (provider !== undefined) {
    return proven(
      'unknown_source',
      `${path} is not taken, because ${provider.title} has no secret here: set ${secretSetting(provider.name)}. ${provider.setup}`,
    )
  }
  const foreign = foreignHeaders(bench)
  if (foreign !== null) return foreign
  return proven(
    'unknown_source',
    `${path} names no source, and WEBHOOK_SECRET, which covers every other path, is not set: set it, or have its sender post to ${names.map((name) => `/webhook/${name}`).join(' or ')}.`,
  )
}

/** A redirect turned the POST into a GET. */
export function redirected(bench: Bench): Diagnosis | null {
  const { request } = bench.subject
  if (request.method === 'POST' || bench.source.provider.getEvents === true) return null
  return likely(
    'redirected',
    `It came as ${request.method}, without a body: a redirect (http:// to https://, or for a slash at the end) turned the sender's POST into it. Give the sender the final URL, which begins with https://.`,
  )
}
