import type { Config, SourceConfig } from '../config/types.ts'
import type { KeyService } from '../keys/service.ts'
import type { SignedRequest, Verdict } from '../verification/types.ts'
import type { BodyWorker } from './body-worker.ts'
import { createIdentifier, type Identifier } from './identity.ts'
import { compileFetchingSourceVerifier, compileSourceVerifier } from './source-verifier.ts'

/** A source at work: its configuration, compiled. */
export interface Source extends Identifier {
  /** Fields of the body to read: those that name the event, then those of a handshake. */
  readonly pointers: readonly string[]
  readonly config: SourceConfig
  readonly isDefault: boolean
  /** At once for all but large bodies and keys that are not here yet. Null: nothing is verified here. */
  readonly verify: ((request: SignedRequest, nowMs: number) => Verdict | Promise<Verdict>) | null
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

/** Bodies past this size are verified by a thread: up to it, hashing takes a millisecond. */
export const largeBytes = 1024 * 1024

/**
 * @param worker verifies large bodies beside the event loop
 * @param keys null: no source needs any; without it, requests to one that does are answered that nobody can say
 */
export function createSources(
  config: Config,
  worker: Pick<BodyWorker, 'verify'>,
  keys: KeyService | null = null,
): Sources {
  const create = (source: SourceConfig, isDefault: boolean) =>
    createSource(source, isDefault, config.publicUrl, worker, keys)
  const named = new Map([...config.sources].map(([name, source]) => [name, create(source, false)]))
  const compiled = create(config.defaultSource, true)
  const defaultSource = config.defaultSourceOpen ? compiled : { ...compiled, verify: () => closed }
  return {
    resolve: (segment) => named.get(segment) ?? defaultSource,
    maxBodyLimit: Math.max(config.defaultSource.bodyLimit, ...[...config.sources.values()].map((s) => s.bodyLimit)),
  }
}

function createSource(
  config: SourceConfig,
  isDefault: boolean,
  publicUrl: string | null,
  worker: Pick<BodyWorker, 'verify'>,
  keys: KeyService | null,
): Source {
  const { name, provider } = config
  const identifier = createIdentifier(name, provider, isDefault)
  const { handshake, confirmation } = provider
  const verify = compileSourceVerifier(config, publicUrl)
  // Their senders send nothing large, and a key that is fetched is here, not in the thread.
  const fetching = compileFetchingSourceVerifier(config, publicUrl, keys)
  return {
    ...identifier,
    pointers: [
      ...identifier.pointers,
      ...(handshake === undefined ? [] : [handshake.when.pointer, handshake.answer]),
      ...(confirmation === undefined ? [] : [confirmation.when.pointer, confirmation.url]),
    ],
    config,
    isDefault,
    verify:
      fetching ??
      (verify &&
        ((request, nowMs) =>
          request.body.byteLength > largeBytes ? worker.verify(name, request, nowMs) : verify(request, nowMs))),
  }
}
