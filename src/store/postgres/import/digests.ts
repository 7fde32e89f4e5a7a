import { fieldSeparator, nullMark } from '../../move/digest.ts'
import type { Digest, EventTable, MoveTarget, SideTable } from '../../move/types.ts'
import type { Database } from '../database.ts'
import { type Column, columnsOf, namesOf, placesOf } from './columns.ts'

/** Says of what is stored what `move/digest.ts` says of what was to be stored, without its leaving the server. */
export function createDigests({
  query,
  tables: t,
}: Pick<Database, 'query' | 'tables'>): Pick<MoveTarget, 'digest' | 'digestSide' | 'unknownKeys' | 'states'> {
  const places = placesOf(t)
  const statement = (table: EventTable | SideTable, where: string) => {
    const { from, as = {} } = places[table]
    const fields = columnsOf(namesOf[table]).map((column) => fieldOf(column, as[column.name] ?? `r.${column.name}`))
    return `SELECT count(*) AS rows, ${sha256("coalesce(string_agg(hash, '' ORDER BY hash COLLATE \"C\"), '')")} AS sha256
      FROM (SELECT ${sha256(`concat_ws(chr(${fieldSeparator.charCodeAt(0)}), ${fields.join(', ')})`)} AS hash FROM ${from} ${where}) h`
  }

  async function ask(text: string, values: readonly unknown[]): Promise<Digest> {
    const [row] = await query(text, values)
    return { rows: Number(row?.['rows']), sha256: String(row?.['sha256']) }
  }

  return {
    digest: (table, { after, upTo }) => ask(statement(table, 'WHERE r.seq > $1 AND r.seq <= $2'), [after, upTo]),
    digestSide: (table) => ask(statement(table, ''), []),
    async unknownKeys({ after, upTo }) {
      const [row] = await query(
        `SELECT count(*) AS n FROM (
           SELECT seq, dedup_key AS key, false AS weak FROM ${t.events} WHERE seq > $1 AND seq <= $2
           UNION ALL SELECT seq, replay_key, repeated FROM ${t.events} WHERE seq > $1 AND seq <= $2
         ) e WHERE e.key IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM ${t.keys} k WHERE k.key = e.key AND (e.weak OR k.seq >= e.seq))`,
        [after, upTo],
      )
      return Number(row?.['n'])
    },
    async states() {
      const rows = await query(`SELECT state, count(*) AS n FROM ${t.deliveries} GROUP BY state`)
      return Object.fromEntries(rows.map(({ state, n }) => [Number(state), Number(n)]))
    },
  }
}

function sha256(text: string): string {
  return `encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`
}

function fieldOf({ type }: Column, value: string): string {
  return `coalesce(${asText(type, value)}, chr(${nullMark.charCodeAt(0)}))`
}

function asText(type: Column['type'], value: string): string {
  if (type === 'uuid') return `replace(${value}::text, '-', '')`
  if (type === 'boolean') return `${value}::integer::text`
  if (type === 'bytea') return `encode(sha256(${value}), 'hex')`
  return `${value}::text`
}
