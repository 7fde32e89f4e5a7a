/** Reads one value out of a parsed JSON document; undefined when it is not there. */
export type PointerReader = (value: unknown) => unknown

/** The keys of a JSON pointer (https://www.rfc-editor.org/rfc/rfc6901). */
export function parsePointer(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/**
 * Compiles a JSON pointer. Only own properties count: a payload's `__proto__` or
 * `constructor` is data like any other.
 */
export function compilePointer(pointer: string): PointerReader {
  const keys = parsePointer(pointer)
  return (value) => {
    let at = value
    for (const key of keys) {
      if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
      at = Reflect.get(at, key)
    }
    return at
  }
}
