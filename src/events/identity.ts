import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { NameSource, Provider, ValueSource } from '../providers/types.ts'
import type { ReplayKey } from '../store/types.ts'
import type { Accepted } from '../verification/types.ts'
import type { Scalar } from './payload.ts'

/** What an event is called, and by what it is recognised when it comes again. */
export interface Identity {
  readonly type: string
  readonly externalId: string | null
  readonly dedupKey: string | null
  readonly replay: ReplayKey | null
}

export interface IdentityInput {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** Values of `pointers`, in their order. */
  readonly values: readonly Scalar[]
  /** Null: nothing was verified. */
  readonly verdict: Accepted | null
  /** The type if the source says none. */
  readonly fallbackType: string
}

export interface Identifier {
  /** Fields of the body that `identify` needs. */
  readonly pointers: readonly string[]
  /** Headers that may name the event: lower case; none may be sent twice. */
  readonly idHeaders: readonly string[]
  identify(input: IdentityInput): Identity
}

interface FoundId {
  readonly text: string
  /** The signature covers it, so whoever replays a captured request cannot change it. */
  readonly signed: boolean
  /**
   * Perhaps not the event's id but that of the thing it is about, or a number that cannot be read exactly: only the same
   * bytes again are the same event.
   */
  readonly weak: boolean
}

const maxTypeLength = 256
const maxIdLength = 256
/** Control characters have no place in a name that is logged, shown and routed by. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u001f\u007f]/

/** Fields that name an event and nothing else. */
const eventIdPointers = ['/event_id', '/eventId']
/** Beside one of these, `/id` is the id of the event; alone it may as well be that of a user or an order. */
const envelopePointers = ['/type', '/event', '/event_type', '/eventType']
/** Read when the body names no event; unsigned, unless the scheme signs `webhook-id`. */
const commonIdHeaders = ['x-webhook-id', 'x-event-id', 'idempotency-key']

/**
 * Reads type and id where the provider's row says. `isDefault`: the type is the path's, or `X-Event-Type`.
 * The rules for ids, and why, are in docs/signatures.md.
 */
export function createIdentifier(source: string, provider: Provider, isDefault: boolean): Identifier {
  const unknownSender = provider.name === 'generic' || provider.name === 'token'
  const types = isDefault ? [] : provider.type
  const pointers = [
    ...new Set([
      ...[...types, ...provider.id].flat().flatMap(pointerOf),
      ...(unknownSender ? ['/id', ...eventIdPointers, ...envelopePointers] : []),
    ]),
  ]

  function at(pointer: string, { values }: IdentityInput): Scalar {
    return values[pointers.indexOf(pointer)]
  }

  function read(from: NameSource, input: IdentityInput): string | null {
    if (typeof from !== 'string') {
      const parts = from.map((one) => read(one, input))
      return parts.includes(null) ? null : parts.join('.')
    }
    const name = from.slice(from.indexOf(':') + 1)
    return from.startsWith('header:') ? headerText(input.headers[name]) : scalarText(at(name, input))
  }

  function typeOf(input: IdentityInput): string {
    for (const from of types) {
      const type = read(from, input)
      if (type !== null && type.length <= maxTypeLength && !control.test(type)) return type
    }
    return input.fallbackType
  }

  function bodyId(pointer: string, input: IdentityInput): FoundId | null {
    const value = at(pointer, input)
    const text = scalarText(value)
    return text === null
      ? null
      : {
          text,
          signed: coversBody(input) || coversField(pointer, input),
          weak: typeof value === 'number' && !Number.isSafeInteger(value),
        }
  }

  function headerId(name: string, { headers, verdict }: IdentityInput): FoundId | null {
    const text = headerText(headers[name])
    return text === null ? null : { text, signed: verdict?.signedHeaders.has(name) === true, weak: false }
  }

  function idAt(from: ValueSource, input: IdentityInput): FoundId | null {
    const name = from.slice(from.indexOf(':') + 1)
    return from.startsWith('header:') ? headerId(name, input) : bodyId(name, input)
  }

  function joinedId(parts: readonly (FoundId | null)[]): FoundId | null {
    const found = parts.filter((part) => part !== null)
    if (found.length < parts.length) return null
    return {
      text: found.map(({ text }) => text).join('.'),
      signed: found.every(({ signed }) => signed),
      weak: found.some(({ weak }) => weak),
    }
  }

  function statedId(input: IdentityInput): FoundId | null {
    for (const from of provider.id) {
      const id = typeof from === 'string' ? idAt(from, input) : joinedId(from.map((one) => idAt(one, input)))
      if (id !== null) return id
    }
    return null
  }

  function guessedId(input: IdentityInput): FoundId | null {
    for (const pointer of eventIdPointers) {
      const id = bodyId(pointer, input)
      if (id !== null) return id
    }
    const id = bodyId('/id', input)
    const inEnvelope = envelopePointers.some((pointer) => scalarText(at(pointer, input)) !== null)
    if (id !== null && inEnvelope) return id
    for (const name of commonIdHeaders) {
      const named = headerId(name, input)
      if (named !== null) return named
    }
    return id === null ? null : { ...id, weak: true }
  }

  function findId(input: IdentityInput): FoundId | null {
    const stated = statedId(input)
    if (!unknownSender || stated?.signed === true) return stated
    const guessed = guessedId(input)
    return guessed?.signed === true && !guessed.weak ? guessed : (stated ?? guessed)
  }

  return {
    pointers,
    idHeaders: [...provider.id.flat().flatMap(headerOf), ...(unknownSender ? commonIdHeaders : [])],
    identify(input) {
      const type = typeOf(input)
      const id = findId(input)
      return {
        type,
        externalId: id === null ? null : id.text.slice(0, maxIdLength),
        dedupKey: id === null ? null : dedupKey(source, type, id, input.body),
        replay: replayKey(source, id, input.verdict),
      }
    },
  }
}

function coversBody({ verdict }: IdentityInput): boolean {
  return verdict?.unsignedBody !== true
}

function coversField(pointer: string, { verdict }: IdentityInput): boolean {
  return verdict?.signedFields?.has(pointer) === true
}

function dedupKey(source: string, type: string, id: FoundId, body: Buffer): string {
  return id.weak ? `same\n${source}\n${type}\n${hash('sha256', body)}\n${id.text}` : `id\n${source}\n${id.text}`
}

/**
 * Without an id under the signature, the signature itself tells a replay: where it carries a time, an honest sender
 * signs each attempt anew; where it does not, the same bytes may be sent twice in good faith and are only flagged.
 */
function replayKey(source: string, id: FoundId | null, verdict: Accepted | null): ReplayKey | null {
  if (verdict === null || id?.signed === true) return null
  const key = `signature\n${source}\n${verdict.scheme}\n${verdict.signature}`
  if (verdict.signedAt !== null) return { key, verdict: 'duplicate' }
  return id === null ? null : { key, verdict: 'flag' }
}

function pointerOf(from: ValueSource): string[] {
  return from.startsWith('body:') ? [from.slice('body:'.length)] : []
}

function headerOf(from: ValueSource): string[] {
  return from.startsWith('header:') ? [from.slice('header:'.length)] : []
}

function headerText(value: string | string[] | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function scalarText(value: Scalar): string | null {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : null
}
