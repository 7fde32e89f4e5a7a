import type { Refused } from '../../verification/types.ts'
import type { Bench } from '../bench.ts'
import { environmentOf } from '../environments.ts'
import type { Diagnosis } from '../types.ts'
import { likely, proven, secretSetting, sourceLabel } from '../words.ts'
import { othersOf } from './secrets.ts'

/** What can be said where nothing that was tried makes the request genuine. */
export function lastResort(bench: Bench, verdict: Refused): Diagnosis {
  const { subject, source } = bench
  const { provider } = source
  const { request } = subject
  if (verdict.cause === 'unavailable')
    return likely('key_unavailable', `${verdict.detail} Have the sender send it again.`)
  if (/does not fit (?:this request|the body)/.test(verdict.detail)) {
    return proven(
      'body_changed',
      `${verdict.detail} So the secret is the right one, and what it covers was changed on the way (a proxy, a middleware): have the bytes passed on as they are.`,
    )
  }
  if (isEmptied(bench)) {
    return likely(
      'body_empty',
      'Its body is empty although its headers announce one: something on the way took it out (a redirect, a proxy, a middleware that read it first). Give the sender the final https:// URL.',
    )
  }
  if (verdict.cause === 'malformed') {
    return proven('signature_malformed', `${verdict.detail} Compare what the sender sends with ${provider.docs}.`)
  }
  if (request.body.includes('\ufffd')) {
    return likely(
      'body_changed',
      'Characters of its body were lost (there are replacement characters in it): something on the way took bytes that it could not read for text; have it pass on the bytes as they are.',
    )
  }
  if (/gzip|deflate|br\b/i.test(String(request.headers['content-encoding'] ?? '')) && looksLikeText(request.body)) {
    return likely(
      'body_compressed',
      'Its Content-Encoding says that it is compressed, but it is not: a proxy unpacked it on the way. Switch that off for this path.',
    )
  }
  return wrongSecret(bench)
}

function wrongSecret(bench: Bench): Diagnosis {
  const { source, subject } = bench
  const { provider } = source
  const setting = secretSetting(source.name)
  const limits = bench.exhausted()
    ? [{ name: 'tried', value: 'not everything: with a body this large only what is likeliest' }]
    : []
  const environment = environmentOf(provider, subject.request)
  const tried =
    othersOf(bench).length > 0
      ? 'nor does any other secret here, nor a usual change of secret, body, URL or header explain it'
      : 'nor does a usual change of secret, body, URL or header explain it'
  if (environment !== null) {
    return likely(
      'other_environment',
      `The signature fits no secret of ${sourceLabel(source.name)}, ${tried}. The event is of ${provider.title}'s ${environment.environment} environment, and ${environment.belongs}: check that ${setting} is the one of just this endpoint.`,
      limits,
    )
  }
  return likely(
    'wrong_secret',
    `The signature fits no secret of ${sourceLabel(source.name)}, ${tried}: most likely the sender has another one than ${setting}. ${provider.setup}`,
    limits,
  )
}

function isEmptied({ subject, source }: Bench): boolean {
  const { request, bodyKept } = subject
  if (request.body.byteLength > 0 || !bodyKept || source.provider.getEvents === true) return false
  return request.headers['content-type'] !== undefined || request.headers['content-length'] !== undefined
}

function looksLikeText(body: Buffer): boolean {
  const first = body[0] ?? 0
  return first === 0x7b || first === 0x5b || first === 0x3c || (first >= 0x41 && first <= 0x7a)
}
