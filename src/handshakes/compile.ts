import { hash, timingSafeEqual } from 'node:crypto'
import { variablePrefix } from '../config/setting-names.ts'
import type { SourceConfig } from '../config/types.ts'
import type { Condition, Handshake } from '../providers/types.ts'
import { compileCondition, nameOf, placeReader } from '../verification/places.ts'
import { keysFor, validateSecret } from '../verification/secrets.ts'
import { needsPublicUrl } from '../verification/tokens.ts'
import type { SignedRequest } from '../verification/types.ts'
import { type AnswerBuilder, compileAnswer } from './answer.ts'
import type { CapturedSecrets } from './captured-secrets.ts'
import { needsVerifyToken, tokenPlace } from './tokens.ts'
import type { HandshakeOutcome, HandshakeRefusal, HandshakeReply, SourceHandshakes, VerifiedRequest } from './types.ts'

export interface HandshakeOptions {
  /** Without a slash at its end; null: not configured. */
  readonly publicUrl: string | null
  /** Where secrets go that arrive in a handshake. */
  readonly captured: CapturedSecrets
}

/** Larger bodies are no handshake: whoever has proved nothing gets little looked into. */
const maxBodyBytes = 1024

/** What becomes of one handshake, once it is known to be meant. */
type Outcome<Request> = (request: Request) => HandshakeOutcome | null
type Test<Request> = (request: Request) => boolean

/** Prepares all that a source's row says of handshakes. Throws when the row itself is wrong. */
export function compileHandshakes(config: SourceConfig, options: HandshakeOptions): SourceHandshakes {
  const all = config.provider.handshakes ?? []
  const posts = all.filter(({ method }) => method === 'POST')
  const verified = posts.filter(({ proof }) => proof !== 'none')
  return {
    bodiless: firstOf(
      all.filter(({ method }) => method !== 'POST').map((one) => compileBodiless(one, config, options)),
    ),
    unverified: firstOf(
      posts.filter(({ proof }) => proof !== undefined).map((one) => compileUnverified(one, config, options)),
    ),
    verified: firstOf(verified.map((one) => compileVerified(one, config, options))),
    pointers: verified.flatMap(({ when = [] }) => when.flatMap(({ at }) => pointerOf(at) ?? [])),
  }
}

function firstOf<Request, Result>(
  handshakes: readonly ((request: Request) => Result | null)[],
): ((request: Request) => Result | null) | null {
  const [first, ...others] = handshakes
  if (first === undefined) return null
  if (others.length === 0) return first
  return (request) => {
    for (const handshake of handshakes) {
      const outcome = handshake(request)
      if (outcome !== null) return outcome
    }
    return null
  }
}

function compileBodiless(
  handshake: Handshake,
  config: SourceConfig,
  options: HandshakeOptions,
): Outcome<SignedRequest> {
  const { method } = handshake
  const isMeant = compileTest(handshake, placeOf)
  const answer = compileGuarded(handshake, config, options)
  return (request) => (request.method === method && isMeant(request) ? answer(request) : null)
}

function compileUnverified(
  handshake: Handshake,
  config: SourceConfig,
  options: HandshakeOptions,
): (request: SignedRequest) => HandshakeOutcome | null | Promise<HandshakeOutcome> {
  const isMeant = compileTest(handshake, placeOf)
  const answer =
    handshake.secret === undefined
      ? compileGuarded(handshake, config, options)
      : compileCapture(handshake, handshake.secret, config, options)
  return (request) => (isMeant(request) ? answer(request) : null)
}

function compileVerified(
  handshake: Handshake,
  config: SourceConfig,
  options: HandshakeOptions,
): Outcome<VerifiedRequest> {
  const isMeant = compileTest<VerifiedRequest>(handshake, (at) => {
    const pointer = pointerOf(at)
    if (pointer === null) return placeOf(at)
    return ({ field }) => {
      const value = field(pointer)
      return value === undefined ? undefined : String(value)
    }
  })
  const current = compileBuilder(handshake, config, options, 'current')
  const previous = compileBuilder(handshake, config, options, 'previous')
  return (request) => (isMeant(request) ? (request.secret === 'current' ? current : previous)(request) : null)
}

function compileTest<Request extends SignedRequest>(
  { when = [], body }: Handshake,
  readerOf: (at: Condition['at']) => (request: Request) => string | undefined | null,
): Test<Request> {
  const pattern = bodyPattern(body)
  const conditions = when.map((condition) => compileCondition(condition, readerOf(condition.at)))
  return (request) =>
    conditions.every((isTrue) => isTrue(request)) &&
    (pattern === null || (request.body.length <= maxBodyBytes && pattern.test(request.body.toString('utf8'))))
}

function placeOf(at: Condition['at']): (request: SignedRequest) => string | undefined | null {
  const read = placeReader(at)
  return (request) => (at.startsWith('body:') && request.body.length > maxBodyBytes ? undefined : read(request))
}

function pointerOf(at: string): `/${string}` | null {
  return at.startsWith('body:/') ? `/${at.slice('body:/'.length)}` : null
}

function bodyPattern(body: string | undefined): RegExp | null {
  return body === undefined ? null : new RegExp(`^(?:${body})$`)
}

/** Answers whom the token, where there is one, says we know. */
function compileGuarded(handshake: Handshake, config: SourceConfig, options: HandshakeOptions): Outcome<SignedRequest> {
  const { token, refusal = 403 } = handshake
  const refuse = (detail: string): HandshakeRefusal => ({ ok: false, status: refusal, detail })
  const { verifyToken, provider } = config
  if (needsVerifyToken(handshake) && verifyToken === null) {
    const missing = refuse(`${provider.title} asks for a token that is not configured: set ${tokenVariable(config)}.`)
    return () => missing
  }
  if (needsPublicUrl(JSON.stringify(handshake.answer)) && options.publicUrl === null) {
    const missing = refuse(`${provider.title} wants its URL confirmed: set PUBLIC_URL.`)
    return () => missing
  }
  const build = compileBuilder(handshake, config, options, 'current')
  if (token === undefined) return build
  const isKnown = compileTokenTest(token, verifyToken ?? '')
  const wrong = refuse(`The ${nameOf(token)} parameter is not what ${tokenVariable(config)} says.`)
  return (request) => (isKnown(request) ? build(request) : wrong)
}

/**
 * Keeps the secret that arrives, from whom the token says we know, and only then answers. A secret that is known already
 * proves itself, and is answered again.
 */
function compileCapture(
  handshake: Handshake,
  secretAt: NonNullable<Handshake['secret']>,
  config: SourceConfig,
  options: HandshakeOptions,
): (request: SignedRequest) => HandshakeOutcome | null | Promise<HandshakeOutcome> {
  const { name, provider, verifyToken, secrets } = config
  const { captured } = options
  const refuse = (detail: string): HandshakeRefusal => ({ ok: false, status: handshake.refusal ?? 403, detail })
  const readSecret = secretReader(secretAt, handshake)
  const build = compileBuilder(handshake, config, options, 'current')
  const isKnown = verifyToken === null ? () => false : compileTokenTest(tokenPlace(handshake), verifyToken)
  const stranger = refuse(
    `${provider.title} brings a secret, but the URL does not say ${nameOf(tokenPlace(handshake))}=… as ${tokenVariable(config)} does.`,
  )
  const unusable = refuse(`The secret that came is none that ${provider.title} can sign with.`)

  return (request) => {
    const reply = build(request)
    const secret = readSecret(request)
    if (reply === null || secret === null) return null
    const known = [secrets?.current, secrets?.previous, ...captured.of(name)]
    if (known.some((one) => typeof one === 'string' && sameText(one, secret))) return reply
    if (!isKnown(request)) return stranger
    if (validateSecret(provider, secret) !== null) return unusable
    return captured.add(name, secret).then(() => withNote(reply, `its secret is kept in ${captured.place}`))
  }
}

function withNote(reply: HandshakeReply, note: string): HandshakeReply {
  return { ...reply, note }
}

function secretReader(
  at: NonNullable<Handshake['secret']>,
  { body }: Handshake,
): (request: SignedRequest) => string | null {
  if (at.startsWith('header:')) {
    const read = placeReader(`header:${nameOf(at)}`)
    return (request) => read(request) ?? null
  }
  const pattern = bodyPattern(body)
  return (request) => pattern?.exec(request.body.toString('utf8'))?.groups?.[nameOf(at)] ?? null
}

function compileTokenTest(at: `query:${string}`, verifyToken: string): Test<SignedRequest> {
  const read = placeReader(at)
  return (request) => {
    const value = read(request)
    return typeof value === 'string' && sameText(value, verifyToken)
  }
}

function compileBuilder(
  handshake: Handshake,
  { name, provider, secrets, verifyToken }: SourceConfig,
  { publicUrl }: HandshakeOptions,
  which: 'current' | 'previous',
): AnswerBuilder {
  const [scheme] = provider.schemes
  const secret = secrets === null ? null : (secrets[which] ?? secrets.current)
  const key = scheme === undefined || secret === null ? null : (keysFor(scheme, secret)[0] ?? null)
  const context = { publicUrl, verifyToken, pattern: bodyPattern(handshake.body) }
  return compileAnswer(name, handshake.answer, context, key)
}

/** `<SOURCE>_WEBHOOK_VERIFY_TOKEN` of a source. */
function tokenVariable({ name }: SourceConfig): string {
  return `${variablePrefix(name)}_WEBHOOK_VERIFY_TOKEN`
}

/** In the same time wherever the difference is. */
function sameText(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
}
