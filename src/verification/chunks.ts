import type { Place } from '../providers/types.ts'
import { describePlace, placeReader } from './places.ts'
import type { SignedRequest } from './types.ts'

/** A run of signed bytes: text stands for latin1 bytes, which is how Node hands over header values. */
export type Chunk = string | Buffer

/** What of a request cannot be put into the signed bytes, and why. */
export interface Unsignable {
  readonly problem: string
  readonly absent: boolean
}

export type Resolver = (request: SignedRequest, timestamp: string) => Chunk | Unsignable

/** A chunk of Unicode text. */
export function utf8(text: string): Buffer {
  return Buffer.from(text, 'utf8')
}

/** The value at a place, which must be there once. */
export function fromPlace(place: Place, change: (text: string) => string = (text) => text): Resolver {
  const what = describePlace(place)
  const doubled: Unsignable = { problem: `The ${what} came more than once.`, absent: false }
  const absent: Unsignable = { problem: `The ${what} is signed, but missing or empty.`, absent: true }
  const read = placeReader(place)
  const latin1 = place.startsWith('header:')
  return (request) => {
    const value = read(request)
    if (value === null) return doubled
    if (value === undefined || value === '') return absent
    return latin1 ? change(value) : utf8(change(value))
  }
}
