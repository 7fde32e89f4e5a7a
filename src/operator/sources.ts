import type { Static } from '@sinclair/typebox'
import { variablePrefix } from '../config/setting-names.ts'
import type { Config, SourceConfig } from '../config/types.ts'
import type { CapturedSecrets } from '../handshakes/captured-secrets.ts'
import { bringsSecret, usesVerifyToken } from '../handshakes/tokens.ts'
import type { Provider } from '../providers/types.ts'
import type { EventSummary, Statistics, Store } from '../store/types.ts'
import { signsUrl, toleranceOf } from '../verification/scheme.ts'
import { fitsScheme } from '../verification/secrets.ts'
import type { HandshakeTimes } from './handshake-times.ts'
import type { SecretAges } from './secret-ages.ts'
import type { Source } from './source-schema.ts'
import { isoTime, isoTimeOrNull } from './views.ts'

export interface SourceViewOptions {
  readonly config: Config
  readonly store: Pick<Store, 'list' | 'statistics'>
  readonly captured: Pick<CapturedSecrets, 'of'>
  readonly handshakes: HandshakeTimes
  readonly secretAges: Pick<SecretAges, 'of'>
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Among the last so many events of a source whose secret is being changed it is looked for the previous one. */
const rotationEvents = 200

/**
 * Every source: what its sender is to be given, what is checked, and what came of late. The default source comes last.
 * @param now by the clock of the store
 * @throws {StoreUnavailableError}
 */
export async function sourceViews(options: SourceViewOptions, now: number): Promise<Static<typeof Source>[]> {
  const { config, store } = options
  const all = [...config.sources.values(), config.defaultSource]
  const statistics = await store.statistics({ from: now - dayMs, to: now, bucketMs: hourMs })
  return Promise.all(all.map((source) => viewOf(source, options, statistics)))
}

async function viewOf(
  source: SourceConfig,
  { config, store, captured, handshakes, secretAges }: SourceViewOptions,
  statistics: Statistics,
): Promise<Static<typeof Source>> {
  const { name, provider, secrets, verifyToken, bodyLimit, allow } = source
  const isDefault = source === config.defaultSource
  const path = `/webhook/${isDefault ? ':event' : encodeURIComponent(name)}`
  const rotating = secrets !== null && secrets.previous !== null
  const brought = captured.of(name).length
  const { events } = await store.list({ source: name, limit: rotating ? rotationEvents : 1 })
  const url = config.publicUrl === null ? null : `${config.publicUrl}${path}`
  const verified = secrets !== null || brought > 0
  return {
    name,
    default: isDefault,
    path,
    url,
    provider: provider.name,
    title: provider.title,
    docs: provider.docs,
    setup: provider.setup,
    steps: stepsOf(source, { url, path, isDefault, hasSecret: verified }),
    verified,
    rejectsAll: !verified && (isDefault ? !config.defaultSourceOpen : bringsSecret(provider)),
    rotating,
    schemes: provider.schemes.map((scheme) => scheme.name),
    toleranceSeconds: effectiveTolerance(source),
    bodyLimit,
    deadlineSeconds: provider.deadlineSeconds ?? null,
    retries: provider.retries ?? null,
    allow: allow === null ? null : [...allow],
    secrets: {
      current: secrets !== null,
      previous: rotating,
      brought,
      currentSince: isoTimeOrNull(secretAges.of(name, 'current')),
      previousSince: isoTimeOrNull(secretAges.of(name, 'previous')),
      previousUsedAt: previousUse(events),
    },
    handshake: handshakeOf(provider, verifyToken, handshakes.of(name)),
    lastEvent: lastOf(events),
    lastDay: countsOf(name, statistics),
  }
}

/** The longest of those schemes that the secret serves for; null: none of them signs a time. */
function effectiveTolerance({ provider, secrets, toleranceSeconds }: SourceConfig): number | null {
  const usable = provider.schemes.filter((scheme) => secrets === null || fitsScheme(scheme, secrets.current))
  const own = usable.flatMap((scheme) => toleranceOf(scheme) ?? [])
  return own.length === 0 ? null : (toleranceSeconds ?? Math.max(...own))
}

function stepsOf(
  { name, provider, verifyToken, secrets }: SourceConfig,
  { url, path, isDefault, hasSecret }: { url: string | null; path: string; isDefault: boolean; hasSecret: boolean },
): Static<typeof Source>['steps'] {
  const prefix = isDefault ? '' : `${variablePrefix(name)}_`
  const variable = `${prefix}WEBHOOK_SECRET`
  const target = url ?? `https://<where the gateway is reached>${path}`
  const inQuery = provider.schemes.find(({ kind, at }) => kind === 'token' && at.startsWith('query:'))?.at.slice(6)
  const inUrl =
    inQuery === undefined || secrets === null
      ? ''
      : `, with ?${inQuery}= and the secret at its end where it can send it no other way`
  const publicUrl =
    url === null
      ? [
          {
            text: `Set PUBLIC_URL to where senders reach the gateway${provider.schemes.some(signsUrl) ? ': this sender signs that URL' : ''}.`,
            done: false,
          },
        ]
      : []
  const token = usesVerifyToken(provider)
    ? [{ text: `Give it the verify token that ${prefix}WEBHOOK_VERIFY_TOKEN holds.`, done: verifyToken !== null }]
    : []
  return [
    ...publicUrl,
    { text: `Give ${isDefault ? 'the sender' : provider.title} the URL ${target}${inUrl}.`, done: null },
    ...token,
    { text: `Find the secret: ${provider.setup}`, done: null },
    { text: `Set it as ${variable} and start the gateway anew.`, done: hasSecret },
  ]
}

function handshakeOf(
  provider: Provider,
  verifyToken: string | null,
  last: ReturnType<HandshakeTimes['of']>,
): Static<typeof Source>['handshake'] {
  if (provider.handshakes === undefined) return null
  return {
    verifyToken: usesVerifyToken(provider) ? (verifyToken === null ? 'missing' : 'set') : 'none',
    bringsSecret: bringsSecret(provider),
    lastAt: last === null ? null : isoTime(last.at),
    answered: last === null ? null : last.answered,
  }
}

/** When the previous secret last served, among the events that were looked at. */
function previousUse(events: readonly EventSummary[]): string | null {
  const found = events.find(({ secret }) => secret === 'previous')
  return found === undefined ? null : isoTime(found.receivedAt)
}

function lastOf([event]: readonly EventSummary[]): Static<typeof Source>['lastEvent'] {
  return event === undefined ? null : { id: event.id, type: event.type, receivedAt: isoTime(event.receivedAt) }
}

function countsOf(name: string, { events, rejections }: Statistics): Static<typeof Source>['lastDay'] {
  const own = events.filter(({ source }) => source === name)
  return {
    accepted: own.reduce((sum, one) => sum + one.accepted, 0),
    duplicates: own.reduce((sum, one) => sum + one.duplicates, 0),
    rejected: rejections.filter(({ source }) => source === name).reduce((sum, one) => sum + one.count, 0),
  }
}
