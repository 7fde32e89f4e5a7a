import { parseRedisUrl } from '../redis/address.ts'
import { type Environment, given } from './environment.ts'
import type { FileConfig } from './file/load-file.ts'
import type { Kind } from './parse.ts'
import { Settings } from './schema.ts'

/** A setting as it counts, for the operator to look at: nothing in it opens anything. */
export interface SettingView {
  /** The environment variable's, or the place in the configuration file. */
  readonly name: string
  /** Null: it is not set, or not to be shown. */
  readonly value: string | null
  readonly isSet: boolean
  /** Only whether it is set is shown. */
  readonly isSecret: boolean
  readonly from: 'environment' | 'platform' | 'file' | 'default'
  /** Null for what the file alone can say. */
  readonly description: string | null
  readonly accepted: string | null
}

/** What follows from other settings, by the variable that would say it. */
export type Derived = Readonly<Record<string, { readonly value: string | null; readonly fromPlatform?: boolean }>>

interface Known {
  readonly kind: Kind
  readonly description: string
  readonly accepted: string
  readonly defaultText: string
}

/** Kinds whose text may be shown; of any other, those that are yet to come included, only whether it is set. */
const shown: ReadonlySet<Kind> = new Set<Kind>([
  'integer',
  'boolean',
  'size',
  'word',
  'host',
  'path',
  'url',
  'urls',
  'origin',
  'addresses',
  'hosts',
  'header',
  'schemaName',
  'redis',
  'redisPrefix',
])
const known: Readonly<Record<string, Known>> = Settings.properties
const perSource = '<SOURCE>_'
const sourcePart = /^[A-Z0-9]+(?:_[A-Z0-9]+)*(?=_WEBHOOK_)/

/** Every setting, with one line for each variable of each source that is set, then what the configuration file says. */
export function describeSettings(env: Environment, file: FileConfig, derived: Derived): readonly SettingView[] {
  const general = Object.entries(known).filter(([name]) => !name.startsWith(perSource))
  const views = general.map(([name, setting]) => describeVariable(name, setting, env[name], derived[name]))
  const ofSources = Object.keys(env)
    .sort()
    .flatMap((name): readonly SettingView[] => {
      const setting = known[name.replace(sourcePart, '<SOURCE>')]
      const isOne = setting !== undefined && known[name] === undefined && given(env, name) !== null
      return isOne ? [describeVariable(name, setting, env[name], undefined)] : []
    })
  return Object.freeze([...views, ...ofSources, ...describeFile(file)].map((view) => Object.freeze(view)))
}

function describeVariable(
  name: string,
  { kind, description, accepted, defaultText }: Known,
  text: string | undefined,
  derived: Derived[string] | undefined,
): SettingView {
  const notes = { name, description: unmarked(description), accepted, isSecret: !shown.has(kind) }
  const trimmed = text?.trim() ?? ''
  if (notes.isSecret) {
    const isSet = text !== undefined && text !== ''
    return { ...notes, value: null, isSet, from: isSet ? 'environment' : 'default' }
  }
  if (trimmed !== '') return { ...notes, value: shownText(kind, trimmed), isSet: true, from: 'environment' }
  if (derived === undefined) return { ...notes, value: defaultText, isSet: false, from: 'default' }
  const { value, fromPlatform = false } = derived
  return { ...notes, value: value ?? defaultText, isSet: fromPlatform, from: fromPlatform ? 'platform' : 'default' }
}

function describeFile({ path, sources, destinations, queues, handlers }: FileConfig): readonly SettingView[] {
  if (path === null) return []
  const views: SettingView[] = []
  const add = (name: string, value: string | number | boolean | null) => {
    if (value === null) return
    views.push({ ...fromFile(name), value: String(value), isSecret: false })
  }
  const addSecret = (name: string, isSet: boolean) => {
    if (isSet) views.push({ ...fromFile(name), value: null, isSecret: true })
  }
  for (const { name, provider, secretGiven, previousSecret, verifyToken, ...limits } of sources.values()) {
    const at = `sources.${name}`
    add(`${at}.provider`, provider?.name ?? null)
    addSecret(`${at}.secret`, secretGiven)
    addSecret(`${at}.previousSecret`, previousSecret !== null)
    addSecret(`${at}.verifyToken`, verifyToken !== null)
    add(`${at}.toleranceSeconds`, limits.toleranceSeconds)
    add(`${at}.bodyLimit`, limits.bodyLimit)
    add(`${at}.echo`, limits.echo)
  }
  for (const { name, url, secret } of destinations) {
    add(`destinations.${name}.url`, shownUrl(url.href))
    addSecret(`destinations.${name}.secret`, typeof secret === 'string')
  }
  for (const { name, queue, prefix } of queues) {
    add(`destinations.${name}.queue`, queue)
    addSecret(`destinations.${name}.redis`, true)
    add(`destinations.${name}.prefix`, prefix)
  }
  for (const [name, { route }] of handlers) {
    add(`handlers.${name}`, [...(route.from ?? []), ...(route.types ?? [])].join(', ') || 'every event of its name')
  }
  return views
}

/** Descriptions are written for docs/settings.md: code in backticks, links to pages beside it. */
function unmarked(markdown: string): string {
  return markdown.replaceAll(/\[[^\]]*\]\(([^)]+)\)/g, 'docs/$1').replaceAll('`', '')
}

function fromFile(name: string) {
  return { name, isSet: true, from: 'file', description: null, accepted: null } as const
}

function shownText(kind: Kind, text: string): string {
  if (kind === 'url') return shownUrl(text)
  if (kind === 'redis') return shownRedis(text)
  return kind === 'urls' ? text.split(/\s+/).map(shownUrl).join(' ') : text
}

/** Without user, password and query, which may let somebody in. */
function shownUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null) return '[hidden]'
  const user = url.username === '' && url.password === '' ? '' : '[hidden]@'
  return `${url.protocol}//${user}${url.host}${url.pathname}${url.search === '' ? '' : '?[hidden]'}`
}

/** Where it is, without what lets somebody in. */
function shownRedis(text: string): string {
  const address = parseRedisUrl(text)
  return address === null ? '[hidden]' : `${address.tls ? 'with TLS: ' : ''}${address.label}`
}
