import { generic } from './generic.ts'
import { tokenKey, tokenSchemes } from './token.ts'
import type { HmacScheme, Provider, Scheme, TokenScheme } from './types.ts'

/** Say something else about a message, or are rewritten on its way. */
const taken =
  /^(?:accept(?:-.*)?|connection|content-(?:encoding|length|type)|date|expect|forwarded|host|te|trailer|transfer-encoding|upgrade|user-agent|via|x-forwarded-.*|x-real-ip)$/

/** Whether a sender could carry a signature or a secret in this header (lower case). */
export function canCarryProof(header: string): boolean {
  return !taken.test(header)
}

/**
 * The row of a sender whose proof is in a header that its operator chose (lower case), and nowhere else. Of `generic` that
 * is an HMAC over the body, of a sender that signs nothing the secret itself. Null: this provider has headers of its own.
 */
export function withOwnHeader(provider: Provider, header: string): Provider | null {
  if (provider.schemes === generic.schemes) return { ...provider, schemes: signatureSchemes(header) }
  return provider.schemes === tokenSchemes ? { ...provider, schemes: ownTokenSchemes(header) } : null
}

/** Whether senders of this provider may have no way to prove anything. */
export function mayBeUnsigned(provider: Provider): boolean {
  return provider.schemes === generic.schemes || provider.schemes === tokenSchemes
}

/** The signature's length tells hash and encoding: never do two of these read the same one. */
function signatureSchemes(header: string): readonly Scheme[] {
  const hashes = ['sha256', 'sha512'] as const
  const encodings = ['hex', 'base64'] as const
  return hashes.flatMap((hash) =>
    encodings.map(
      (encoding): HmacScheme => ({
        name: `${header}-${hash}-${encoding}`,
        kind: 'hmac',
        hash,
        at: `header:${header}`,
        encoding,
        prefix: `${hash}=`,
        prefixOptional: true,
        signed: '{body}',
        foreign: ['{timestamp}.', '{id}.{timestamp}.'],
        key: { form: 'utf8' },
      }),
    ),
  )
}

function ownTokenSchemes(header: string): readonly TokenScheme[] {
  const at = `header:${header}` as const
  return [
    { name: header, kind: 'token', at, prefix: 'Bearer ', prefixOptional: true, key: tokenKey },
    ...(header === 'authorization' ? tokenSchemes.filter(({ basic }) => basic) : []),
  ]
}
