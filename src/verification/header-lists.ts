import { type Chunk, fromPlace, type Resolver, type Unsignable } from './chunks.ts'
import { singleHeader } from './header.ts'
import { headerOf } from './places.ts'
import { trimBlanks } from './signature-header.ts'
import type { TokenContext } from './tokens.ts'
import type { SignedRequest } from './types.ts'

/** A request may name the headers that are signed, but each once: reading one over and over would be work without end. */
const maxNames = 64

/** A labelled value of the signature header itself. */
export function fromList(label: string, { at, list }: TokenContext): Resolver | null {
  const header = headerOf(at)
  if (header === null || list?.assign === undefined) return null
  const { separator } = list
  const start = label + list.assign
  const missing: Unsignable = { problem: `The ${header} header must have "${label}" once.`, absent: false }
  return (request) => {
    const items = (singleHeader(request, header) ?? '').split(separator).map(trimBlanks)
    const [item, ...more] = items.filter((candidate) => candidate.startsWith(start))
    return item === undefined || more.length > 0 ? missing : item.slice(start.length)
  }
}

/** The values of the headers that a list names, joined with dots. */
export function namedHeaders(names: Chunk | Unsignable, request: SignedRequest): Chunk | Unsignable {
  if (typeof names !== 'string') return names
  const values: string[] = []
  const listed = names.toLowerCase().split(' ')
  if (isExcessive(listed)) return { problem: 'The signature names a header twice, or too many.', absent: false }
  for (const name of listed) {
    const value = singleHeader(request, name)
    if (typeof value !== 'string')
      return { problem: 'A header that the signature names is missing or doubled.', absent: false }
    values.push(value)
  }
  return values.join('.')
}

/** `name:value` of the headers that a header lists, joined with `;`. The one with the time must be among them. */
export function signedHeaders(header: string, timed: string | null): Resolver {
  const list = fromPlace(`header:${header}`)
  return (request, timestamp) => {
    const listed = list(request, timestamp)
    if (typeof listed !== 'string') return listed
    const names = listed.split(',').map((name) => name.trim().toLowerCase())
    if (timed !== null && !names.includes(timed)) {
      return { problem: `The ${header} header does not name ${timed}, so its time is not signed.`, absent: false }
    }
    if (isExcessive(names)) return { problem: `The ${header} header names one twice, or too many.`, absent: false }
    const lines: string[] = []
    for (const name of names.sort()) {
      const value = singleHeader(request, name)
      if (typeof value !== 'string')
        return { problem: `The ${header} header names one that is missing or doubled.`, absent: false }
      lines.push(`${name}:${value.trim()}`)
    }
    return lines.join(';')
  }
}

function isExcessive(names: readonly string[]): boolean {
  return names.length > maxNames || new Set(names).size < names.length
}
