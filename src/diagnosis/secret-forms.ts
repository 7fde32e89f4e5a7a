import { decodeBase64, decodeHex } from '../verification/encoding.ts'
import type { Cause } from './types.ts'

/** What the sender may have for a secret, where ours is written otherwise. */
export interface SecretForm {
  readonly text: string
  readonly cause: Cause
  /** Completes "It was signed with the same secret …". */
  readonly was: string
}

/** Each other form once, the likeliest first. */
export function* secretForms(secret: string): Generator<SecretForm> {
  const seen = new Set([secret])
  for (const one of allForms(secret)) {
    if (one.text === '' || seen.has(one.text)) continue
    seen.add(one.text)
    yield one
  }
}

function* allForms(secret: string): Generator<SecretForm> {
  const trimmed = secret.trim()
  const bare = trimmed.replace(/^["'`]+|["'`]+$/g, '')
  yield { text: trimmed, cause: 'secret_white_space', was: 'without the white space around it' }
  yield { text: bare, cause: 'secret_quotes', was: 'without the quotes around it' }
  for (const [end, name] of [
    ['\n', 'a line break'],
    ['\r\n', 'CR and LF'],
    [' ', 'a space'],
  ] as const) {
    yield { text: secret + end, cause: 'secret_white_space', was: `with ${name} at its end` }
  }
  yield { text: ` ${secret}`, cause: 'secret_white_space', was: 'with a space before it' }
  for (const quote of ['"', "'"]) {
    yield { text: quote + trimmed + quote, cause: 'secret_quotes', was: 'with quotes around it' }
  }
  const [, pasted = ''] = /^[A-Za-z_][A-Za-z0-9_]*\s*=\s*(.+)$/s.exec(bare) ?? []
  yield {
    text: pasted.replace(/^["'`]+|["'`]+$/g, ''),
    cause: 'secret_quotes',
    was: 'without the name that stands before it',
  }
  const cause = 'secret_encoding'
  const [, prefix = '', rest = ''] = /^([a-z]{2,8}_)(.+)$/s.exec(bare) ?? []
  yield { text: rest, cause, was: `without ${prefix} at its start` }
  yield { text: `whsec_${bare}`, cause, was: 'with whsec_ at its start' }
  yield { text: textIn(decodeBase64(rest === '' ? bare : rest)), cause, was: 'decoded from base64' }
  yield { text: textIn(decodeHex(bare)), cause, was: 'decoded from hex' }
  yield { text: Buffer.from(bare).toString('base64'), cause, was: 'encoded in base64' }
  yield { text: `whsec_${Buffer.from(bare).toString('base64')}`, cause, was: 'encoded in base64 after whsec_' }
  yield { text: Buffer.from(bare).toString('hex'), cause, was: 'encoded in hex' }
  const bytes = decodeHex(bare)
  if (bytes !== null) yield { text: bytes.toString('base64'), cause, was: 'in base64, where ours is in hex' }
  const base64 = decodeBase64(rest === '' ? bare : rest)
  if (base64 !== null) yield { text: base64.toString('hex'), cause, was: 'in hex, where ours is in base64' }
  yield { text: bare.toLowerCase(), cause, was: 'in lower case' }
  yield { text: bare.toUpperCase(), cause, was: 'in upper case' }
  yield { text: decoded(bare), cause, was: 'before it was escaped for a URL' }
  yield { text: encodeURIComponent(bare.toWellFormed()), cause, was: 'escaped for a URL' }
  yield { text: bare.replaceAll('\\n', '\n'), cause, was: 'with line breaks where ours has \\n' }
  yield { text: bare.replace(/=+$/, ''), cause, was: 'without the padding at its end' }
}

/** Empty where the bytes are no text that a person could have been given. */
function textIn(bytes: Buffer | null): string {
  const text = bytes?.toString('utf8') ?? ''
  return /^[\x20-\x7e]+$/.test(text) ? text : ''
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
