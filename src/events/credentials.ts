import type { SourceConfig } from '../config/types.ts'
import { providers } from '../providers/registry.ts'
import { headerOf } from '../verification/places.ts'
import { keysFor } from '../verification/secrets.ts'

/** Shorter texts are in headers by chance. */
const leastLength = 8

/** Names of headers that let somebody in. */
const credentials = /auth|cookie|secret|token|api-?key|password|credential/i
/** Tells how something was made, not what: `PayPal-Auth-Algo: SHA256withRSA`. */
const algorithm = /-algo(?:rithm)?$/i
/** Let in whoever sends them, with some peers, whatever they are for others. */
const always: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie'])

/** Headers in which senders sign and no sender has a token, although their names look like it: `X-FusionAuth-Signature-JWT`. */
const ofSignatures = findSignatureHeaders()

function findSignatureHeaders(): ReadonlySet<string> {
  const schemes = [...providers.values()].flatMap((row) => row.schemes)
  const headers = (isToken: boolean) =>
    new Set(schemes.filter(({ kind }) => (kind === 'token') === isToken).flatMap(({ at }) => headerOf(at) ?? []))
  const tokens = headers(true)
  return new Set([...headers(false)].filter((name) => !tokens.has(name) && !always.has(name)))
}

/**
 * Whether a header of this name lets somebody in: whoever may look at events need not know its value. A signature of one
 * request does not.
 */
export function isCredential(name: string): boolean {
  return credentials.test(name) && !algorithm.test(name) && !ofSignatures.has(name.toLowerCase())
}

/** Header names (lower case) that carry what proves a source's requests: signatures and secrets. */
export function proofHeaders({ provider }: SourceConfig): ReadonlySet<string> {
  return new Set(provider.schemes.flatMap(({ at }) => headerOf(at) ?? []))
}

/** How a secret may be written where it does not belong: as it is, in a URL, and as Node reads header bytes. */
export function writtenForms(secret: string): readonly string[] {
  const encoded = encodeURIComponent(secret.toWellFormed())
  return [...new Set([secret, encoded, Buffer.from(secret, 'utf8').toString('latin1')])]
}

/**
 * Takes out of a request's headers those that carry the source's own secret, so that neither the store nor a destination
 * gets it: the headers of its tokens, and those in which a proxy noted the URL. Null: this source's requests carry none.
 */
export function createCredentialFilter(
  config: SourceConfig,
): ((rawHeaders: readonly string[]) => readonly string[]) | null {
  const { provider, secrets } = config
  if (secrets === null) return null
  const known = [secrets.current, ...(secrets.previous === null ? [] : [secrets.previous])]
  const tokens = provider.schemes.filter(
    (scheme) => scheme.kind === 'token' && known.some((secret) => keysFor(scheme, secret).length > 0),
  )
  if (tokens.length === 0) return null
  const names = new Set(tokens.flatMap(({ at }) => headerOf(at) ?? []))
  const texts = known.filter(({ length }) => length >= leastLength).flatMap(writtenForms)
  return (rawHeaders) => {
    const kept: string[] = []
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      const name = rawHeaders[i] ?? ''
      const value = rawHeaders[i + 1] ?? ''
      if (!names.has(name.toLowerCase()) && !texts.some((text) => value.includes(text))) kept.push(name, value)
    }
    return kept
  }
}
