import type { Config, SourceConfig } from '../config/types.ts'
import { type CapturedSecrets, maxPerSource } from '../handshakes/captured-secrets.ts'
import { compileHandshakes } from '../handshakes/compile.ts'
import { bringsSecret } from '../handshakes/tokens.ts'
import type { SourceHandshakes } from '../handshakes/types.ts'
import type { KeyService } from '../keys/service.ts'
import { createAllowList } from '../net/allow-list.ts'
import type { Provider } from '../providers/types.ts'
import { quicklyVerified } from '../verification/cost.ts'
import { refuse, type SignedRequest, type Verdict, type Verifier } from '../verification/types.ts'
import type { BodyWorker } from './body-worker.ts'
import { createCredentialFilter, proofHeaders } from './credentials.ts'
import { createIdentifier, type Identifier } from './identity.ts'
import { compileCapturingVerifier, compileFetchingSourceVerifier, compileSourceVerifier } from './source-verifier.ts'

/** A source at work: its configuration, compiled. */
export interface Source extends Identifier {
  /** Fields of the body to read: those that name the event, then those of a handshake and those that destinations go by. */
  readonly pointers: readonly string[]
  readonly config: SourceConfig
  readonly isDefault: boolean
  /** Whether an address may send here; null: any may. */
  readonly admits: ((address: string) => boolean) | null
  /** Headers, lower case, whose values no log may show. */
  readonly proofHeaders: ReadonlySet<string>
  /** A request's headers as they may be stored and passed on; null: as they are. */
  readonly withoutCredentials: ((rawHeaders: readonly string[]) => readonly string[]) | null
  /** At once for all but large bodies and keys that are not here yet. Null: nothing is verified here. */
  readonly verify: ((request: SignedRequest, nowMs: number) => Verdict | Promise<Verdict>) | null
  readonly handshakes: SourceHandshakes
  /** The methods it takes, as an `Allow` header says it. */
  readonly allow: string
}

export interface Sources {
  /** The source of a path segment: the one of that name, else the default source. */
  resolve(segment: string): Source
  /** The largest body that any of them takes, in bytes. */
  readonly maxBodyLimit: number
  /** Whether any of them allows certain addresses only. */
  readonly restricted: boolean
}

const closed: Verdict = {
  ok: false,
  cause: 'missing',
  detail: 'no secret covers this path: set WEBHOOK_SECRET, or post to the path of a source that has one',
}

/** Bodies past this size are put into memory that threads share: each is verified by one. */
export const largeBytes = 1024 * 1024

export interface SourcesDeps {
  /** Verifies large bodies beside the event loop. */
  readonly worker: Pick<BodyWorker, 'verify'>
  /** What senders brought in handshakes. */
  readonly captured: CapturedSecrets
  /** None: no source needs any; without it, requests to one that does are answered that nobody can say. */
  readonly keys?: KeyService | null
  /** Fields of the body that destinations go by. */
  readonly pointers?: readonly string[]
}

export function createSources(config: Config, deps: SourcesDeps): Sources {
  const create = (source: SourceConfig, isDefault: boolean) => createSource(source, isDefault, config.publicUrl, deps)
  const named = new Map([...config.sources].map(([name, source]) => [name, create(source, false)]))
  const compiled = create(config.defaultSource, true)
  const defaultSource = config.defaultSourceOpen ? compiled : { ...compiled, verify: () => closed }
  return {
    restricted: [defaultSource, ...named.values()].some(({ admits }) => admits !== null),
    resolve: (segment) => named.get(segment) ?? defaultSource,
    maxBodyLimit: Math.max(config.defaultSource.bodyLimit, ...[...config.sources.values()].map((s) => s.bodyLimit)),
  }
}

function createSource(config: SourceConfig, isDefault: boolean, publicUrl: string | null, deps: SourcesDeps): Source {
  const { provider } = config
  const identifier = createIdentifier(config.name, provider, isDefault)
  const handshakes = compileHandshakes(config, { publicUrl, captured: deps.captured })
  const { confirmation } = provider
  const confirmed = confirmation === undefined ? [] : [confirmation.when.pointer, confirmation.url]
  return {
    ...identifier,
    pointers: [...new Set([...identifier.pointers, ...handshakes.pointers, ...confirmed, ...(deps.pointers ?? [])])],
    config,
    isDefault,
    admits: config.allow === null ? null : createAllowList(config.allow),
    proofHeaders: proofHeaders(config),
    withoutCredentials: createCredentialFilter(config),
    handshakes,
    allow: methodsOf(provider).join(', '),
    verify: compileVerify(config, publicUrl, deps),
  }
}

function methodsOf({ getEvents, handshakes = [] }: Provider): readonly string[] {
  const always = handshakes.filter(({ when, body }) => when === undefined && body === undefined)
  return [...new Set(['POST', ...(getEvents ? ['GET'] : []), ...always.map(({ method }) => method)])].sort()
}

function compileVerify(
  config: SourceConfig,
  publicUrl: string | null,
  { worker, captured, keys = null }: SourcesDeps,
): Source['verify'] {
  if (bringsSecret(config.provider)) {
    const broughtTo = () => captured.of(config.name)
    const verify = besideLoop(config, compileCapturingVerifier(config, publicUrl, captured), worker, broughtTo)
    return withRefresh(verify, broughtTo, captured.refresh)
  }
  // A key that is fetched is here, not in the thread: what their senders send is small, or costs no more than a hash.
  const fetching = compileFetchingSourceVerifier(config, publicUrl, keys)
  return fetching ?? besideLoop(config, compileSourceVerifier(config, publicUrl), worker)
}

/** A secret may have been brought to another process a moment ago: who is refused is judged again by what is known there. */
function withRefresh(
  verify: Source['verify'],
  brought: () => readonly string[],
  refresh: CapturedSecrets['refresh'],
): Source['verify'] {
  if (verify === null || refresh === null) return verify
  const unknown = refuse('unavailable', 'The store cannot say which secrets were brought.')
  return async (request, nowMs) => {
    const verdict = await verify(request, nowMs)
    if (verdict.ok) return verdict
    const known = brought()
    try {
      await refresh()
    } catch {
      return unknown
    }
    return brought() === known ? verdict : verify(request, nowMs)
  }
}

/** A large body is verified by the thread. `brought`: the secrets that a sender brought until now. */
function besideLoop(
  { name, provider, secrets }: SourceConfig,
  verify: Verifier | null,
  worker: Pick<BodyWorker, 'verify'>,
  brought?: () => readonly string[],
): Source['verify'] {
  if (verify === null) return null
  const count = secrets?.previous == null ? 1 : 2
  const onLoop = quicklyVerified(provider, brought === undefined ? count : count + maxPerSource)
  return (request, nowMs) =>
    request.body.byteLength > onLoop ? worker.verify(name, request, nowMs, brought?.()) : verify(request, nowMs)
}
