import type { NameSource, Provider, ValueSource } from '../../providers/types.ts'
import { chat } from './chat.ts'
import { commerce } from './commerce.ts'
import { development } from './development.ts'
import { identity } from './identity.ts'
import { mail } from './mail.ts'
import { operations } from './operations.ts'
import { payments } from './payments.ts'
import { telephony } from './telephony.ts'
import type { Json, Sample, Samples } from './types.ts'
import { work } from './work.ts'

export const samples: Samples = {
  ...chat,
  ...commerce,
  ...development,
  ...identity,
  ...mail,
  ...operations,
  ...payments,
  ...telephony,
  ...work,
}

/** A typical event of this sender: its own where there is one, else one with what its row reads. */
export function sampleOf(provider: Provider): Sample {
  return (Object.hasOwn(samples, provider.name) ? samples[provider.name] : undefined) ?? plainSample(provider)
}

/** Type and id where the row looks for them first. */
function plainSample({ type, id }: Provider): Sample {
  const headers: Record<string, string> = {}
  let json: Json = { sent_at: '{iso}', note: 'sample {alnum:8}' }
  const put = (place: ValueSource, value: string) => {
    const name = place.slice(place.indexOf(':') + 1)
    if (place.startsWith('header:')) headers[name] = value
    else json = withPointer(json, name.split('/').slice(1), value)
  }
  for (const place of placesOf(id[0])) put(place, '{uuid}')
  for (const place of placesOf(type[0])) put(place, 'example.created')
  return { headers, json }
}

function placesOf(source: NameSource | undefined): readonly ValueSource[] {
  if (source === undefined) return []
  return typeof source === 'string' ? [source] : source
}

function withPointer(at: Json, keys: readonly string[], value: string): Json {
  const [key, ...rest] = keys
  if (key === undefined) return value
  if (key === '0') return [withPointer(Array.isArray(at) ? (at[0] ?? {}) : {}, rest, value)]
  const fields = typeof at === 'object' && at !== null && !Array.isArray(at) ? at : {}
  const before: Json = Object.hasOwn(fields, key) ? (Reflect.get(fields, key) ?? {}) : {}
  return { ...fields, [key]: withPointer(before, rest, value) }
}
