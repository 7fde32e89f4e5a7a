import { isUtf8 } from 'node:buffer'
import type { Draft } from '../signing/draft.ts'

/** The same request as a command for curl, to be pasted into a shell. */
export function curlLine({ url: path, headers, body }: Draft, url: URL, chunked: boolean): string {
  const given = [...Object.entries(headers), ...(chunked ? [['transfer-encoding', 'chunked'] as const] : [])]
  const parts = given.flatMap(([name, value]) => ['-H', quoted(`${name}: ${utf8Of(value)}`)])
  // curl would ask first whether it may send a larger body, which no sender does.
  if (body.length > 1024 * 1024) parts.push('-H', "'Expect:'")
  const target = quoted(url.origin + path)
  if (isUtf8(body) && !body.includes(0)) {
    // Not --data-binary: that would take a body that begins with @ for the name of a file.
    return ['curl', target, ...parts, '--data-raw', quoted(body.toString('utf8'))].join(' ')
  }
  const bytes = `printf %s ${quoted(body.toString('base64'))} | base64 -d | `
  return `${bytes}${['curl', target, ...parts, '--data-binary', '@-'].join(' ')}`
}

/** Header values are bytes, one character each. */
function utf8Of(value: string): string {
  const bytes = Buffer.from(value, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : value
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
