import type { BodyView } from '../../src/operator/schemas.ts'

/** The bytes that the API gave, in the form that it chose. */
export function bytesOf({ encoding, text }: Pick<BodyView, 'encoding' | 'text'>): Uint8Array {
  if (encoding === 'utf8') return new TextEncoder().encode(text)
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

/** Offset, sixteen bytes, and those of them that are ASCII: as `hexdump -C` writes it. */
export function hexDump(bytes: Uint8Array, from: number, to: number): string {
  const lines: string[] = []
  for (let at = from; at < Math.min(to, bytes.length); at += 16) {
    const row = bytes.subarray(at, Math.min(at + 16, bytes.length))
    const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, '0'))
    const left = hex.slice(0, 8).join(' ').padEnd(23)
    const right = hex.slice(8).join(' ').padEnd(23)
    const ascii = Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    lines.push(`${at.toString(16).padStart(8, '0')}  ${left}  ${right}  ${ascii}`)
  }
  return lines.join('\n')
}

/** Fields of a form, decoded; null for what is no form. */
export function formFields(contentType: string, text: string): readonly (readonly [string, string])[] | null {
  if (!/^application\/x-www-form-urlencoded\b/i.test(contentType)) return null
  return [...new URLSearchParams(text)]
}
