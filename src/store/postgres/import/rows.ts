import type { Row, Value } from '../../move/types.ts'
import type { Query } from '../database.ts'
import type { Column } from './columns.ts'

/** Inserts many rows by one statement; bytes of all of them travel as one binary value. */
export function createInsert(
  table: string,
  columns: readonly Column[],
): (query: Query, rows: readonly Row[]) => Promise<void> {
  const bytesAt = columns.findIndex(({ type }) => type === 'bytea')
  const parameters = columns.map(({ type }, i) => `$${i + 1}::${parameterType(type)}[]`)
  const names = columns.map(({ name }) => name)
  const values = columns.map(({ name, type }) => writtenAs(name, type, columns.length + 1))
  const input =
    bytesAt === -1
      ? `unnest(${parameters.join(', ')}) AS i (${names.join(', ')})`
      : `(SELECT u.*, (sum(coalesce(u.body, 0)) OVER (ORDER BY u.ord ROWS UNBOUNDED PRECEDING))::integer
           - coalesce(u.body, 0) + 1 AS at
         FROM unnest(${parameters.join(', ')}) WITH ORDINALITY AS u (${names.join(', ')}, ord)) i`
  const text = `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM ${input}`

  return async (query, rows) => {
    if (rows.length === 0) return
    const lists = columns.map((_, column) => rows.map((row) => parameterOf(row[column] ?? null)))
    await query(text, bytesAt === -1 ? lists : [...lists, joined(rows, bytesAt)])
  }
}

/** Bytes are handed over apart: in the list stands how many they are. */
function parameterType(type: Column['type']): string {
  return type === 'boolean' || type === 'bytea' ? 'integer' : type
}

function writtenAs(name: string, type: Column['type'], bytesParameter: number): string {
  if (type === 'boolean') return `i.${name}::boolean`
  if (type !== 'bytea') return `i.${name}`
  return `CASE WHEN i.${name} IS NOT NULL THEN substr($${bytesParameter}::bytea, i.at, i.${name}) END`
}

function parameterOf(value: Value): string | number | null {
  return value instanceof Uint8Array ? value.byteLength : value
}

function joined(rows: readonly Row[], column: number): Buffer {
  return Buffer.concat(rows.map((row) => row[column]).filter((value) => value instanceof Uint8Array))
}
