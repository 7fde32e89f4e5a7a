import type { Config, SourceConfig } from '../config/types.ts'
import { compileVerifier } from '../verification/compile.ts'
import type { SignedRequest, Verdict } from '../verification/types.ts'
import { createIdentifier, type Identifier } from './identity.ts'

/** A source at work: its configuration, compiled. */
export interface Source extends Identifier {
  /** Fields of the body to read: those that name the event, then those of a handshake. */
  readonly pointers: readonly string[]
  readonly config: SourceConfig
  readonly isDefault: boolean
  /** Null: nothing is verified here. */
  readonly verify: ((request: SignedRequest, nowMs: number) => Verdict) | null
}

export interface Sources {
  /** The source of a path segment: the one of that name, else the default source. */
  resolve(segment: string): Source
  /** The largest body that any of them takes, in bytes. */
  readonly maxBodyLimit: number
}

const closed: Verdict = {
  ok: false,
  cause: 'missing',
  detail: 'no secret covers this path: set WEBHOOK_SECRET, or post to the path of a source that has one',
}

export function createSources(config: Config): Sources {
  const named = new Map(
    [...config.sources].map(([name, source]) => [name, createSource(source, false, config.publicUrl)]),
  )
  const compiled = createSource(config.defaultSource, true, config.publicUrl)
  const defaultSource = config.defaultSourceOpen ? compiled : { ...compiled, verify: () => closed }
  return {
    resolve: (segment) => named.get(segment) ?? defaultSource,
    maxBodyLimit: Math.max(config.defaultSource.bodyLimit, ...[...config.sources.values()].map((s) => s.bodyLimit)),
  }
}

function createSource(config: SourceConfig, isDefault: boolean, publicUrl: string | null): Source {
  const { name, provider, secrets, toleranceSeconds } = config
  const identifier = createIdentifier(name, provider, isDefault)
  const { handshake } = provider
  return {
    ...identifier,
    pointers: [...identifier.pointers, ...(handshake === undefined ? [] : [handshake.when.pointer, handshake.answer])],
    config,
    isDefault,
    verify: secrets === null ? null : compileVerifier(provider, secrets, { toleranceSeconds, publicUrl }),
  }
}
