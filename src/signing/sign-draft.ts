import type { Provider, Scheme } from '../providers/types.ts'
import { type Draft, DraftError } from './draft.ts'
import { type SigningKey, signingKeyOf } from './keys.ts'
import { type Signed, type SigningContext, signByJwt, signBySignature, signByToken } from './signature.ts'

export interface SignedDraft {
  readonly draft: Draft
  readonly scheme: Scheme
  /** What the gateway verifies it with: the secret itself, or the public key of the private one. */
  readonly verifiedBy: string
}

/** Nobody could sign this so; the message says why and holds no secret. */
export class SigningError extends Error {
  override readonly name = 'SigningError'
}

/**
 * The request as a provider would send it: the inverse of `compileVerifier`. `schemeName` undefined takes the first scheme
 * that the secret fits and that is used for such a request. `secret` is the shared one, or the private key of a pair.
 * Throws `SigningError` when there is no such scheme or the secret does not fit it.
 */
export function signDraft(
  provider: Provider,
  schemeName: string | undefined,
  secret: string,
  draft: Draft,
  context: SigningContext,
): SignedDraft {
  const named = provider.schemes.filter(({ name }) => schemeName === undefined || name === schemeName)
  if (named.length === 0) {
    const names = provider.schemes.map(({ name }) => name).join(', ')
    throw new SigningError(`${provider.name} has no scheme named "${schemeName}"; it has ${names}`)
  }
  let problem: string | null = null
  for (const scheme of named) {
    const key = signingKeyOf(scheme, secret)
    if (key === null) continue
    const signed = attempt(scheme, key, draft, context)
    if ('draft' in signed) return { draft: signed.draft, scheme, verifiedBy: key.verifiedBy }
    problem ??= signed.problem
  }
  throw new SigningError(problem ?? `this secret cannot sign for ${schemeName ?? provider.name}`)
}

function attempt(scheme: Scheme, key: SigningKey, draft: Draft, context: SigningContext): Signed {
  try {
    if (scheme.kind === 'token') return signByToken(scheme, key, draft)
    return scheme.kind === 'jwt' ? signByJwt(scheme, key, draft, context) : signBySignature(scheme, key, draft, context)
  } catch (error) {
    if (error instanceof DraftError) return { problem: error.message }
    throw error
  }
}
