import { hash } from 'node:crypto'
import type { Digest, Row, Value } from './types.ts'

/**
 * The digest of rows: each is written as one line, hashed, and the hashes are put in order and hashed together. The target
 * computes the same where its rows are (`postgres/import/digests.ts`), so that they need not come back.
 */
export const fieldSeparator = '\u001f'
export const nullMark = '\u001e'

export function lineOf(row: Row): string {
  return row.map(fieldOf).join(fieldSeparator)
}

function fieldOf(value: Value): string {
  if (value === null) return nullMark
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : hash('sha256', value, 'hex')
}

export function digestRows(rows: Iterable<Row>): Digest {
  const hashes: string[] = []
  for (const row of rows) hashes.push(hash('sha256', lineOf(row), 'hex'))
  return { rows: hashes.length, sha256: hash('sha256', hashes.sort().join(''), 'hex') }
}

/** Digests one after the other, as one. */
export function joinDigests(before: Digest, next: Digest): Digest {
  return { rows: before.rows + next.rows, sha256: hash('sha256', before.sha256 + next.sha256, 'hex') }
}

export const noRows: Digest = { rows: 0, sha256: '' }

export function isSame(a: Digest, b: Digest): boolean {
  return a.rows === b.rows && a.sha256 === b.sha256
}
