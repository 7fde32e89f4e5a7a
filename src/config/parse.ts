import { BlockList, isIP } from 'node:net'
import { parseRedisUrl } from '../redis/address.ts'

/** How the text of an environment variable becomes a value. */
export type Kind =
  | 'integer'
  | 'boolean'
  | 'size'
  | 'word'
  | 'host'
  | 'path'
  | 'secret'
  | 'whsec'
  | 'token'
  | 'url'
  | 'urls'
  | 'origin'
  | 'addresses'
  | 'hosts'
  | 'header'
  | 'database'
  | 'schemaName'
  | 'redis'
  | 'redisPrefix'

/** The value, or a phrase for what was given that is safe to show: it never holds a secret or a URL's credentials. */
export type Parsed = { readonly value: unknown } | { readonly refused: string }

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  kib: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  mib: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
  gib: 1024 ** 3,
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i
/** RFC 9110 §5.6.2. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const YES = new Set(['true', '1', 'yes', 'on'])
const NO = new Set(['false', '0', 'no', 'off'])

/** Text as it may stand in an error: in quotes, on one line, cut where it is long, and not at all where it may hold credentials. */
export function quote(text: string): string {
  if (text.includes('@') || /whsec_|whsk_/.test(text)) return 'the value given'
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}

const done = (value: unknown): Parsed => ({ value })
const refuse = (text: string): Parsed => ({ refused: quote(text) })

/** `Number` and friends take '1e3', '0x10' and ' 7 '; a setting is decimal digits. */
function parseInteger(text: string): Parsed {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) ? done(value) : refuse(text)
}

function parseBoolean(text: string): Parsed {
  const word = text.toLowerCase()
  if (YES.has(word)) return done(true)
  return NO.has(word) ? done(false) : refuse(text)
}

function parseSize(text: string): Parsed {
  const match = /^(\d+)\s*([a-z]*)$/i.exec(text)
  const unit = SIZE_UNITS[match?.[2]?.toLowerCase() ?? '']
  const value = Number(match?.[1] ?? Number.NaN) * (unit ?? Number.NaN)
  return Number.isSafeInteger(value) ? done(value) : refuse(text)
}

function parseHost(text: string): Parsed {
  return isIP(text) !== 0 || HOST_NAME.test(text) ? done(text) : refuse(text)
}

function httpUrl(text: string): URL | null {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.host !== '' ? url : null
}

function parseUrl(text: string): Parsed {
  const url = httpUrl(text)
  const plain = url !== null && url.username === '' && url.password === '' && !/[?#]/.test(text)
  return plain ? done(url.href.replace(/\/+$/, '')) : refuse(text)
}

/** Entries are named by their place: a URL that cannot be read may still hold a password somewhere. */
function parseUrls(text: string): Parsed {
  const urls: string[] = []
  for (const [index, entry] of text.split(/\s+/).entries()) {
    const url = httpUrl(entry)
    // The URL parser takes "http://a,http://b" for one URL with a strange host.
    if (url === null || entry.includes('#') || /,https?:\/\//i.test(entry)) return { refused: `entry ${index + 1}` }
    urls.push(url.href)
  }
  return done(urls)
}

function parseOrigin(text: string): Parsed {
  if (text === '*') return done('*')
  const origin = httpUrl(text)?.origin
  return origin !== undefined && origin === text.toLowerCase() ? done(origin) : refuse(text)
}

function parseAddresses(text: string): Parsed {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '')
  const wrong = entries.find((entry) => !isAddressOrRange(entry))
  return wrong === undefined && entries.length > 0 ? done(entries) : refuse(wrong ?? text)
}

/** Each in one spelling: the host as a URL has it, and the port where one is given. */
function parseHosts(text: string): Parsed {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '')
  const hosts = entries.map(hostAndPort)
  const wrong = entries[hosts.indexOf(null)]
  return wrong === undefined && entries.length > 0 ? done(hosts) : refuse(wrong ?? text)
}

function hostAndPort(entry: string): string | null {
  const [, host, port] = /^(\[[^\]]+\]|[^[\]:/\\?#@]+)(?::(\d{1,5}))?$/.exec(entry) ?? []
  const url = host === undefined ? null : URL.parse(`http://${host}/`)
  if (url === null || Number(port ?? 0) > 65535) return null
  return port === undefined ? url.hostname : `${url.hostname}:${Number(port)}`
}

/** A range of length 0 is everyone: whoever believes everyone lets each sender choose its own address. */
function isAddressOrRange(entry: string): boolean {
  const [, address = '', length] = /^([^/%]+)(?:\/([1-9]\d{0,2}))?$/.exec(entry) ?? []
  const version = isIP(address)
  if (version === 0) return false
  if (length === undefined) return true
  try {
    new BlockList().addSubnet(address, Number(length), version === 4 ? 'ipv4' : 'ipv6')
    return true
  } catch {
    return false
  }
}

/** @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme */
function parseWhsec(text: string): Parsed {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1] ?? ''
  const bytes = Buffer.from(encoded, 'base64')
  const canonical = bytes.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '')
  return canonical && bytes.length >= 24 && bytes.length <= 64 ? done(text) : { refused: 'the value given' }
}

/** What can be sent after `Bearer` (RFC 6750 section 2.1). */
function parseToken(text: string): Parsed {
  return /^[\w.~+/-]+=*$/.test(text) ? done(text) : { refused: 'the value given' }
}

const PARSERS: Readonly<Record<Kind, (text: string) => Parsed>> = {
  integer: parseInteger,
  boolean: parseBoolean,
  size: parseSize,
  word: (text) => done(text.toLowerCase()),
  host: parseHost,
  path: done,
  secret: done,
  whsec: parseWhsec,
  token: parseToken,
  url: parseUrl,
  urls: parseUrls,
  origin: parseOrigin,
  addresses: parseAddresses,
  hosts: parseHosts,
  // Read with all that it says in `database.ts`.
  database: done,
  // What is longer is cut by the server, and what begins so is its own.
  schemaName: (text) => (/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(text) ? done(text) : refuse(text)),
  // What cannot be read may still hold a password somewhere.
  redis: (text) => (parseRedisUrl(text) === null ? { refused: 'the value given' } : done(text)),
  redisPrefix: (text) => (/^[\w-]{1,64}$/.test(text) ? done(text) : refuse(text)),
  header: (text) => (HEADER_NAME.test(text) ? done(text.toLowerCase()) : refuse(text)),
}

/** Reads one setting's text. White space around it is not part of it, except in a secret. */
export function parse(kind: Kind, text: string): Parsed {
  return PARSERS[kind](kind === 'secret' ? text : text.trim())
}
