import { compileKeySource } from '../keys/key-source.ts'
import type { KeyService } from '../keys/service.ts'
import type { KeyAnswer, KeyQuestion, PublishedKeys } from '../keys/types.ts'
import type { FetchedKeyForm, KeySource, Provider, Scheme } from '../providers/types.ts'
import { type Account, accountsFrom, fillIn } from './accounts.ts'
import { sameText } from './constant-time.ts'
import { decodeBase64Url } from './encoding.ts'
import { compileCondition, describePlace, placeReader } from './places.ts'
import { compileKind, type SchemeOptions } from './scheme.ts'
import { keyTypeOf } from './secrets.ts'
import { type Refused, refuse, type SchemeVerifier, type SignedRequest, type SourceSecrets } from './types.ts'

type Found = ReturnType<SchemeVerifier>
type FetchedScheme = Scheme & { readonly key: FetchedKeyForm }

/** A set without ids is asked for again when a signature fits none of it, but no sooner than this after the last time. */
const doubtMs = 5 * 60 * 1000

/** A scheme whose keys have to be there before it can say anything about a request. */
export interface FetchedVerifier {
  /** Gets the keys for this request; undefined where there is nothing to wait for. Never rejects. */
  prepare(request: SignedRequest, nowMs: number): Promise<void> | undefined
  /** After `prepare`. */
  readonly verify: SchemeVerifier
}

export function isFetched(scheme: Scheme): scheme is FetchedScheme {
  return scheme.key.form === 'fetched'
}

/** Compiles a scheme with each account that the secrets name. Throws when the row is wrong. */
export function compileFetchedScheme(
  provider: Provider,
  scheme: FetchedScheme,
  secrets: SourceSecrets,
  options: SchemeOptions,
  keys: KeyService,
): FetchedVerifier {
  const { account: form, source } = scheme.key
  const named = [
    ...accountsFrom(form, secrets.current).map((account) => ({ account, secret: 'current' as const })),
    ...(secrets.previous === null ? [] : accountsFrom(form, secrets.previous)).map((account) => ({
      account,
      secret: 'previous' as const,
    })),
  ]
  const judges = named.map((one) => compileJudge(provider, scheme, one, options, keys))
  const readId = compileKeyId(scheme, source)
  const applies = scheme.when === undefined ? () => true : compileCondition(scheme.when, placeReader(scheme.when.at))
  const read = placeReader(scheme.at)
  const pins = (source.pin ?? []).map(({ at }) => describePlace(at)).join(', ')
  const foreign = refuse('mismatch', `The request is for another account than those configured (${pins}).`)
  const found = new WeakMap<SignedRequest, Found>()

  return {
    prepare(request, nowMs) {
      if (!applies(request) || read(request) === undefined) return undefined
      const keyId = readId(request)
      if (typeof keyId === 'object' && keyId !== null) return void found.set(request, keyId)
      const candidates = judges.filter(({ isPinned }) => isPinned(request))
      if (candidates.length === 0) return void found.set(request, foreign)
      const verdict = firstGood(candidates, request, keyId, nowMs)
      if (verdict instanceof Promise) return verdict.then((late) => void found.set(request, late))
      found.set(request, verdict)
      return undefined
    },
    verify: (request) => found.get(request) ?? 'absent',
  }
}

interface Judge {
  readonly isPinned: (request: SignedRequest) => boolean
  readonly judge: (request: SignedRequest, keyId: string | null, nowMs: number) => Found | Promise<Found>
}

/** One account after the other, until one says yes: mostly there is one. */
function firstGood(
  judges: readonly Judge[],
  request: SignedRequest,
  keyId: string | null,
  nowMs: number,
): Found | Promise<Found> {
  const next = (index: number, best: Found | null): Found | Promise<Found> => {
    const judge = judges[index]
    if (judge === undefined) return best ?? 'absent'
    return whenKnown(judge.judge(request, keyId, nowMs), (verdict) => {
      if (isFinal(verdict)) return verdict
      // Of two refusals the one that leaves the question open, else the earlier one.
      const better = best === null || (isUnavailable(verdict) && !isUnavailable(best))
      return next(index + 1, better ? verdict : best)
    })
  }
  return next(0, null)
}

function isFinal(found: Found): boolean {
  return typeof found === 'object' && (found.ok || found.cause === 'expired')
}

function isUnavailable(found: Found): boolean {
  return typeof found === 'object' && !found.ok && found.cause === 'unavailable'
}

function compileJudge(
  provider: Provider,
  scheme: FetchedScheme,
  { account, secret }: { readonly account: Account; readonly secret: 'current' | 'previous' },
  options: SchemeOptions,
  keys: KeyService,
): Judge {
  const { source } = scheme.key
  const type = keyTypeOf(scheme)
  if (type === null) throw new Error(`scheme "${scheme.name}" has no type of key that could be fetched`)
  const deadlineSeconds = provider.deadlineSeconds ?? null
  const questionFor = compileKeySource(source, { account, service: provider.name, type, deadlineSeconds }, keys)
  const compiled = new WeakMap<PublishedKeys, SchemeVerifier>()
  const schemeOptions = { ...options, account }

  function verifierWith(published: PublishedKeys): SchemeVerifier {
    const known = compiled.get(published)
    if (known !== undefined) return known
    const schemeKeys = published.spki.map((bytes) => ({ secret, bytes }))
    const verify = compileKind(scheme, schemeKeys, schemeOptions)
    compiled.set(published, verify)
    return verify
  }

  function judgeWith(answer: KeyAnswer, request: SignedRequest, nowMs: number): Found {
    if ('keys' in answer) return verifierWith(answer.keys)(request, nowMs)
    return refuse(answer.problem === 'unknown' ? 'mismatch' : 'unavailable', answer.detail)
  }

  /** The sender may have a new key that the kept set lacks. */
  function askAgain(question: KeyQuestion, first: Found, request: SignedRequest, nowMs: number) {
    const doubted = question.keyId === null && typeof first === 'object' && !first.ok && first.cause === 'mismatch'
    if (!doubted) return first
    const fresher = keys.cache.get({ ...question, freshMs: Math.min(question.freshMs, doubtMs) })
    return whenKnown(fresher, (answer) => judgeWith(answer, request, nowMs))
  }

  return {
    isPinned: compilePins(source, account),
    judge(request, keyId, nowMs) {
      const question = questionFor(keyId)
      return whenKnown(keys.cache.get(question), (answer) =>
        askAgain(question, judgeWith(answer, request, nowMs), request, nowMs),
      )
    },
  }
}

function compilePins({ pin = [] }: KeySource, account: Account): (request: SignedRequest) => boolean {
  const pins = pin.map(({ at, equals }) => ({ read: placeReader(at), expected: fillIn(equals, account) }))
  return (request) => pins.every(({ read, expected }) => sameText(read(request) ?? '', expected))
}

/** The id of the key that signed: null where the source has one set for all; a refusal where there is none to be read. */
function compileKeyId(
  scheme: Scheme,
  { id, idPattern }: KeySource,
): (request: SignedRequest) => string | null | Refused {
  if (id === undefined) return () => null
  const where = id === 'jwt:kid' ? `The JWT in the ${describePlace(scheme.at)}` : `The ${describePlace(id)}`
  const missing = refuse('malformed', `${where} names no key of a kind that this sender signs with.`)
  const strange = refuse('malformed', `${where} names a key that cannot be the sender's.`)
  const pattern = idPattern === undefined ? null : new RegExp(`^(?:${idPattern})$`)
  const read = id === 'jwt:kid' ? kidReader(scheme) : placeReader(id)
  return (request) => {
    const keyId = read(request)
    if (typeof keyId !== 'string' || keyId === '') return missing
    return pattern !== null && !pattern.test(keyId) ? strange : keyId
  }
}

/** RFC 7515 section 4.1.4. A JWT that is signed in another way than the row says has no key here. */
function kidReader(scheme: Scheme): (request: SignedRequest) => string | null {
  const { at, prefix = '' } = scheme
  const read = placeReader(at)
  const algorithms: readonly unknown[] = scheme.kind === 'jwt' ? scheme.algorithms : []
  return (request) => {
    const value = read(request) ?? ''
    const prefixed = value.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase()
    const [head = ''] = (prefixed ? value.slice(prefix.length) : value).split('.', 1)
    try {
      const header: unknown = JSON.parse(decodeBase64Url(head)?.toString('utf8') ?? '')
      if (typeof header !== 'object' || header === null || !('kid' in header) || !('alg' in header)) return null
      return typeof header.kid === 'string' && algorithms.includes(header.alg) ? header.kid : null
    } catch {
      return null
    }
  }
}

/** Goes on at once where nothing has to be waited for. */
function whenKnown<A, B>(value: A | Promise<A>, go: (known: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(go) : go(value)
}
