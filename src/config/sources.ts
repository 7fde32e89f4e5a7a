import { noCapturedSecrets } from '../handshakes/captured-secrets.ts'
import { compileHandshakes } from '../handshakes/compile.ts'
import { bringsSecret } from '../handshakes/tokens.ts'
import { generic } from '../providers/generic.ts'
import { findProvider, providers } from '../providers/registry.ts'
import type { Provider } from '../providers/types.ts'
import { compileVerifier } from '../verification/compile.ts'
import { urlDependence } from '../verification/scheme.ts'
import { type Environment, type Findings, given } from './environment.ts'
import type { FileSource } from './file/sources.ts'
import { quote } from './parse.ts'
import { applyHeader, isUnsigned, readAllow, reportLonely, reportUnsigned } from './protection.ts'
import { DEFAULT_BODY_LIMIT, type Settings } from './schema.ts'
import { variablePrefix } from './setting-names.ts'
import { readSecrets, readVerifyToken, secretsOf, verifyTokenOf } from './source-secrets.ts'
import { nearest, nearestFew } from './suggest.ts'
import type { Config, SourceConfig } from './types.ts'

/** The name under which the default source's events are stored. */
const DEFAULT_SOURCE = 'default'
/** `<PREFIX>_WEBHOOK_SECRET` and its companions. */
const SOURCE_VARIABLE = /^([A-Z0-9_]+)_WEBHOOK_(?:SECRET|SECRET_PREVIOUS|PROVIDER|VERIFY_TOKEN|HEADER|ALLOW|UNSIGNED)$/
/** Longer names would not fit a path segment that the router takes. */
const SOURCE_PREFIX = /^(?=.{1,64}$)[A-Z0-9]+(?:_[A-Z0-9]+)*$/

/** Whether a variable defines or describes a named source. */
export const isSourceVariable = (name: string): boolean => SOURCE_VARIABLE.test(name)

const sourceName = (prefix: string): string => prefix.toLowerCase().replaceAll('_', '-')

/** The sources that environment and file define, each with its provider and its checked secrets. */
export function configureSources(
  env: Environment,
  settings: Settings,
  file: ReadonlyMap<string, FileSource>,
  findings: Findings,
): Pick<Config, 'defaultSource' | 'defaultSourceOpen' | 'sources'> {
  const sources = new Map<string, SourceConfig>()
  for (const prefix of sourcePrefixes(env)) {
    if (file.has(sourceName(prefix))) continue
    const source = configureNamed(env, prefix, settings, findings)
    if (source !== null) sources.set(source.name, source)
  }
  for (const entry of file.values()) {
    const source = entry.name === DEFAULT_SOURCE ? null : configureFromFile(env, entry, settings, findings)
    if (source !== null) sources.set(source.name, source)
  }
  const inFile = file.get(DEFAULT_SOURCE)
  const provider = applyHeader(env, 'WEBHOOK_HEADER', generic, findings)
  const secrets =
    inFile === undefined
      ? readSecrets(env, 'WEBHOOK_SECRET', provider, findings)
      : secretsOf(env, inFile, 'WEBHOOK_SECRET', provider, findings)
  const allow = readAllow(env, 'WEBHOOK_ALLOW', findings)
  const defaultSource = makeSource(
    DEFAULT_SOURCE,
    { provider, secrets, allow, verifyToken: null },
    true,
    settings,
    findings,
    inFile,
  )
  const unsigned = secrets === null && sources.size === 0
  if (unsigned) reportUnsigned(env, allow, settings, findings)
  else if (secrets === null && inFile?.secretGiven !== true) reportLonely(env, '', findings)
  return { sources, defaultSource, defaultSourceOpen: secrets !== null || unsigned }
}

/** Says which sources cannot be verified, or not fully, because nobody said under which URL their senders know us. */
export function reportMissingUrl(sources: Iterable<SourceConfig>, findings: Findings): void {
  for (const { name, provider, secrets } of sources) {
    const dependence = secrets === null ? 'none' : urlDependence(provider, secrets.current)
    if (dependence === 'none') continue
    const effect = dependence === 'all' ? 'its events are rejected' : 'only its signatures without the URL are checked'
    findings.warnings.push(
      `PUBLIC_URL is not set, but ${provider.title} (source "${name}") signs the URL that it posts to: until it is, ${effect}.`,
    )
  }
}

function sourcePrefixes(env: Environment): readonly string[] {
  const names = Object.keys(env).filter((name) => env[name] !== undefined)
  const prefixes = names.map((name) => SOURCE_VARIABLE.exec(name)?.[1])
  return [...new Set(prefixes)].filter((prefix) => prefix !== undefined).sort()
}

function configureNamed(env: Environment, prefix: string, settings: Settings, findings: Findings): SourceConfig | null {
  const variable = `${prefix}_WEBHOOK_SECRET`
  if (!SOURCE_PREFIX.test(prefix)) {
    findings.problems.push(
      `${variable}: "${prefix}" cannot name a source; give letters and digits joined by single underscores, at most 64.`,
    )
    return null
  }
  const name = sourceName(prefix)
  if (name === DEFAULT_SOURCE) {
    findings.problems.push(`${variable}: "${name}" is the source that WEBHOOK_SECRET is for; set that instead.`)
    return null
  }
  const chosen = chooseProvider(env, prefix, name, findings)
  if (chosen === null) return null
  const provider = applyHeader(env, `${prefix}_WEBHOOK_HEADER`, chosen, findings)
  const secrets = readSecrets(env, variable, provider, findings)
  const allow = readAllow(env, `${prefix}_WEBHOOK_ALLOW`, findings)
  const verifyToken = readVerifyToken(env, prefix, provider, findings)
  const hasSecret = env[variable] !== undefined
  const unsigned = isUnsigned(env, prefix, { provider, allow, hasSecret }, settings, findings)
  const awaited = verifyToken !== null && bringsSecret(provider)
  if (secrets !== null || unsigned || awaited) {
    return makeSource(name, { provider, secrets, allow, verifyToken }, false, settings, findings)
  }
  if (!hasSecret) reportLonely(env, `${prefix}_`, findings)
  return null
}

/** A source of the file. Its secret may be in the environment; nothing may be in both. */
function configureFromFile(
  env: Environment,
  entry: FileSource,
  settings: Settings,
  findings: Findings,
): SourceConfig | null {
  const prefix = variablePrefix(entry.name)
  const variable = `${prefix}_WEBHOOK_SECRET`
  if (entry.provider !== null && given(env, `${prefix}_WEBHOOK_PROVIDER`) !== null) {
    findings.problems.push(`${entry.at}.provider: ${prefix}_WEBHOOK_PROVIDER says it too; keep one of the two.`)
  }
  const chosen = entry.provider ?? chooseProvider(env, prefix, entry.name, findings)
  if (chosen === null) return null
  const before = findings.problems.length
  const provider = applyHeader(env, `${prefix}_WEBHOOK_HEADER`, chosen, findings)
  const secrets = secretsOf(env, entry, variable, provider, findings)
  const allow = readAllow(env, `${prefix}_WEBHOOK_ALLOW`, findings)
  const verifyToken = verifyTokenOf(env, entry, prefix, provider, findings)
  const awaited = verifyToken !== null && bringsSecret(provider) && !entry.secretGiven
  const hasSecret = entry.secretGiven || env[variable] !== undefined
  const unsigned = isUnsigned(env, prefix, { provider, allow, hasSecret }, settings, findings)
  if (secrets === null && !awaited && !unsigned) {
    if (findings.problems.length === before && !entry.secretGiven) {
      findings.problems.push(`${entry.at}.secret: is missing; give it here, or set ${variable}.`)
    }
    return null
  }
  const shown = { provider, secrets, allow, verifyToken }
  const source = makeSource(entry.name, shown, false, settings, findings, entry)
  if (entry.custom && findings.problems.length === before) checkRow(entry, source, findings)
  return source
}

/** A row's templates and patterns are read when it is compiled. */
function checkRow(entry: FileSource, source: SourceConfig, { problems }: Findings): void {
  const { provider, secrets } = source
  const names = provider.schemes.map(({ name }) => name)
  const doubled = names.find((name, index) => names.indexOf(name) !== index)
  if (doubled !== undefined) problems.push(`${entry.at}.provider.schemes: two are named "${doubled}"; rename one.`)
  try {
    if (secrets !== null) compileVerifier(provider, secrets, { toleranceSeconds: entry.toleranceSeconds })
    compileHandshakes(source, { publicUrl: null, captured: noCapturedSecrets })
  } catch (error) {
    problems.push(`${entry.at}.provider: ${error instanceof Error ? error.message : 'it cannot be used'}`)
  }
}

/** The provider asked for, else the one with the source's name, else the generic one. */
function chooseProvider(env: Environment, prefix: string, sourceName: string, findings: Findings): Provider | null {
  const variable = `${prefix}_WEBHOOK_PROVIDER`
  const names = [...providers.keys()]
  const wanted = given(env, variable)?.toLowerCase() ?? null
  if (wanted !== null) {
    const provider = findProvider(wanted)
    if (provider === undefined) {
      findings.problems.push(
        `${variable}: ${quote(wanted)} is not accepted; give the name of a provider${suggestion(wanted, names)}, ` +
          `as \`posthorn providers\` and docs/providers.md list them; ${generic.name} is for senders of your own.`,
      )
    }
    return provider ?? null
  }
  const meant = nearest(sourceName, names)
  if (meant !== null && meant !== sourceName) {
    findings.warnings.push(
      `${prefix}_WEBHOOK_SECRET makes a source "${sourceName}" with ${generic.name} signatures; did you mean ` +
        `"${meant}"? If not, say so with ${variable}=${generic.name}.`,
    )
  }
  return findProvider(sourceName) ?? generic
}

/** ` (github, gitlab or gitea?)`; empty when no name is near. */
function suggestion(wanted: string, names: readonly string[]): string {
  const near = nearestFew(wanted, names)
  if (near.length === 0) return ''
  return ` (${new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(near)}?)`
}

function makeSource(
  name: string,
  { provider, secrets, allow, verifyToken }: Pick<SourceConfig, 'provider' | 'secrets' | 'allow' | 'verifyToken'>,
  echoes: boolean,
  settings: Settings,
  findings: Findings,
  file?: FileSource,
): SourceConfig {
  const largest = provider.bodyLimit ?? 0
  const asked = file?.bodyLimit ?? settings.BODY_LIMIT
  const bodyLimit = Math.min(
    asked ?? Math.max(DEFAULT_BODY_LIMIT, largest),
    provider.bodyCap ?? Number.POSITIVE_INFINITY,
  )
  if (bodyLimit < largest) {
    findings.warnings.push(
      `${typeof file?.bodyLimit === 'number' ? `${file.at}.bodyLimit` : 'BODY_LIMIT'} is ${bodyLimit} bytes, but ${provider.title} sends up to ${largest}; larger events are rejected (413).`,
    )
  }
  const toleranceSeconds = file?.toleranceSeconds ?? settings.TIMESTAMP_TOLERANCE_SECONDS ?? null
  const echo = file?.echo ?? settings.ECHO ?? echoes
  return Object.freeze({ name, provider, secrets, allow, verifyToken, toleranceSeconds, bodyLimit, echo })
}
