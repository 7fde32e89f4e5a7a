import type { Static } from '@sinclair/typebox'
import { CliError } from '../cli/errors.ts'
import { type Composer, createComposer, type Plan } from '../cli/send/compose.ts'
import { curlLine } from '../cli/send/curl.ts'
import { defaultCopies } from '../cli/send/options.ts'
import { type Result, runPlan } from '../cli/send/run.ts'
import type { Config, SourceConfig } from '../config/types.ts'
import { writtenForms } from '../events/credentials.ts'
import type { CapturedSecrets } from '../handshakes/captured-secrets.ts'
import { createGuard, type Guard, operatorNetworks, publicOnly } from '../net/guard.ts'
import { findProvider } from '../providers/registry.ts'
import type { Provider, Scheme } from '../providers/types.ts'
import { type Draft, withValue } from '../signing/draft.ts'
import { OperatorError } from './problem.ts'
import type { HeaderView } from './schemas.ts'
import type { SendRequest, SendResult, SentRequest } from './send-schema.ts'
import { bodyView } from './views.ts'

export interface SendContext {
  readonly config: Config
  readonly captured: Pick<CapturedSecrets, 'of'>
  /** Where this process itself is reached, such as `http://127.0.0.1:3000`, without a slash at its end; null: nowhere. */
  readonly ownUrl: string | null
  readonly now: () => number
}

interface Prepared {
  readonly plan: Plan
  readonly composer: Composer
  /** Null: it goes to the gateway itself. */
  readonly guard: Guard | null
}

const dripMs = 2_000
/** Shorter texts would be found everywhere. */
const leastSecret = 6
const hidden = '[hidden]'

/**
 * The request as it would be sent, signed. Whatever in it is the secret itself is left out.
 * @throws {OperatorError} 400, 404 or 503 where it cannot be made
 */
export function previewSend(asked: SendRequest, context: SendContext): Static<typeof SentRequest> {
  const { plan, composer } = prepare(asked, context)
  return asOperator(() => requestView(plan, composer.scheme, composer.compose().draft))
}

/**
 * Makes the request, sends it, and says whether what came back is what should. Never throws for what the other side does.
 * @throws {OperatorError} as `previewSend`
 */
export async function sendRequest(asked: SendRequest, context: SendContext): Promise<Static<typeof SendResult>> {
  const { plan, composer, guard } = prepare(asked, context)
  const many = plan.fault === 'concurrent-duplicates' ? defaultCopies : 1
  const run = { count: 1, concurrency: many, timeoutMs: asked.timeoutSeconds * 1000, dripMs }
  const [sent] = await asOperatorAsync(() => runPlan(plan, composer, guard === null ? run : { ...run, guard }))
  if (sent === undefined) throw new OperatorError(503, 'Nothing was sent; the log says why.')
  const { composed, results, problem } = sent
  const hide = hiding(plan.secret)
  return {
    request: requestView(plan, composer.scheme, composed.draft),
    ok: problem === null && results.every(({ ok }) => ok),
    problem,
    answers: results.map((result) => answerView(result, hide)),
  }
}

function prepare(asked: SendRequest, context: SendContext): Prepared {
  const { source, url, unsigned, secret, fault } = asked
  if ((source === undefined) === (url === undefined)) throw new OperatorError(400, 'source, url: give one of the two.')
  if (unsigned && secret !== undefined)
    throw new OperatorError(400, 'secret: cannot sign what is unsigned; leave one out.')
  const faultsOfUnsigned = ['duplicate', 'concurrent-duplicates', 'slow', 'chunked']
  if (unsigned && fault !== undefined && !faultsOfUnsigned.includes(fault)) {
    throw new OperatorError(400, `fault: ${fault} needs a signature; leave out unsigned, or take another fault.`)
  }
  const target = source === undefined ? toUrl(asked, context) : toSource(source, asked, context)
  const { now } = context
  const plan: Plan = {
    ...target.plan,
    schemeName: asked.scheme,
    fault: fault ?? null,
    event: asked.event,
    id: asked.id,
    body: bodyOf(asked),
    headers: asked.headers.map(checkedHeader),
    now,
  }
  return { plan, guard: target.guard, composer: asOperator(() => createComposer(plan)) }
}

interface Target {
  readonly plan: Pick<Plan, 'provider' | 'source' | 'isDefault' | 'url' | 'publicUrl' | 'secret' | 'tolerance'>
  readonly guard: Guard | null
}

function toSource(name: string, asked: SendRequest, { config, captured, ownUrl }: SendContext): Target {
  const isDefault = name === config.defaultSource.name
  const source = isDefault ? config.defaultSource : config.sources.get(name)
  if (source === undefined) throw new OperatorError(404, `There is no source ${JSON.stringify(name)}.`)
  if (asked.provider !== undefined && asked.provider !== source.provider.name) {
    throw new OperatorError(400, `provider: the source ${name} has ${source.provider.name}; leave it out.`)
  }
  if (ownUrl === null) throw new OperatorError(503, 'This process listens nowhere: nothing can be sent to it.')
  const segment = isDefault ? encodeURIComponent(asked.event ?? 'user.created') : encodeURIComponent(name)
  const { provider, toleranceSeconds } = source
  return {
    plan: {
      provider,
      source: name,
      isDefault,
      url: new URL(`${ownUrl}/webhook/${segment}`),
      publicUrl: config.publicUrl ?? ownUrl,
      secret: asked.unsigned ? null : (asked.secret ?? secretOf(source, captured)),
      tolerance: toleranceSeconds,
    },
    guard: null,
  }
}

function secretOf({ name, secrets }: SourceConfig, captured: Pick<CapturedSecrets, 'of'>): string {
  const secret = secrets?.current ?? captured.of(name)[0]
  if (secret !== undefined) return secret
  throw new OperatorError(400, `secret: the source ${name} has none to sign with; give one, or set unsigned.`)
}

function toUrl(asked: SendRequest, { config }: SendContext): Target {
  const url = URL.parse(asked.url ?? '')
  const usable = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (!usable) throw new OperatorError(400, 'url: give an http(s) URL without user and password.')
  const provider = providerOf(asked)
  if (asked.secret === undefined && !asked.unsigned) {
    throw new OperatorError(
      400,
      'secret: give the one that the receiver verifies with, or set unsigned. Secrets of this gateway sign for nobody else.',
    )
  }
  return {
    plan: {
      provider,
      source: provider.name,
      isDefault: false,
      url,
      publicUrl: url.origin,
      secret: asked.secret ?? null,
      tolerance: null,
    },
    guard: createGuard(isAllowed(url, config) ? operatorNetworks : publicOnly),
  }
}

/** Hosts that the operator configured: those of destinations, and those that SEND_HOSTS names. */
function isAllowed(url: URL, { forwardUrls, destinations, sendHosts }: Config): boolean {
  const configured = [...forwardUrls.map((forward) => new URL(forward)), ...destinations.map((one) => one.url)]
  const address = withPort(url)
  return sendHosts.includes(url.hostname) || [...configured.map(withPort), ...sendHosts].includes(address)
}

function withPort({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`
}

function providerOf({ provider: name }: SendRequest): Provider {
  if (name === undefined) throw new OperatorError(400, 'provider: say whose events the receiver takes.')
  const provider = findProvider(name)
  if (provider !== undefined) return provider
  throw new OperatorError(404, `There is no provider ${JSON.stringify(name)}: GET /api/providers lists them.`)
}

function bodyOf({ body, encoding }: SendRequest): Buffer | null {
  return body === undefined ? null : Buffer.from(body, encoding)
}

/** RFC 9110 §5.1 and §5.5. */
function checkedHeader([given, value]: HeaderView): readonly [string, string] {
  const name = given.toLowerCase()
  if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name))
    throw new OperatorError(400, `headers: ${JSON.stringify(given)} is no name.`)
  if (['host', 'content-length', 'transfer-encoding', 'connection'].includes(name)) {
    throw new OperatorError(
      400,
      `headers: ${name} follows from where the request goes and what it holds; leave it out.`,
    )
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(value))
    throw new OperatorError(400, `headers: ${name} has a line break or another control character.`)
  return [name, Buffer.from(value).toString('latin1')]
}

function requestView(plan: Plan, scheme: Scheme | null, draft: Draft): Static<typeof SentRequest> {
  const { url, fault } = plan
  const hide = hiding(plan.secret)
  const shown = scheme?.kind === 'token' ? withoutToken(draft, scheme) : draft
  const body = bodyView(shown.body)
  return {
    method: 'POST',
    url: hide(url.origin + shown.url),
    headers: Object.entries(shown.headers).map(([name, value]): HeaderView => [name, hide(utf8Of(value))]),
    body: { ...body, text: body.encoding === 'utf8' ? hide(body.text) : body.text },
    scheme: scheme?.name ?? null,
    curl: hide(curlLine(shown, url, fault === 'chunked')),
  }
}

/** A request with such a proof carries the secret itself, in whatever spelling. */
function withoutToken(draft: Draft, { at }: Scheme): Draft {
  try {
    return withValue(draft, at, hidden)
  } catch {
    // There is none in it: the fault took it out.
    return draft
  }
}

function answerView({ status, ms, headers, answer, id, duplicate, problem }: Result, hide: (text: string) => string) {
  return {
    status,
    ms,
    headers: headers.map(([name, value]): HeaderView => [name, hide(value)]),
    body: status === null ? null : bodyView(Buffer.from(hide(answer))),
    eventId: id,
    duplicate,
    problem: problem === null ? null : hide(advised(problem)),
  }
}

/** What the operator may allow is said where it is refused. */
function advised(problem: string): string {
  return problem.replace(/may not be contacted from here$/, '$&: name its host in SEND_HOSTS if it is yours')
}

/** Takes a secret out of what is shown. */
function hiding(secret: string | null): (text: string) => string {
  if (secret === null || secret.length < leastSecret) return (text) => text
  const forms = writtenForms(secret)
  return (text) => forms.reduce((shown, form) => shown.replaceAll(form, hidden), text)
}

function utf8Of(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8')
}

/** What the command says of its flags is said of the fields that are named like them. */
function asOperator<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw translated(error)
  }
}

async function asOperatorAsync<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    throw translated(error)
  }
}

const fields: Readonly<Record<string, string>> = { data: 'body', header: 'headers' }

function translated(error: unknown): unknown {
  if (!(error instanceof CliError)) return error
  const text = error.advice === null ? error.message : `${error.message}. ${error.advice}`
  return new OperatorError(
    400,
    text.replace(/--(fault|event|id|data|header|scheme|unsigned)\b/g, (_, flag: string) => fields[flag] ?? flag),
  )
}
