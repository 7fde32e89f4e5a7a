import { plain } from '../plain-text.ts'
import type { NameSource, Provider, ValueSource } from '../providers/types.ts'
import { type Draft, DraftError, jsonAt, valueAt, withValue } from '../signing/draft.ts'
import { SendingError } from './errors.ts'

/** The draft with this event type where the sender has it. */
export function withType(draft: Draft, provider: Provider, type: string): Draft {
  if (provider.type.length === 0) {
    throw new SendingError(`--event: events of ${provider.title} have no type of their own`, 'Leave it out.')
  }
  const source = provider.type.find((candidate) => partsOf(candidate).every((part) => isThere(draft, part)))
  const parts = partsOf(source ?? provider.type[0])
  const values = parts.length === 1 ? [type] : type.split('.')
  if (values.length !== parts.length) {
    const shape = parts.map((part) => part.slice(part.lastIndexOf('/') + 1)).join('.')
    throw new SendingError(
      `--event: "${plain(type, 60)}" is no type of ${provider.title}, which has ${parts.length} parts`,
      `Give ${shape}, or the whole payload with --data.`,
    )
  }
  return parts.reduce((changed, part, index) => put(changed, part, values[index] ?? '', '--event'), draft)
}

/** The draft with this event id where the sender has it. */
export function withId(draft: Draft, provider: Provider, id: string): Draft {
  const source =
    provider.id.find((candidate) => partsOf(candidate).every((part) => isThere(draft, part))) ??
    // An unknown sender's events are also known by what stands here.
    (provider.name === 'generic' && isThere(draft, 'body:/id') ? 'body:/id' : provider.id[0])
  if (source === undefined) {
    throw new SendingError(`--id: events of ${provider.title} have no id that the gateway reads`, 'Leave it out.')
  }
  const parts = partsOf(source)
  const named = parts.find((part) => /(?:id|reference)$/i.test(part)) ?? parts[0]
  return named === undefined ? draft : put(draft, named, id, '--id')
}

function partsOf(source: NameSource | undefined): readonly ValueSource[] {
  if (source === undefined) return []
  return typeof source === 'string' ? [source] : source
}

function isThere(draft: Draft, place: ValueSource): boolean {
  if (place.startsWith('header:')) return valueAt(draft, place) !== undefined
  return valueAt(draft, `form:${place.slice('body:/'.length)}`) !== undefined || isScalar(draft, place)
}

function isScalar(draft: Draft, place: ValueSource): boolean {
  const value = jsonAt(draft, place.slice('body:'.length))
  return value !== undefined && typeof value !== 'object'
}

function put(draft: Draft, place: ValueSource, value: string, flag: string): Draft {
  try {
    // Node writes one byte for each character of a header.
    return withValue(draft, place, place.startsWith('header:') ? Buffer.from(value).toString('latin1') : value)
  } catch (error) {
    if (!(error instanceof DraftError)) throw error
    throw new SendingError(`${flag}: ${error.message}`, 'Give a payload that has it with --data.')
  }
}
