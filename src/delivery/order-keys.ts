import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Scalar } from '../events/payload.ts'
import type { Destination } from './types.ts'

/** What keys are read from. */
export interface KeyedRequest {
  readonly headers: IncomingHttpHeaders
  /** Headers, lower case, whose values prove the sender: they are no key, since keys are stored and shown. */
  readonly proofHeaders: ReadonlySet<string>
  /** Pointers that were read from the body, and what was there. */
  readonly pointers: readonly string[]
  readonly values: readonly Scalar[]
}

export interface OrderKeys {
  /** Fields of the body to read. */
  readonly pointers: readonly string[]
  /** One key per destination name, in their order; null: its delivery waits for no other. Undefined: all are null. */
  keysFor(destinations: readonly string[], request: KeyedRequest): readonly (string | null)[] | undefined
}

const HEADER = 'header:'
/** Up to 128 characters that can be seen; anything else is known by its hash. */
const PLAIN = /^\P{C}{1,128}$/u

/** Reads the keys by which destinations keep their order. Null: none of them does. */
export function createOrderKeys(destinations: readonly Pick<Destination, 'name' | 'orderBy'>[]): OrderKeys | null {
  const sources = new Map<string, string>()
  for (const { name, orderBy } of destinations) if (orderBy !== undefined) sources.set(name, orderBy)
  if (sources.size === 0) return null

  function keyOf(name: string, { headers, proofHeaders, pointers, values }: KeyedRequest): string | null {
    const from = sources.get(name)
    if (from === undefined) return null
    if (!from.startsWith(HEADER)) return orderKey(values[pointers.indexOf(from)])
    const header = from.slice(HEADER.length)
    const value = proofHeaders.has(header) ? undefined : headers[header]
    return typeof value === 'string' ? orderKey(value) : null
  }

  return {
    pointers: [...new Set(sources.values())].filter((from) => !from.startsWith(HEADER)),
    keysFor(names, request) {
      return names.some((name) => sources.has(name)) ? names.map((name) => keyOf(name, request)) : undefined
    },
  }
}

/** The same text for the same value, a number and its digits included; bounded in length. Null: there is nothing to go by. */
export function orderKey(value: Scalar): string | null {
  if (value === undefined || value === '') return null
  const text = String(value)
  return PLAIN.test(text) ? text : `sha256:${hash('sha256', text)}`
}
