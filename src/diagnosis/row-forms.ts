import type { HashScheme, HmacScheme, Provider, Scheme, SecretForm } from '../providers/types.ts'
import type { Cause } from './types.ts'

/** The row as a sender may have read it wrongly. */
export interface RowForm {
  readonly provider: Provider
  readonly cause: Cause
  /** Completes "The sender signs …". */
  readonly was: string
}

type Hashed = HmacScheme | HashScheme

const hashes = ['sha256', 'sha1', 'sha512'] as const
const contents = [
  '{body}',
  '{timestamp}.{body}',
  '{timestamp}{body}',
  '{timestamp}:{body}',
  '{body}{timestamp}',
  '{body}.{timestamp}',
  'v0:{timestamp}:{body}',
  '{id}.{timestamp}.{body}',
  '{id}.{body}',
  '{timestamp}.{id}.{body}',
  '{timestamp}\n{body}',
  '{body-sha256-hex}',
  '{timestamp}.{body-sha256-hex}',
]

/** One thing about each scheme changed at a time, the likeliest first. */
export function* rowForms(provider: Provider): Generator<RowForm> {
  for (const [form, was] of keyForms(provider)) {
    yield { provider: withSchemes(provider, (scheme) => ({ ...scheme, key: form })), cause: 'secret_encoding', was }
  }
  for (const hash of hashes) {
    const was = `with HMAC-${hash.toUpperCase().replace('SHA', 'SHA-')}`
    yield {
      provider: withSchemes(provider, (scheme) => ({ ...scheme, kind: 'hmac', hash })),
      cause: 'signature_algorithm',
      was,
    }
  }
  for (const secretAt of ['start', 'end'] as const) {
    for (const hash of ['sha256', 'sha1'] as const) {
      const was = `with a plain ${hash.toUpperCase().replace('SHA', 'SHA-')} of the secret ${secretAt === 'start' ? 'before' : 'after'} the body, not an HMAC`
      const provided = withSchemes(provider, (scheme) => ({ ...scheme, kind: 'hash', hash, secretAt }))
      yield { provider: provided, cause: 'signature_algorithm', was }
    }
  }
  for (const signed of contents) {
    const usable = (scheme: Hashed) =>
      (!signed.includes('{timestamp}') || scheme.timestamp !== undefined) &&
      (!signed.includes('{id}') || scheme.id !== undefined) &&
      scheme.signed !== signed
    yield {
      provider: withSchemes(provider, (scheme) => (usable(scheme) ? { ...scheme, signed } : scheme)),
      cause: 'signature_content',
      was: `${signed}`,
    }
  }
}

function keyForms({ schemes }: Provider): readonly (readonly [form: SecretForm, was: string])[] {
  const prefix = schemes.map(({ key }) => ('prefix' in key ? key.prefix : undefined)).find((text) => text) ?? 'whsec_'
  return [
    [{ form: 'utf8' }, 'with the secret as it is written'],
    [{ form: 'base64', prefix }, 'with the secret decoded from base64'],
    [{ form: 'hex', prefix }, 'with the secret decoded from hex'],
    [{ form: 'sha1' }, 'with the SHA-1 of the secret'],
  ]
}

function withSchemes(provider: Provider, change: (scheme: Hashed) => Scheme): Provider {
  const schemes = provider.schemes.map((scheme) =>
    (scheme.kind === 'hmac' || scheme.kind === 'hash') && scheme.key.form !== 'sha1' ? change(scheme) : scheme,
  )
  return { ...provider, schemes }
}
