import type { Config, SourceConfig } from '../config/types.ts'
import type { CapturedSecrets } from '../handshakes/captured-secrets.ts'
import { createGuard, type Guard, operatorNetworks, publicOnly } from '../net/guard.ts'
import { findProvider } from '../providers/registry.ts'
import type { Provider } from '../providers/types.ts'
import type { Plan } from '../sending/compose.ts'
import { OperatorError } from './problem.ts'
import type { SendRequest } from './send-schema.ts'

export interface SendContext {
  readonly config: Config
  readonly captured: Pick<CapturedSecrets, 'of'>
  /** Where this process itself is reached, such as `http://127.0.0.1:3000`, without a slash at its end; null: nowhere. */
  readonly ownUrl: string | null
  readonly now: () => number
}

/** Where a test request goes, and by what it is signed. */
export interface Target {
  readonly plan: Pick<Plan, 'provider' | 'source' | 'isDefault' | 'url' | 'publicUrl' | 'secret' | 'tolerance'>
  /** Null: it goes to the gateway itself. */
  readonly guard: Guard | null
}

/** @throws {OperatorError} 400, 404 or 503 where nothing can be sent there */
export function targetOf(asked: SendRequest, context: SendContext): Target {
  const { source, url } = asked
  if ((source === undefined) === (url === undefined)) throw new OperatorError(400, 'source, url: give one of the two.')
  return source === undefined ? toUrl(asked, context) : toSource(source, asked, context)
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
