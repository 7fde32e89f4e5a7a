import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { findProvider } from '../../../src/providers/registry.ts'
import type { Provider } from '../../../src/providers/types.ts'
import type { SignedRequest } from '../../../src/verification/types.ts'

/** A request with its secret that is known to be right; `origin` says who says so. */
export interface Vector {
  readonly label: string
  readonly origin: string
  /** The scheme's name in the provider's row. */
  readonly scheme: string
  /** Where the sender posts to, where that is signed or holds the signature. */
  readonly publicUrl?: string
  readonly url?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly secret: string
  readonly nowSeconds: number
  /** What the sender's key server answers, by URL, where keys are fetched: see fetched-vectors.test.ts. */
  readonly keys?: Readonly<Record<string, string>>
}

const folder = new URL('../../providers/', import.meta.url)

/** Names of the providers that have vectors. */
export function vectorFiles(): readonly string[] {
  return readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : []))
}

/** Those that can be judged with their secret alone. None for a sender of which nothing can be verified. */
export function readVectors(provider: string): readonly Vector[] {
  return readAll(provider).filter(({ keys }) => keys === undefined)
}

export type FetchedVector = Vector & { readonly keys: Readonly<Record<string, string>> }

/** Those that need a key from their sender's server. */
export function readFetchedVectors(provider: string): readonly FetchedVector[] {
  return readAll(provider).filter((vector) => vector.keys !== undefined)
}

function readAll(provider: string): readonly FetchedVector[] {
  const file = new URL(`${provider}.json`, folder)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
}

export function providerNamed(name: string): Provider {
  const provider = findProvider(name)
  if (provider === undefined) throw new Error(`no provider ${name}`)
  return provider
}

export function requestOf(
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
  url = '/webhook/test',
): SignedRequest {
  return fromWire(Object.entries(headers).flat(), body, url)
}

/** Of these Node keeps the first, https://nodejs.org/api/http.html#messageheaders. */
const keptOnce =
  /^(?:age|authorization|content-(?:length|type)|etag|expires|from|host|if-(?:un)?modified-since|last-modified|location|max-forwards|proxy-authorization|referer|retry-after|server|user-agent)$/

/** Joins equal names, or keeps the first, as Node does. */
export function fromWire(
  rawHeaders: readonly string[],
  body: string | Uint8Array,
  url = '/webhook/test',
): SignedRequest {
  const headers: Record<string, string> = {}
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const value = rawHeaders[index + 1] ?? ''
    if (!Object.hasOwn(headers, name)) headers[name] = value
    else if (!keptOnce.test(name)) headers[name] = `${headers[name]}, ${value}`
  }
  return { method: 'POST', url, headers, rawHeaders, body: Buffer.from(body) }
}
