import { isUtf8 } from 'node:buffer'
import type { BodyView, HeaderView } from '../../operator/schemas.ts'
import { indentJson } from './indent-json.ts'
import { plainLines } from './text.ts'

/** Of bytes that are no text, so many are shown. */
const shownBytes = 256
/** Text longer than this is not laid out, only shown. */
const longestLaidOut = 2 * 1024 * 1024

/** A payload for people to read on a terminal: JSON and forms laid out, other text as it is, bytes as a dump. */
export function showBody(bytes: Buffer, contentType = ''): string {
  if (bytes.length === 0) return '(empty)'
  if (!isUtf8(bytes) || bytes.includes(0)) return dump(bytes)
  const text = bytes.toString('utf8')
  if (text.length > longestLaidOut) return plainLines(text)
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) return plainLines(formLines(text))
  return plainLines(indentJson(text) ?? text)
}

function formLines(text: string): string {
  return [...new URLSearchParams(text)].map(([name, value]) => `${name} = ${indentJson(value) ?? value}`).join('\n')
}

function dump(bytes: Buffer): string {
  const lines: string[] = []
  for (let at = 0; at < Math.min(bytes.length, shownBytes); at += 16) {
    const row = bytes.subarray(at, Math.min(at + 16, shownBytes))
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = row.toString('latin1').replace(/[^\x20-\x7e]/g, '.')
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${text}`)
  }
  if (bytes.length > shownBytes) lines.push(`… ${bytes.length - shownBytes} bytes more`)
  return lines.join('\n')
}

/** What the API shows of a body. */
export function bytesOf({ encoding, text }: BodyView): Buffer {
  return Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8')
}

/** The value of the first header of that name, in lower case. */
export function headerOf(headers: readonly HeaderView[], wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1]
}
