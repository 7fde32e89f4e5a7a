/**
 * The value that a JSON pointer names (https://www.rfc-editor.org/rfc/rfc6901), or undefined. Only own properties count:
 * a payload's `__proto__` or `constructor` is data like any other.
 */
export function resolvePointer(value: unknown, pointer: string): unknown {
  let at = value
  for (const token of pointer.split('/').slice(1)) {
    const key = token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = Reflect.get(at, key)
  }
  return at
}
