import { encodeEventId, firstSequenceAt } from '../../src/store/event-id.ts'
import type { EventPage, ListQuery } from '../../src/store/types.ts'
import { day } from '../harness/filled-store.ts'
import { median } from '../harness/statistics.ts'
import { type Column, figure, renderTable } from '../harness/table.ts'
import type { Cost } from './claims.ts'

type Wanted = Omit<ListQuery, 'limit'>

const queries: readonly (readonly [string, Wanted])[] = [
  ['newest', {}],
  ['from the middle', { before: encodeEventId(firstSequenceAt(Date.now() - 7 * day)) }],
  ['one source', { source: 'source-3' }],
  ['source and type', { source: 'source-3', type: 'type-2' }],
  ['a rare source', { source: 'rare' }],
  ['an unknown type', { type: 'nothing' }],
  ['one day', { from: Date.now() - 10 * day, to: Date.now() - 9 * day, type: 'type-1' }],
  ['dead', { status: 'dead' }],
  ['dead of a source', { status: 'dead', source: 'source-5' }],
  ['retrying', { status: 'retrying' }],
  ['pending', { status: 'pending' }],
  ['done', { status: 'done' }],
  ['without a destination', { status: 'none' }],
  ['text in a body', { text: 'nobody' }],
]

const pageSize = 50
const firstPages = 5
const maxPages = 20

interface ListRow {
  readonly query: string
  readonly first: number
  readonly worst: number
  readonly events: number
  readonly asked: string
}

export type AskPage = (query: ListQuery) => Promise<Cost<EventPage>>

async function measureList(ask: AskPage, query: string, wanted: Wanted): Promise<ListRow> {
  const firsts: number[] = []
  await ask({ limit: pageSize, ...wanted })
  while (firsts.length < firstPages) firsts.push((await ask({ limit: pageSize, ...wanted })).cost)
  const costs: number[] = []
  let [events, before] = [0, wanted.before]
  do {
    const { cost, result } = await ask({ limit: pageSize, ...wanted, ...(before === undefined ? {} : { before }) })
    costs.push(cost)
    events += result.events.length
    before = result.next ?? undefined
  } while (before !== undefined && costs.length < maxPages)
  const asked = before === undefined ? `${costs.length}, to the end` : String(costs.length)
  return { query, first: median(firsts), worst: Math.max(...costs), events, asked }
}

/** Asks every kind of list, page by page, and gives a table of what that cost, in this unit. `only`: of these queries. */
export async function listTable(ask: AskPage, unit: string, only: readonly string[]): Promise<string> {
  const rows: ListRow[] = []
  for (const [query, wanted] of queries) {
    if (only.length === 0 || only.includes(query)) rows.push(await measureList(ask, query, wanted))
  }
  const columns: Column<ListRow>[] = [
    { title: 'query', value: (row) => row.query, text: true },
    { title: `first page ${unit}`, value: (row) => figure(row.first) },
    { title: `slowest page ${unit}`, value: (row) => figure(row.worst) },
    { title: 'events', value: (row) => String(row.events) },
    { title: 'pages', value: (row) => row.asked },
  ]
  return renderTable(columns, rows)
}
