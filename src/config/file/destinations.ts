import { isAddableHeader } from '../../delivery/headers.ts'
import { parse } from '../parse.ts'
import { neverContacted } from '../reachable.ts'
import type { DestinationConfig } from '../types.ts'
import { readCa } from './authorities.ts'
import { readTimeout } from './delivery.ts'
import { type Entry, resolveText } from './entry.ts'
import type { DestinationData } from './schema.ts'
import { type FileTarget, readTarget } from './target.ts'

/** A URL as the file has it. */
export interface FileDestination
  extends FileTarget,
    Pick<DestinationConfig, 'url' | 'headers' | 'connectTimeoutMs' | 'fatalStatuses' | 'ca'> {
  /** Null: as for every destination; false: not signed, whatever else is configured. */
  readonly secret: string | null | false
}

/** RFC 9110 §5.5, without the characters of which a peer may make something else. */
const FIELD_VALUE = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/

export function readDestination(name: string, data: DestinationData, entry: Entry): FileDestination | null {
  const target = readTarget(name, data, entry)
  const url = readUrl(data, entry)
  const headers = readHeaders(data, url, entry)
  const secret = readSecret(data, entry)
  const connectTimeoutMs = readTimeout(data.connectTimeout, 'connectTimeout', entry)
  const ca = readCa(data.ca, entry)
  return target === null || url === null
    ? null
    : { ...target, url, headers, secret, connectTimeoutMs, fatalStatuses: readFatal(data), ca }
}

/** By their meaning they ask to be tried again (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4), so that a class does not take them in. */
const COME_AGAIN = [408, 425, 429]

function readFatal({ fatalStatuses = [] }: DestinationData): readonly number[] {
  const statuses = fatalStatuses.flatMap((given) => {
    if (typeof given === 'number') return [given]
    const first = Number(given[0]) * 100
    return Array.from({ length: 100 }, (_, i) => first + i).filter((status) => !COME_AGAIN.includes(status))
  })
  return Object.freeze([...new Set(statuses)])
}

function readUrl(data: DestinationData, entry: Entry): URL | null {
  const text = resolveText(data.url, 'url', entry)
  if (text === null) return null
  const parsed = parse('urls', text)
  if (!('value' in parsed) || /\s/.test(text.trim())) {
    entry.problem('url', 'the value given is not accepted; give one http(s) URL without fragment.')
    return null
  }
  const url = new URL(text.trim())
  const blocked = neverContacted(url)
  if (blocked !== null) entry.problem('url', `${blocked}; give the URL of a server that the gateway may contact.`)
  return url
}

function readSecret({ secret }: DestinationData, entry: Entry): string | null | false {
  if (secret === false) return false
  const text = resolveText(secret, 'secret', entry)
  if (text !== null && 'refused' in parse('whsec', text)) {
    entry.problem(
      'secret',
      'the value given is not accepted; give whsec_ followed by the base64 of 24 to 64 random bytes.',
    )
  }
  return text
}

function readHeaders(data: DestinationData, url: URL | null, entry: Entry): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null)
  for (const [name, given] of Object.entries(data.headers ?? {})) {
    const place = `headers[${JSON.stringify(name)}]`
    const lower = name.toLowerCase()
    const value = resolveText(given, place, entry)
    if (!isAddableHeader(lower))
      entry.problem(place, 'cannot be set; give a header that the gateway does not make itself.')
    else if (lower in headers) entry.problem(place, 'is there twice; keep one spelling.')
    else if (lower === 'authorization' && url !== null && (url.username !== '' || url.password !== '')) {
      entry.problem(place, 'the URL has a user name or password, which make this header; keep one of the two.')
    } else if (value !== null && !FIELD_VALUE.test(value)) {
      entry.problem(
        place,
        'the value given is not accepted; give visible ASCII on one line, with no space at its ends.',
      )
    }
    headers[lower] = value ?? ''
  }
  return Object.freeze(headers)
}
