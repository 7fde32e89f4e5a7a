import type { OrderKeys } from '../delivery/order-keys.ts'
import type { Selector } from '../delivery/selection.ts'
import type { Log } from '../delivery/types.ts'
import type { AcceptResult, Store } from '../store/types.ts'
import { isDoubled } from '../verification/header.ts'
import type { SignedRequest, Verdict } from '../verification/types.ts'
import { eventLine } from './event-line.ts'
import { identityOf, storedHeaders, type Verified, withOrder } from './new-event.ts'
import { contentTypeIn, type Payload } from './payload.ts'
import type { PayloadReader } from './payload-reader.ts'
import type { Source, Sources } from './source.ts'

/** A request that was rejected, to be judged anew. */
export interface RejectedRequest {
  /** Of the rejected request. */
  readonly id: string
  readonly request: SignedRequest
  /** What follows `/webhook/` in its path. */
  readonly segment: string
  readonly remoteAddress: string | null
  /** Unix milliseconds: its signed time is judged by this. */
  readonly receivedAt: number
}

export type Readmitted =
  | { readonly outcome: 'released'; readonly eventId: string; readonly type: string }
  | { readonly outcome: 'duplicate'; readonly eventId: string; readonly type: string; readonly conflict: boolean }
  | RejectedAgain

export interface RejectedAgain {
  readonly outcome: 'rejected'
  /** In one word. */
  readonly cause: string
  /** One sentence for the operator. */
  readonly detail: string
}

/** Takes rejected requests as if they had just arrived: the same checks, the same dedup, the same deliveries. */
export interface Readmission {
  /** Whether it would be taken now, and nothing else. */
  judge(rejected: RejectedRequest): Promise<RejectedAgain | null>
  /**
   * @throws {StoreUnavailableError} when it is not known to be stored: try again, it is stored once
   */
  take(rejected: RejectedRequest): Promise<Readmitted>
}

export interface ReadmissionDeps {
  readonly sources: Sources
  readonly read: PayloadReader
  readonly select: Selector
  readonly orderKeys: OrderKeys | null
  readonly store: Pick<Store, 'accept'>
  readonly log: Log
  /** Of the line that is logged: every secret that it may not show; null: it shows neither headers nor body. */
  readonly hidden: (() => readonly string[]) | null
  /** Whether what is parsed is wanted for filters. */
  readonly keepParsed: boolean
  readonly wake: () => void
  readonly stored: () => void
  /** Unix milliseconds. */
  readonly now: () => number
}

/** As the route's schema has it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const eventName = /^[^\u0000-\u001f\u007f]{1,128}$/

const rejected = (cause: string, detail: string): RejectedAgain => ({ outcome: 'rejected', cause, detail })

export function createReadmission(deps: ReadmissionDeps): Readmission {
  const { sources, read, select, orderKeys, store, log, hidden, now } = deps

  async function verify({
    request,
    segment,
    remoteAddress,
    receivedAt,
  }: RejectedRequest): Promise<Verified | RejectedAgain> {
    const source = sources.resolve(segment)
    const barred = wayIn(source, request, remoteAddress)
    if (barred !== null) return barred
    const verdict = source.verify === null ? null : await source.verify(request, receivedAt)
    if (verdict !== null && !verdict.ok) return unproven(source, verdict)
    const named = nameProblem(source, request, segment)
    if (named !== null) return named
    const payload = await read(request.body, {
      contentType: contentTypeIn(request.headers),
      mustBeJson: source.config.provider.payload === 'json',
      isJwt: source.config.provider.payload === 'jwt',
      pointers: source.pointers,
      echo: false,
      keep: deps.keepParsed,
    })
    if (payload === 'invalid') return rejected('invalid_json', 'It is genuine, but its body is not JSON.')
    const verified = { source, segment, payload, verdict }
    return handshakeIn(verified, request) ?? verified
  }

  async function keep(one: RejectedRequest, verified: Verified): Promise<Readmitted> {
    const { request, id } = one
    const { source } = verified
    const { name } = source.config
    const identity = identityOf(verified, request.headers, request.body)
    const { type } = identity
    const selection = await select({
      source: name,
      type,
      headers: request.rawHeaders,
      body: request.body,
      contentType: contentTypeIn(request.headers),
      document: verified.payload.document,
    })
    const event = {
      source: name,
      type,
      externalId: identity.externalId,
      // One that nothing else tells again is told by where it was kept, so that releasing it twice stores it once.
      dedupKey: identity.dedupKey ?? (identity.replay?.verdict === 'duplicate' ? null : `released\n${id}`),
      replay: identity.replay,
      receivedAt: now(),
      headers: storedHeaders(verified, request.rawHeaders),
      body: request.body,
      destinations: selection.names,
      secret: verified.verdict === null ? null : verified.verdict.secret,
    }
    const result = await store.accept(
      orderKeys === null ? event : withOrder(event, orderKeys, verified, request.headers),
    )
    report(one, verified, result, type, selection.names.length)
    return result.status === 'accepted'
      ? { outcome: 'released', eventId: result.id, type }
      : { outcome: 'duplicate', eventId: result.id, type, conflict: result.conflict }
  }

  function report(
    { id, request }: RejectedRequest,
    { source, verdict }: Verified,
    result: AcceptResult,
    type: string,
    destinations: number,
  ): void {
    if (destinations > 0 && (result.status === 'accepted' || result.rearmed > 0)) deps.wake()
    const fields = { source: source.config.name, type, id: result.id, released: id }
    if (result.status === 'duplicate') {
      log.info({ ...fields, duplicate: true, rearmed: result.rearmed }, 'duplicate')
      return
    }
    deps.stored()
    const { rawHeaders, body } = request
    const event = { id: result.id, type, destinations }
    log.info({ ...eventLine({ source, event, verdict, rawHeaders, body }, hidden), released: id }, 'event received')
  }

  return {
    async judge(one) {
      const verified = await verify(one)
      return 'outcome' in verified ? verified : null
    },
    async take(one) {
      const verified = await verify(one)
      return 'outcome' in verified ? verified : keep(one, verified)
    },
  }
}

function wayIn(source: Source, { method, body }: SignedRequest, remoteAddress: string | null): RejectedAgain | null {
  const { bodyLimit, provider } = source.config
  if (method !== 'POST' && !(method === 'GET' && provider.getEvents === true)) {
    return rejected('redirected', `It came as ${method} and without a body: have its sender send it again.`)
  }
  if (source.admits !== null && (remoteAddress === null || !source.admits(remoteAddress))) {
    return rejected('address', 'The address it came from is still none of those allowed for this source.')
  }
  return body.byteLength > bodyLimit
    ? rejected('too_large', `Its ${body.byteLength} bytes are more than the ${bodyLimit} that this source takes.`)
    : null
}

function unproven({ withoutCredentials }: Source, verdict: Exclude<Verdict, { readonly ok: true }>): RejectedAgain {
  if (verdict.cause === 'missing' && withoutCredentials !== null) {
    return rejected(
      'token_not_kept',
      'The secret that it came with is not kept, so it cannot be judged again: have its sender send it again.',
    )
  }
  const when = verdict.cause === 'expired' ? ' The time at which it came counts, not that of now.' : ''
  return rejected(verdict.cause, verdict.detail + when)
}

function nameProblem(source: Source, request: SignedRequest, segment: string): RejectedAgain | null {
  const override = request.headers['x-event-type']
  const names = [segment, ...(override === undefined ? [] : [String(override)])]
  if (!names.every((name) => eventName.test(name))) {
    return rejected('invalid_event', "It is genuine, but its event's name cannot be used.")
  }
  const headers = [...source.idHeaders, ...(source.isDefault ? ['x-event-type'] : [])]
  return headers.some((header) => isDoubled(request, header))
    ? rejected('doubled_id', 'It is genuine, but a header that names the event came more than once.')
    : null
}

/** What is answered to its sender at once, or not at all. */
function handshakeIn({ source, payload, verdict }: Verified, request: SignedRequest): RejectedAgain | null {
  const field = fieldReader(source, payload)
  const { confirmation } = source.config.provider
  const confirms = confirmation !== undefined && field(confirmation.when.pointer) === confirmation.when.equals
  const outcome = source.handshakes.verified?.({ ...request, field, secret: verdict?.secret ?? 'current' }) ?? null
  return outcome !== null || confirms
    ? rejected(
        'handshake',
        'It is genuine, but it registers the URL and is no event: have its sender register it again.',
      )
    : null
}

function fieldReader(source: Source, payload: Payload) {
  return (pointer: string) => payload.values[source.pointers.indexOf(pointer)]
}
