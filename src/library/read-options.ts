import { join } from 'node:path'
import { Value } from '@sinclair/typebox/value'
import type { Environment } from '../config/environment.ts'
import { ConfigError, loadConfig } from '../config/load.ts'
import { quote } from '../config/parse.ts'
import { Settings } from '../config/schema.ts'
import { nearest } from '../config/suggest.ts'
import type { Config } from '../config/types.ts'
import type { Handler } from '../delivery/define-handler.ts'
import type { PosthornOptions } from './options.ts'

/** What options come to. */
export interface LibraryConfig {
  readonly config: Config
  readonly handlers: ReadonlyMap<string, Handler>
  /** Whether a folder of handlers was asked for. */
  readonly handlerFiles: boolean
  /** In the words of this problem or warning, settings have the names of options. */
  readonly inOptions: (line: string) => string
}

/** Settings of a process that listens, logs and ends by itself: here all that is the host's. */
export const hostSettings: ReadonlySet<string> = new Set([
  'NODE_ENV',
  'CONFIG',
  'PORT',
  'HOST',
  'TRUST_PROXY',
  'TRUST_PROXY_HEADER',
  'LOG_LEVEL',
  'LOG_FORMAT',
  'DRAIN_SECONDS',
  'HEADERS_TIMEOUT_SECONDS',
  'REQUEST_TIMEOUT_SECONDS',
  'KEEP_ALIVE_TIMEOUT_SECONDS',
  'MAX_CONNECTIONS',
])
/** Most often the host's own databases: named by an option, or not used. */
const hostDatabases = ['DATABASE_URL', 'REDIS_URL']

/** Options that are no settings. Fastify gives every plugin the last one. */
const ownOptions = ['prefix', 'env', 'operator', 'health', 'logLevel', 'onBroken', 'logSerializers'] as const
const sections = ['sources', 'destinations', 'handlers'] as const

/** Settings by the names of their options: `dataDir` for `DATA_DIR`. */
export const settingOptions: ReadonlyMap<string, string> = new Map(
  Object.keys(Settings.properties)
    .filter((name) => !hostSettings.has(name) && !name.startsWith('<'))
    .map((name) => [camelCase(name), name]),
)

/**
 * Makes of options what a gateway is told.
 * @param processEnv where NODE_ENV is read: whether this is production is a matter of the process
 * @throws {ConfigError} naming each option that cannot be used
 */
export function readOptions(
  options: PosthornOptions,
  { cwd, processEnv }: { readonly cwd: string; readonly processEnv: Environment },
): LibraryConfig {
  const { env = {} } = options
  const problems: string[] = []
  const fromOptions = readSettings(options, problems)
  checkOwn(options, problems)
  const handlers = readHandlers(options.handlers, problems)
  const settings: Environment = {
    REQUIRE_SIGNATURE: 'true',
    LOG_PAYLOADS: 'false',
    ...withoutHost(env),
    ...fromOptions,
    NODE_ENV: processEnv['NODE_ENV'],
  }
  const inOptions = renaming((setting) => env[setting] !== undefined && !Object.hasOwn(fromOptions, setting))
  try {
    const config = loadConfig(settings, { cwd }, { file: { path: join(cwd, 'posthorn'), ...inFile(options) } })
    if (problems.length > 0) throw new ConfigError([])
    return { config, handlers, handlerFiles: settings['HANDLERS_DIR'] !== undefined, inOptions }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError([...problems, ...error.problems.map(inOptions).map((line) => withHint(line, options))])
  }
}

function camelCase(name: string): string {
  return name.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** The text of each setting that is an option. */
function readSettings(options: PosthornOptions, problems: string[]): Record<string, string> {
  const found: Record<string, string> = {}
  const known = [...settingOptions.keys(), ...ownOptions, ...sections]
  for (const [option, value] of Object.entries(options)) {
    const setting = settingOptions.get(option)
    if (setting === undefined) {
      if (!known.includes(option)) problems.push(unknownOption(option, known))
      continue
    }
    const text = textOf(value)
    if (value === undefined) {
      problems.push(
        `${option}: is undefined; set the environment variable that it is read from, or leave the option out.`,
      )
    } else if (text === null) {
      const kind = value === null ? 'null' : `a value of type ${typeof value}`
      problems.push(`${option}: ${kind} is not accepted; give a text, a number, true or false, or a list of texts.`)
    } else found[setting] = text
  }
  return found
}

function unknownOption(option: string, known: readonly string[]): string {
  const setting = option.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
  if (hostSettings.has(setting))
    return `${option}: is a matter of the app that posthorn is registered in; say it there.`
  const meant = nearest(option, known)
  return `${option}: there is no such option${meant === null ? '; docs/library.md lists them' : `; did you mean ${meant}?`}`
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value.join(' ') : null
}

function checkOwn(options: PosthornOptions, problems: string[]): void {
  const { prefix = '', env = {}, operator = false, health = false, logLevel, onBroken } = options
  if (typeof prefix !== 'string' || !/^(?:\/[\w.~-]+)*$/.test(prefix)) {
    problems.push('prefix: is not accepted; give a path such as "/hooks", without a slash at its end.')
  }
  if (typeof env !== 'object' || env === null) problems.push('env: is not accepted; give process.env, or an object.')
  for (const [name, value] of Object.entries({ operator, health })) {
    if (typeof value !== 'boolean') problems.push(`${name}: is not accepted; give true or false.`)
  }
  const levels = Settings.properties.LOG_LEVEL
  if (logLevel !== undefined && !Value.Check(levels, logLevel)) {
    problems.push(`logLevel: ${quote(String(logLevel))} is not accepted; give ${levels.accepted}.`)
  }
  if (onBroken !== undefined && typeof onBroken !== 'function') {
    problems.push('onBroken: is not accepted; give a function.')
  }
}

function readHandlers(given: PosthornOptions['handlers'], problems: string[]): ReadonlyMap<string, Handler> {
  const handlers = new Map<string, Handler>()
  for (const [name, entry] of Object.entries(given ?? {})) {
    const handler: unknown = typeof entry === 'function' ? entry : entry?.handler
    if (isHandler(handler)) handlers.set(name, handler)
    else
      problems.push(`handlers[${JSON.stringify(name)}]: is not a function, nor an object with a function as handler.`)
  }
  return handlers
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function'
}

/** The options that a configuration file has too, as if they stood in one. */
function inFile(options: PosthornOptions): {
  readonly name: string
  readonly value: Readonly<Record<string, unknown>>
} {
  const value: Record<string, unknown> = {}
  for (const section of sections) if (options[section] !== undefined) value[section] = options[section]
  if (isObject(options.handlers)) value['handlers'] = Object.fromEntries(handlerOptions(options.handlers))
  return { name: 'posthorn', value }
}

/** What stands beside the function of a handler. */
function* handlerOptions(handlers: Readonly<Record<string, unknown>>): Iterable<readonly [string, object]> {
  for (const [name, entry] of Object.entries(handlers)) {
    if (!isObject(entry)) continue
    const { handler: _, ...rest } = entry
    yield [name, rest]
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withoutHost(env: Environment): Environment {
  const own = Object.entries(env).filter(([name]) => !hostSettings.has(name) && !hostDatabases.includes(name))
  return Object.fromEntries(own)
}

/** Has lines speak of options where they speak of settings, unless the setting is in the environment. */
function renaming(inEnvironment: (setting: string) => boolean): (line: string) => string {
  const names = new Map([...settingOptions].map(([option, setting]) => [setting, option]))
  const anyOf = new RegExp(`\\b(?:${[...names.keys()].sort((a, b) => b.length - a.length).join('|')})\\b`, 'g')
  return (line) =>
    line.replaceAll(anyOf, (setting) => (inEnvironment(setting) ? setting : (names.get(setting) ?? setting)))
}

/** Nobody said so, and nobody reads the environment. */
function withHint(line: string, { requireSignature, env }: PosthornOptions): string {
  if (requireSignature !== undefined || !line.startsWith('requireSignature')) return line
  const where = env === undefined ? ' Nothing is read from the environment unless env: process.env says so.' : ''
  return `${line.replace('<SOURCE>_WEBHOOK_SECRET', 'the secret of a source')}${where} To try things out without one: requireSignature: false.`
}
