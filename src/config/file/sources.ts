import { findProvider, providers } from '../../providers/registry.ts'
import type { Provider } from '../../providers/types.ts'
import { parse, quote } from '../parse.ts'
import { Settings } from '../schema.ts'
import { nearest } from '../suggest.ts'
import { milliseconds } from './durations.ts'
import { type Entry, resolveText } from './entry.ts'
import { customProvider } from './row-schema.ts'
import type { SourceData } from './schema.ts'

/** A source as the file has it. What is null is decided elsewhere: by the environment, or by default. */
export interface FileSource {
  readonly name: string
  /** For messages about it. */
  readonly at: string
  readonly provider: Provider | null
  /** The provider is one that the file describes. */
  readonly custom: boolean
  readonly secret: string | null
  readonly previousSecret: string | null
  /** The file has one, even if it cannot be read. */
  readonly secretGiven: boolean
  readonly verifyToken: string | null
  readonly toleranceSeconds: number | null
  readonly bodyLimit: number | null
  readonly echo: boolean | null
}

/** As `<SOURCE>_WEBHOOK_SECRET` gives them. */
const SOURCE_NAME = /^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/
const LONGEST_TOLERANCE = 86400

export function readSource(name: string, data: SourceData, entry: Entry): FileSource | null {
  if (!SOURCE_NAME.test(name)) {
    entry.problem('', 'cannot name a source; give lower-case letters and digits, joined by single dashes, at most 64.')
    return null
  }
  return {
    name,
    at: entry.at,
    provider: readProvider(name, data, entry),
    custom: typeof data.provider === 'object',
    secret: resolveText(data.secret, 'secret', entry),
    previousSecret: resolveText(data.previousSecret, 'previousSecret', entry),
    secretGiven: data.secret !== undefined,
    verifyToken: resolveText(data.verifyToken, 'verifyToken', entry),
    toleranceSeconds: readTolerance(data, entry),
    bodyLimit: readBodyLimit(data, entry),
    echo: data.echo ?? null,
  }
}

function readProvider(source: string, { provider }: SourceData, { problem }: Entry): Provider | null {
  if (provider === undefined) return null
  if (source === 'default') {
    problem('provider', 'the default source has the generic signatures; give this to a source with a name of its own.')
    return null
  }
  if (typeof provider !== 'string') return customProvider(source, provider)
  const found = findProvider(provider)
  if (found === undefined) {
    const meant = nearest(provider, [...providers.keys()])
    const hint = meant === null ? 'docs/providers.md lists those that are known' : `did you mean "${meant}"?`
    problem('provider', `${quote(provider)} is not accepted; ${hint}`)
  }
  return found ?? null
}

function readTolerance({ tolerance }: SourceData, { problem }: Entry): number | null {
  if (tolerance === undefined) return null
  const seconds = milliseconds(tolerance) / 1000
  if (seconds >= 1 && seconds <= LONGEST_TOLERANCE) return seconds
  problem('tolerance', `${quote(String(tolerance))} is not accepted; give a duration from 1s to 1d.`)
  return null
}

function readBodyLimit({ bodyLimit }: SourceData, { problem }: Entry): number | null {
  if (bodyLimit === undefined) return null
  const schema = Settings.properties.BODY_LIMIT
  const parsed = parse('size', String(bodyLimit))
  const { minimum = 0, maximum = 0 } = schema
  if ('value' in parsed && typeof parsed.value === 'number' && parsed.value >= minimum && parsed.value <= maximum) {
    return parsed.value
  }
  problem('bodyLimit', `${quote(String(bodyLimit))} is not accepted; give ${schema.accepted}.`)
  return null
}
