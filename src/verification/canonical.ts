import { gunzipSync } from 'node:zlib'
import { type Unsignable, utf8 } from './chunks.ts'
import { formOf, isReadableForm, jsonOf, queryOf } from './parsed.ts'
import type { SignedRequest } from './types.ts'

/** Nobody has proved anything yet: a body that grows beyond these is not unpacked further. Events do not shrink so much. */
const maxUnpackedBytes = 8 * 1024 * 1024
const freelyUnpackedBytes = 1024 * 1024
const maxGrowth = 200

const notForm: Unsignable = {
  problem: 'The signature is over form fields, but the body is no form, or one of too many fields.',
  absent: false,
}
const repeated: Unsignable = { problem: 'A form field came more than once.', absent: false }

/** Contentful's own library escapes the whole query and then encodes it once more. */
export function contentfulQuery({ url }: SignedRequest): string {
  const at = url.indexOf('?')
  return at === -1 ? '' : `?${encodeURIComponent(encodeURIComponent(url.slice(at + 1)))}`
}

/** The same origin with its port written out. */
export function withPort(base: string): string {
  const { protocol, host, port } = new URL(base)
  if (port !== '') return base
  return base.replace(host, `${host}:${protocol === 'https:' ? 443 : 80}`)
}

/** https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation */
export function hubspotUrl(url: string): string {
  return url.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (code) => decodeURIComponent(code))
}

/** Names sorted, then the values of each. Asking for each name anew would take quadratic time, and anybody can send forms. */
function sortedFields(fields: URLSearchParams): readonly (readonly [name: string, values: readonly string[]])[] {
  const byName = new Map<string, string[]>()
  for (const [name, value] of fields) {
    const values = byName.get(name)
    if (values === undefined) byName.set(name, [value])
    else values.push(value)
  }
  for (const values of byName.values()) if (values.length > 1) values.sort()
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Name and value of each field, sorted; of equal values under one name only one. */
export function sortedForm(request: SignedRequest): Buffer | Unsignable {
  if (request.body.length > 0 && !isReadableForm(request)) return notForm
  let text = ''
  for (const [name, values] of sortedFields(formOf(request))) {
    for (const [index, value] of values.entries()) if (index === 0 || value !== values[index - 1]) text += name + value
  }
  return utf8(text)
}

/** Plivo V3 (https://github.com/plivo/plivo-node, lib/utils/v3Security.js): the query sorted and decoded, then the form. */
export function plivoUrlAndForm(base: string, request: SignedRequest): Buffer | Unsignable {
  if (request.body.length > 0 && !isReadableForm(request)) return notForm
  const [path = ''] = request.url.split('?', 1)
  const query = joined(queryOf(request), '=', '&')
  const form = joined(formOf(request), '', '')
  const url = base + path
  if (form === '') return utf8(query === '' ? url : `${url}?${query}`)
  return utf8(query === '' ? `${url}?${form}` : `${url}?${query}.${form}`)
}

function joined(fields: URLSearchParams, assign: string, separator: string): string {
  return sortedFields(fields)
    .flatMap(([name, values]) => values.map((value) => name + assign + value))
    .join(separator)
}

/** PHP's serialize() of the fields as an array of texts, sorted by name; lengths are in bytes. */
export function phpSerialized(request: SignedRequest, except: string): Buffer | Unsignable {
  if (!isReadableForm(request)) return notForm
  const text = (value: string) => `s:${Buffer.byteLength(value)}:"${value}";`
  const fields = new Map(formOf(request))
  // PHP knows the last of equal names only, and whoever reads the first would read what nobody signed.
  if (fields.size !== formOf(request).size) return repeated
  fields.delete(except)
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1))
  return utf8(`a:${sorted.length}:{${sorted.map(([name, value]) => text(name) + text(value)).join('')}}`)
}

/**
 * `&name=value` of every parameter but one, sorted by name; what would end a value is replaced.
 * https://developer.vonage.com/en/getting-started/concepts/signing-messages
 */
export function vonageParameters(request: SignedRequest, except: string): Buffer | Unsignable {
  const fields = parametersOf(request)
  if (fields === null) return noParameters
  const given = fields.filter(([name]) => name !== except)
  if (new Set(given.map(([name]) => name)).size !== given.length) return repeated
  const sorted = given.sort(([a], [b]) => (a < b ? -1 : 1))
  return utf8(sorted.map(([name, value]) => `&${name}=${value.replaceAll(/[&=]/g, '_')}`).join(''))
}

const noParameters: Unsignable = {
  problem: 'The signature is over parameters, but the body is neither a form nor JSON of texts and numbers.',
  absent: false,
}

function parametersOf(request: SignedRequest): [name: string, value: string][] | null {
  if (isReadableForm(request)) return [...formOf(request)]
  const json = jsonOf(request)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null
  const fields = Object.entries(json)
  const plain = fields.every(([, value]) => typeof value === 'string' || Number.isSafeInteger(value))
  return plain ? fields.map(([name, value]) => [name, String(value)]) : null
}

/** The body, unpacked if it begins like gzip. */
export function unzipped(body: Buffer): Buffer | Unsignable {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body
  const limit = Math.min(maxUnpackedBytes, Math.max(freelyUnpackedBytes, body.length * maxGrowth))
  try {
    return gunzipSync(body, { maxOutputLength: limit })
  } catch {
    return { problem: 'The body begins like gzip, but cannot be unpacked.', absent: false }
  }
}
