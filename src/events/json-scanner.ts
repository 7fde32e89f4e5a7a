import { isUtf8 } from 'node:buffer'
import { numberEnd, skipSpace, stringEnd, wordEnd } from './json-lexer.ts'
import { parsePointer } from './json-pointer.ts'
import type { Scalar } from './payload.ts'

/**
 * Checks that bytes are JSON (https://www.rfc-editor.org/rfc/rfc8259) and reads a few values out of them, without
 * building anything: of 25 MiB `JSON.parse` can make a gigabyte, which ends the process, and it takes several times as
 * long. The two agree in what is valid and in what a value is; of keys that come twice the last one counts.
 */
export type JsonScanner = (bytes: Uint8Array) => readonly Scalar[] | 'invalid'

type Path = readonly string[]

const [quote, comma, minus, colon] = [0x22, 0x2c, 0x2d, 0x3a]
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d]
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** @param pointers JSON pointers to what is wanted, 31 at most; a value that is an object, a list or null is undefined */
export function compileJsonScanner(pointers: readonly string[]): JsonScanner {
  if (pointers.length > 31) throw new RangeError('a scanner reads 31 values at most')
  const paths = pointers.map(parsePointer)
  return (bytes) => (isUtf8(bytes) ? scan(bytes, paths) : 'invalid')
}

function scan(bytes: Uint8Array, paths: readonly Path[]): readonly Scalar[] | 'invalid' {
  const found: Scalar[] = paths.map(() => undefined)
  const open = openContainers(paths)
  let at = skipSpace(bytes, 0)
  /** A bit for each pointer that leads to, or through, the value at `at`. */
  let wanted = 2 ** paths.length - 1

  /** Reads the key at `from`, if it has one, and says where the child's value begins; -1: not JSON. */
  function enterChild(from: number): number {
    if (!open.isObject()) {
      wanted = open.nextElement()
      return from
    }
    const end = bytes[from] === quote ? stringEnd(bytes, from) : -1
    if (end === -1) return -1
    wanted = open.member(bytes, from, end)
    const separator = skipSpace(bytes, end)
    return bytes[separator] === colon ? skipSpace(bytes, separator + 1) : -1
  }

  /** Closes what ends at `from` and goes on to the next value; -1: not JSON; the end of the bytes: done. */
  function leaveValue(from: number): number {
    let next = skipSpace(bytes, from)
    while (open.depth() > 0) {
      const byte = bytes[next]
      if (byte === comma) return enterChild(skipSpace(bytes, next + 1))
      if (byte !== (open.isObject() ? closeObject : closeArray)) return -1
      open.pop()
      next = skipSpace(bytes, next + 1)
    }
    return next === bytes.length ? next : -1
  }

  while (at !== -1) {
    // Whatever an earlier key of the same name held is void.
    if (wanted !== 0) for (const [i] of paths.entries()) if (wanted & (1 << i)) found[i] = undefined
    const first = bytes[at]
    if (first === openObject || first === openArray) {
      open.push(first === openObject, wanted)
      at = skipSpace(bytes, at + 1)
      at = bytes[at] === closeObject || bytes[at] === closeArray ? leaveValue(at) : enterChild(at)
    } else {
      const end = scalarEnd(bytes, at)
      if (end === -1) return 'invalid'
      if (wanted !== 0) {
        for (const [i, path] of paths.entries()) {
          if (wanted & (1 << i) && path.length === open.depth()) found[i] = scalarIn(bytes, at, end)
        }
      }
      at = leaveValue(end)
    }
    if (at === bytes.length && open.depth() === 0) return found
  }
  return 'invalid'
}

interface Containers {
  push(isObject: boolean, wanted: number): void
  pop(): void
  depth(): number
  isObject(): boolean
  /** The pointers that lead to, or through, the next element of the open array. */
  nextElement(): number
  /** The same for the member of the open object whose key, quotes included, is at these bytes. */
  member(bytes: Uint8Array, start: number, end: number): number
}

/** The containers around the place where a scan is: a byte each, since a payload may open millions. */
function openContainers(paths: readonly Path[]): Containers {
  const deepest = Math.max(0, ...paths.map((path) => path.length))
  let kinds = new Uint8Array(64)
  let depth = 0
  /** By depth, as far as pointers reach: which of them pass through the container, and the index in an array. */
  const passing: number[] = []
  const indexes: number[] = []

  function select(key: string): number {
    const mask = passing[depth] ?? 0
    let selected = 0
    for (const [i, path] of paths.entries()) if (mask & (1 << i) && path[depth - 1] === key) selected |= 1 << i
    return selected
  }

  return {
    push(isObject, wanted) {
      if (depth === kinds.length) {
        const larger = new Uint8Array(kinds.length * 2)
        larger.set(kinds)
        kinds = larger
      }
      kinds[depth++] = isObject ? 1 : 0
      if (depth > deepest) return
      passing[depth] = wanted
      indexes[depth] = 0
    },
    pop() {
      depth--
    },
    depth: () => depth,
    isObject: () => kinds[depth - 1] === 1,
    nextElement() {
      if (depth > deepest || passing[depth] === 0) return 0
      const index = indexes[depth] ?? 0
      indexes[depth] = index + 1
      return select(String(index))
    },
    member(bytes, start, end) {
      if (depth > deepest || passing[depth] === 0) return 0
      return select(textIn(bytes, start, end))
    },
  }
}

function scalarEnd(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first === quote) return stringEnd(bytes, at)
  if (first === minus || (first >= 0x30 && first <= 0x39)) return numberEnd(bytes, at)
  return wordEnd(bytes, at)
}

function scalarIn(bytes: Uint8Array, start: number, end: number): Scalar {
  if (bytes[start] === quote) return textIn(bytes, start, end)
  const value: unknown = JSON.parse(decoder.decode(bytes.subarray(start, end)))
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

function textIn(bytes: Uint8Array, start: number, end: number): string {
  return String(JSON.parse(decoder.decode(bytes.subarray(start, end))))
}
