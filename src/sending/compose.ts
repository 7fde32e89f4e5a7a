import { createIdentifier, type Identity } from '../events/identity.ts'
import { readPayload } from '../events/payload.ts'
import type { Provider, Scheme } from '../providers/types.ts'
import { type Draft, DraftError, requestOf } from '../signing/draft.ts'
import type { FaultName } from '../signing/faults.ts'
import { generateSecret } from '../signing/keys.ts'
import { type SignedDraft, SigningError, signDraft } from '../signing/sign-draft.ts'
import { compileVerifier } from '../verification/compile.ts'
import { headerOf } from '../verification/places.ts'
import type { Accepted, Verifier } from '../verification/types.ts'
import { SendingError } from './errors.ts'
import { timeShift, withMutatedBody, withoutSignature } from './faults.ts'
import { isJson } from './json-text.ts'
import { withId, withType } from './names.ts'
import { fillSample, newMessageId } from './samples/fill.ts'
import { sampleOf } from './samples/index.ts'

/** Everything that decides what is sent. */
export interface Plan {
  readonly provider: Provider
  /** As in `/webhook/<source>`. */
  readonly source: string
  /** The default source names its events by their path. */
  readonly isDefault: boolean
  readonly url: URL
  /** Without a slash at its end. */
  readonly publicUrl: string
  /** Null: nothing is signed. */
  readonly secret: string | null
  readonly schemeName: string | undefined
  readonly fault: FaultName | null
  readonly event: string | undefined
  readonly id: string | undefined
  /** Null: the provider's sample. */
  readonly body: Buffer | null
  readonly headers: readonly (readonly [string, string])[]
  /** Seconds; the gateway's own, where it is known. */
  readonly tolerance: number | null
  readonly now: () => number
}

export interface Composed {
  readonly draft: Draft
  readonly identity: Identity
  /** By any of these the gateway knows it when it comes again; none: it never does. */
  readonly keys: readonly string[]
}

export interface Composer {
  /** Null: nothing is signed. */
  readonly scheme: Scheme | null
  compose(): Composed
}

/** Prepares what is the same for all requests. Throws `SendingError` when the plan cannot be carried out. */
export function createComposer(plan: Plan): Composer {
  const { provider, source, isDefault, secret, fault } = plan
  const identifier = createIdentifier(isDefault ? 'default' : source, provider, isDefault)
  const identify = (draft: Draft, verdict: Accepted | null): Composed => {
    const { headers, body } = draft
    const contentType = headers['content-type']
    const mustBeJson = provider.payload === 'json'
    const payload = readPayload(body, { contentType, mustBeJson, pointers: identifier.pointers, echo: false })
    const values = payload === 'invalid' ? [] : payload.values
    const fallbackType = isDefault ? decodeURIComponent(plan.url.pathname.split('/').at(-1) ?? '') : source
    const identity = identifier.identify({ headers, body, values, verdict, fallbackType })
    const { dedupKey, replay } = identity
    const keys = [...(dedupKey === null ? [] : [dedupKey]), ...(replay?.verdict === 'duplicate' ? [replay.key] : [])]
    return { draft, identity, keys }
  }
  if (secret === null) return { scheme: null, compose: () => identify(draftOf(plan), null) }

  const first = sign(plan, secret, plan.schemeName, draftOf(plan), 0)
  const { scheme, verifiedBy } = first
  const verify = compileVerifier(
    { ...provider, schemes: [scheme] },
    { current: verifiedBy, previous: null },
    { toleranceSeconds: plan.tolerance, publicUrl: plan.publicUrl },
  )
  const signed = (draft: Draft, shift = 0) => sign(plan, secret, scheme.name, draft, shift).draft
  const fake = fault === 'wrong-secret' ? generateSecret(scheme).signWith : null
  const isRejected = (draft: Draft) => !verify(requestOf(draft), plan.now()).ok
  const faulty = createFault(plan, scheme, fake, isRejected)
  return {
    scheme,
    compose() {
      const draft = draftOf(plan)
      const whole = signed(draft)
      const composed = identify(whole, proven(verify, whole, plan))
      return faulty === null ? composed : { ...composed, draft: faulty(draft, whole, signed) }
    },
  }
}

type Faulty = (draft: Draft, signed: Draft, sign: (draft: Draft, shift: number) => Draft) => Draft

/** Null: the request itself is as it should be. */
function createFault(
  plan: Plan,
  scheme: Scheme,
  wrongSecret: string | null,
  isRejected: (draft: Draft) => boolean,
): Faulty | null {
  const { provider, fault } = plan
  if (fault === 'stale' || fault === 'future') {
    const shift = timeShift(scheme, plan.tolerance)
    if (shift === null) {
      throw new SendingError(
        `--fault ${fault}: ${provider.title} signs no time (${scheme.name}), so an old request cannot be told from a new one`,
        'Repetitions are recognised by id alone: try --fault duplicate.',
      )
    }
    return (draft, _signed, sign) => sign(draft, fault === 'stale' ? -shift : shift)
  }
  if (wrongSecret !== null) return (draft) => sign(plan, wrongSecret, scheme.name, draft, 0).draft
  if (fault === 'no-signature') return (_draft, signed) => withoutSignature(signed, scheme)
  if (fault !== 'mutated-body') return null
  return (_draft, signed) => {
    const mutated = withMutatedBody(signed, scheme, isRejected)
    if (mutated !== null) return mutated
    throw new SendingError(
      `--fault mutated-body: ${provider.title} signs nothing of the body (${scheme.name}), so nobody can see that it was changed`,
      'What protects it is HTTPS alone.',
    )
  }
}

function draftOf(plan: Plan): Draft {
  const { provider, url, body } = plan
  const sample = fillSample(sampleOf(provider), plan.now())
  const search = url.search === '' ? sample.url : url.search + sample.url.replace('?', '&')
  let draft: Draft = { ...sample, url: url.pathname + search }
  if (body !== null) {
    const type = isJson(body.toString('utf8')) ? 'application/json' : 'application/octet-stream'
    const ofSample = draft.headers['content-type'] ?? type
    const contentType = type === 'application/json' && !/json/.test(ofSample) ? type : ofSample
    const isOther = type !== 'application/json' && /json/.test(ofSample)
    draft = { ...draft, body, headers: { ...draft.headers, 'content-type': isOther ? type : contentType } }
  }
  for (const [name, value] of plan.headers) draft = { ...draft, headers: { ...draft.headers, [name]: value } }
  if (plan.event !== undefined) draft = named(draft, plan, plan.event)
  return plan.id === undefined ? draft : withId(draft, provider, plan.id)
}

/** The default source's events are named by their path; a `type` in the body says the same, where there is one. */
function named(draft: Draft, { provider, isDefault }: Plan, event: string): Draft {
  if (!isDefault) return withType(draft, provider, event)
  try {
    return withType(draft, { ...provider, type: ['body:/type'] }, event)
  } catch (error) {
    if (error instanceof SendingError) return draft
    throw error
  }
}

function sign(plan: Plan, secret: string, scheme: string | undefined, draft: Draft, shift: number): SignedDraft {
  const nowSeconds = Math.floor(plan.now() / 1000) + shift
  const idHeaders = plan.provider.id.flat().flatMap((place) => headerOf(place) ?? [])
  const given = idHeaders.map((name) => draft.headers[name]).find((value) => value !== undefined)
  const id = plan.id === undefined ? (given ?? newMessageId()) : Buffer.from(plan.id).toString('latin1')
  try {
    return signDraft(plan.provider, scheme, secret, draft, { id, nowSeconds, publicUrl: plan.publicUrl })
  } catch (error) {
    if (error instanceof SigningError || error instanceof DraftError) throw unsignable(plan, error.message)
    throw error
  }
}

function unsignable({ provider, schemeName }: Plan, reason: string): SendingError {
  if (!/^this secret cannot sign/.test(reason)) return new SendingError(reason)
  const pairs = provider.schemes
    .filter(({ name }) => schemeName === undefined || name === schemeName)
    .some(({ key }) => key.form === 'public-key')
  return new SendingError(
    `the secret does not fit what ${provider.title} signs with`,
    pairs
      ? `It takes a private key (PEM, or a JWK); the gateway's setting holds the public one, which can only verify. ` +
          `"posthorn send ${provider.name} --generate-key key.pem" makes a pair.`
      : `${provider.setup}\n"posthorn providers ${provider.name}" shows what it should be like.`,
  )
}

/** What is sent must be right before anything is made wrong with it. */
function proven(verify: Verifier, draft: Draft, { now }: Plan): Accepted {
  const verdict = verify(requestOf(draft), now())
  if (verdict.ok) return verdict
  throw new SendingError(`this request cannot be signed so that it verifies: ${verdict.detail}`)
}
