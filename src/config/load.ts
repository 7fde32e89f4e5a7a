import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Value } from '@sinclair/typebox/value'
import { readDatabase } from './database.ts'
import { type Derived, describeSettings } from './described.ts'
import { configureDestinations } from './destinations.ts'
import { type Environment, type Findings, given, givenSecret } from './environment.ts'
import { checkConfigFile } from './file/load-file.ts'
import { type ReadResult, readConfigFile } from './file/read.ts'
import { parse, quote } from './parse.ts'
import { checkVolume, type Platform, readPlatform } from './platform.ts'
import { isProtection, reportProxied } from './protection.ts'
import { neverContacted } from './reachable.ts'
import { readRedis } from './redis.ts'
import { DEFAULT_DEDUP_RETENTION_DAYS, Settings } from './schema.ts'
import { reportSharedSecrets } from './shared-secrets.ts'
import { configureSources, isSourceVariable, reportMissingUrl } from './sources.ts'
import { nearestSetting } from './suggest.ts'
import { readTracing } from './tracing.ts'
import type { Config } from './types.ts'

const SECOND_MS = 1000
const DAY_MS = 24 * 60 * 60 * SECOND_MS

/** The settings cannot be used. `problems` has one line for each thing to correct; none shows a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** The process that the settings are for. */
export interface Surroundings {
  /** What relative directories start at. */
  readonly cwd: string
  /** The user it runs as, where the system has numbers for users; by default this process's. */
  readonly uid?: number | undefined
}

/**
 * Reads the configuration file, if there is one, and every setting of the environment. Code in the file runs.
 * @throws {ConfigError} with all problems at once.
 */
export async function readConfig(env: Environment, surroundings: Surroundings): Promise<Config> {
  return loadConfig(env, surroundings, await readConfigFile(env, surroundings.cwd))
}

/**
 * Checks every setting of the environment and of a file that was read, and works out what follows from them.
 * @throws {ConfigError} with all problems at once.
 */
export function loadConfig(
  env: Environment,
  { cwd, uid = process.getuid?.() }: Surroundings,
  read: ReadResult = { file: null },
): Config {
  const findings: Findings = { problems: [], warnings: [] }
  const settings = readSettings(env, findings)
  const file = checkConfigFile(read, env, findings)
  const sources = configureSources(env, settings, file.sources, findings)
  const sourceNames = [...new Set(['default', ...sources.sources.keys(), ...file.sourceNames])]
  const destinations = configureDestinations(file, settings, sourceNames, findings)
  const platform = readPlatform(env, findings)
  const dataDir = resolve(cwd, settings.DATA_DIR ?? platform.volume ?? 'data')
  const database = readDatabase(settings, findings)
  const redis = readRedis(settings, cwd, findings)
  checkStores(settings, findings)
  if (settings.DATABASE_URL === undefined && settings.REDIS_URL === undefined) {
    checkVolume(platform, dataDir, uid, findings)
  }
  checkRetention(settings, findings)
  checkTimeouts(settings, findings)
  checkDestinations(settings, findings)
  checkTokens(settings, findings)
  checkHandlers(given(env, 'HANDLERS_DIR'), cwd, findings)
  const publicUrl = settings.PUBLIC_URL ?? platform.publicUrl
  const allSources = [sources.defaultSource, ...sources.sources.values()]
  reportSharedSecrets(allSources, findings)
  reportProxied(allSources, platform, settings, findings)
  checkProxyHeader(settings, findings)
  if (publicUrl === null) reportMissingUrl(sources.sources.values(), findings)
  const tracing = readTracing(env, findings)
  reportUnknown(env, findings)
  if (findings.problems.length > 0) throw new ConfigError(findings.problems)

  const production = settings.NODE_ENV === 'production'
  const developing = env['npm_lifecycle_event'] === 'dev' && !production
  const logPretty = (settings.LOG_FORMAT ?? (developing ? 'pretty' : 'json')) === 'pretty'
  const derived: Derived = {
    CONFIG: { value: file.path },
    DATA_DIR: { value: dataDir, fromPlatform: platform.volume !== null },
    PUBLIC_URL: { value: publicUrl, fromPlatform: publicUrl !== null },
    DEDUP_RETENTION_DAYS: { value: String(dedupRetentionDays(settings)) },
    TRUST_PROXY_HEADER: { value: proxyHeader(settings, platform) },
    HANDLERS_DIR: { value: resolve(cwd, settings.HANDLERS_DIR) },
    LOG_FORMAT: { value: logPretty ? 'pretty' : 'json' },
    LOG_PAYLOADS: { value: String(settings.LOG_PAYLOADS ?? !production) },
  }
  return Object.freeze({
    production,
    port: settings.PORT,
    host: settings.HOST,
    dataDir,
    database,
    redis,
    ...sources,
    configFile: file.path,
    ...destinations,
    dedupRetentionMs: dedupRetentionDays(settings) * DAY_MS,
    eventRetentionMs: settings.EVENT_RETENTION_DAYS * DAY_MS,
    keepRejections: settings.KEEP_REJECTIONS,
    adminToken: settings.ADMIN_TOKEN ?? null,
    viewerToken: settings.VIEWER_TOKEN ?? null,
    sendHosts: Object.freeze(settings.SEND_HOSTS ?? []),
    corsOrigin: settings.CORS_ORIGIN,
    trustProxy: Object.freeze(settings.TRUST_PROXY ?? []),
    trustProxyHeader: proxyHeader(settings, platform),
    publicUrl,
    forwardUrls: Object.freeze([...new Set(settings.FORWARD_URL)]),
    forwardSecret: settings.FORWARD_SECRET ?? null,
    handlersDir: resolve(cwd, settings.HANDLERS_DIR),
    logLevel: settings.LOG_LEVEL,
    logPretty,
    logPayloads: settings.LOG_PAYLOADS ?? !production,
    // `--watch` restarts with SIGTERM at every edit, and nobody is there to move on.
    drainMs: developing && given(env, 'DRAIN_SECONDS') === null ? 0 : settings.DRAIN_SECONDS * SECOND_MS,
    storeTimeoutMs: settings.STORE_TIMEOUT_MS,
    maxPendingEvents: settings.MAX_PENDING_EVENTS,
    headersTimeoutMs: settings.HEADERS_TIMEOUT_SECONDS * SECOND_MS,
    requestTimeoutMs: settings.REQUEST_TIMEOUT_SECONDS * SECOND_MS,
    keepAliveTimeoutMs: settings.KEEP_ALIVE_TIMEOUT_SECONDS * SECOND_MS,
    maxConnections: settings.MAX_CONNECTIONS,
    rateLimitPerMinute: settings.RATE_LIMIT_PER_MINUTE,
    deliveryConcurrency: settings.DELIVERY_CONCURRENCY,
    deliveryTimeoutMs: settings.DELIVERY_TIMEOUT_SECONDS * SECOND_MS,
    tracing,
    warnings: Object.freeze(findings.warnings),
    settings: describeSettings(env, file, derived),
  })
}

/** Only a folder that was named is missed: most gateways have no handlers. */
function checkHandlers(named: string | null, cwd: string, { warnings }: Findings): void {
  if (named === null || existsSync(resolve(cwd, named))) return
  warnings.push(
    `HANDLERS_DIR: ${quote(resolve(cwd, named))} is not there, so there are no handlers; make it, or correct the path.`,
  )
}

/** One that cannot be used is a problem and left at its default, so that the rest is still checked. */
function readSettings(env: Environment, findings: Findings): Settings {
  const values: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(Settings.properties)) {
    // Checked with their sources: what fits depends on the provider.
    if (setting.kind === 'secret' || isProtection(name)) continue
    const text =
      setting.kind === 'whsec' || setting.kind === 'token' ? givenSecret(env, name, findings) : given(env, name)
    if (text === null) continue
    const parsed = parse(setting.kind, text)
    if ('value' in parsed && Value.Check(setting, parsed.value)) values[name] = parsed.value
    else {
      const refused = 'refused' in parsed ? parsed.refused : quote(text)
      findings.problems.push(`${name}: ${refused} is not accepted; give ${setting.accepted}.`)
    }
  }
  const settings = Value.Default(Settings, values)
  if (!Value.Check(Settings, settings))
    throw new TypeError('A default in the settings schema does not fit its own type.')
  return settings
}

const dedupRetentionDays = (settings: Settings): number =>
  settings.DEDUP_RETENTION_DAYS ?? Math.max(DEFAULT_DEDUP_RETENTION_DAYS, settings.EVENT_RETENTION_DAYS)

function checkStores({ DATABASE_URL, REDIS_URL }: Settings, { problems }: Findings): void {
  if (DATABASE_URL === undefined || REDIS_URL === undefined) return
  problems.push('REDIS_URL: is set beside DATABASE_URL, but events are stored in one place; remove one of them.')
}

/** An event that is kept but no longer remembered by its id would be stored twice. */
function checkRetention(settings: Settings, { problems }: Findings): void {
  const days = dedupRetentionDays(settings)
  if (days >= settings.EVENT_RETENTION_DAYS) return
  problems.push(
    `DEDUP_RETENTION_DAYS: ${days} is less than EVENT_RETENTION_DAYS (${settings.EVENT_RETENTION_DAYS}); ` +
      'give at least as many days, or lower EVENT_RETENTION_DAYS.',
  )
}

function checkTimeouts(settings: Settings, { problems }: Findings): void {
  if (settings.HEADERS_TIMEOUT_SECONDS <= settings.REQUEST_TIMEOUT_SECONDS) return
  problems.push(
    `HEADERS_TIMEOUT_SECONDS: ${settings.HEADERS_TIMEOUT_SECONDS} is more than REQUEST_TIMEOUT_SECONDS ` +
      `(${settings.REQUEST_TIMEOUT_SECONDS}), which covers the headers too; lower it, or raise the other.`,
  )
}

function checkProxyHeader(settings: Settings, { problems }: Findings): void {
  if (settings.TRUST_PROXY_HEADER === undefined || settings.TRUST_PROXY !== undefined) return
  problems.push('TRUST_PROXY_HEADER: is set without TRUST_PROXY, so nobody is believed; set that one too.')
}

/** Railway's edge rewrites X-Forwarded-For so that the sender is not its last entry, and X-Real-IP so that it is the sender. */
function proxyHeader(settings: Settings, { onRailway }: Platform): string | null {
  if (settings.TRUST_PROXY === undefined) return null
  const header = settings.TRUST_PROXY_HEADER ?? (onRailway ? 'x-real-ip' : 'x-forwarded-for')
  return header === 'x-forwarded-for' ? null : header
}

/** Below this a token can be guessed, or was made up. */
const SAFE_TOKEN_LENGTH = 32

function checkTokens({ ADMIN_TOKEN, VIEWER_TOKEN }: Settings, { problems, warnings }: Findings): void {
  for (const [name, token] of Object.entries({ ADMIN_TOKEN, VIEWER_TOKEN })) {
    if (token === undefined || token.length >= SAFE_TOKEN_LENGTH) continue
    warnings.push(
      `${name}: has only ${token.length} characters; use at least ${SAFE_TOKEN_LENGTH} random ones (openssl rand -hex 32).`,
    )
  }
  if (VIEWER_TOKEN !== undefined && VIEWER_TOKEN === ADMIN_TOKEN) {
    problems.push(
      'VIEWER_TOKEN: is the same as ADMIN_TOKEN, so whoever may look could change everything; give another.',
    )
  }
}

function checkDestinations(settings: Settings, { problems, warnings }: Findings): void {
  for (const url of settings.FORWARD_URL ?? []) {
    const blocked = neverContacted(new URL(url))
    if (blocked !== null)
      problems.push(`FORWARD_URL: ${blocked}; give the URL of a server that the gateway may contact.`)
  }
  if (settings.FORWARD_URL === undefined || settings.FORWARD_SECRET !== undefined) return
  warnings.push('FORWARD_SECRET is not set: destinations cannot verify what they are sent. Set it to have it signed.')
}

function reportUnknown(env: Environment, { warnings }: Findings): void {
  const known = Object.keys(Settings.properties)
  for (const name of Object.keys(env).sort()) {
    if (known.includes(name) || isSourceVariable(name) || given(env, name) === null) continue
    const meant = nearestSetting(name, known)
    if (meant !== null) warnings.push(`${name} is set, but there is no such setting; did you mean ${meant}?`)
  }
}
