import { quote } from '../parse.ts'
import { below } from './check.ts'

/** Says what is wrong at a place of a filter. */
export type Add = (place: string, text: string) => void

/** A filter that refers to itself has no end. */
const DEEPEST = 20
const LONGEST_PATTERN = 500

/** Whether there is still room below; says so where there is not. */
export function isShallow(depth: number, place: string, add: Add): boolean {
  if (depth > DEEPEST) add(place, `goes deeper than ${DEEPEST} levels; make it simpler.`)
  return depth <= DEEPEST
}

/** A value as JSON has them. */
export function checkValue(value: unknown, place: string, add: Add, depth = 0): void {
  if (!isShallow(depth, place, add)) return
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || isFiniteNumber(value)) return
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) checkValue(one, below(place, index), add, depth + 1)
  } else if (isPlainObject(value)) {
    for (const [key, one] of Object.entries(value)) checkValue(one, below(place, key), add, depth + 1)
  } else {
    const given = typeof value === 'function' ? 'a function' : quote(String(value))
    add(place, `${given} is not accepted; give a text, a number, true, false, null, a list or a condition.`)
  }
}

/** How long one may run is bounded when it runs. */
export function checkPattern({ source, flags }: RegExp, place: string, add: Add): void {
  if (source.length > LONGEST_PATTERN) add(place, `is longer than ${LONGEST_PATTERN} characters; make it shorter.`)
  if (/[gy]/.test(flags)) add(place, 'has the flag g or y, which mean nothing here; leave them out.')
}

export const isFiniteNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
