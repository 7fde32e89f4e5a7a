import { encodeEventId, firstSequenceAt, isEventId } from '../event-id.ts'
import type {
  BatchQuery,
  BatchStep,
  DeliveryFilter,
  DeliveryPage,
  DeliveryQuery,
  EventPage,
  ListedDelivery,
  ListQuery,
  ReplayTarget,
} from '../types.ts'
import type { Link } from './link.ts'
import { formatPosition, type Position, parsePosition } from './position.ts'
import { queueOf } from './queue-names.ts'
import { listOf, numberOf, type Reply, textOf } from './replies.ts'
import { toDescribed, toListed } from './rows.ts'

/** Looks for events and deliveries, a bounded number of them at a time, and changes many of them. */
export interface Search {
  list(query: ListQuery): Promise<EventPage>
  deliveries(query: DeliveryQuery): Promise<DeliveryPage>
  count(filter: DeliveryFilter, after: string | undefined): Promise<BatchStep>
  replay(query: BatchQuery, now: number, target: ReplayTarget): Promise<BatchStep>
  discard(query: BatchQuery, now: number): Promise<BatchStep>
}

interface Scan {
  readonly kind: 'events' | 'deliveries'
  readonly order: 'newest' | 'oldest'
  readonly filter: DeliveryFilter | Omit<ListQuery, 'limit' | 'before'>
  readonly after: Position | null
  readonly limit: number
  readonly text?: string
  readonly action?: 'replay' | 'discard' | 'count'
  readonly target?: ReplayTarget
  /** Of an action. */
  readonly now?: number
}

interface Found {
  readonly found: readonly Reply[]
  readonly matched: number
  readonly changed: number
  readonly next: Position | null
}

/** So many in one step: everybody else waits for it. */
const rowsPerStep = 250
const textRowsPerStep = 50
const textBytesPerStep = 512 * 1024
/** A page that looks into bodies covers so many of them, and bytes. */
const textBudget = { rows: 2_000, bytes: 64 * 1024 * 1024 }
/** However few were looked at, a page is given after this long. */
const maxMs = 150
const maxBatchLimit = 1_000

export function createSearch(link: Link, budget: number): Search {
  async function scan(request: Scan): Promise<Found> {
    const { kind, order, filter, limit, text = '', action = '', target, now = 0 } = request
    const status = 'state' in filter ? filter.state : 'status' in filter ? filter.status : undefined
    const destination = 'destination' in filter ? filter.destination : undefined
    const named = text !== '' && isEventId(text)
    const [low, high] = bounds(filter, named ? text : null)
    const wanted = named ? '' : text
    const step = wanted === '' ? rowsPerStep : textRowsPerStep
    let rows = wanted === '' ? budget : Math.min(budget, textBudget.rows)
    let bytes = textBudget.bytes
    let position = request.after
    const found: Reply[] = []
    let [matched, changed] = [0, 0]
    const until = performance.now() + maxMs
    for (;;) {
      const [more, id, queue, looked, done, some, size, fitting] = listOf(
        await link.run('find', [
          kind,
          order,
          filter.source ?? '',
          filter.type ?? '',
          status ?? '',
          destination === undefined ? '' : queueOf(destination),
          low,
          high,
          position?.id ?? '',
          position?.queue ?? '',
          Math.min(limit - matched, step),
          Math.min(rows, step),
          wanted,
          action,
          target?.destination === undefined ? '' : queueOf(target.destination),
          target?.move === true ? 1 : 0,
          now,
          textBytesPerStep,
        ]),
      )
      found.push(...listOf(some))
      changed += numberOf(done)
      matched += numberOf(fitting)
      rows -= Math.max(1, numberOf(looked))
      bytes -= numberOf(size)
      if (textOf(id) !== '') position = { id: textOf(id), queue: textOf(queue) }
      if (more !== 1) return { found, matched, changed, next: null }
      if (matched >= limit || rows <= 0 || bytes <= 0 || performance.now() > until) {
        return { found, matched, changed, next: position }
      }
    }
  }

  async function batch(scanned: Scan, after: string | undefined): Promise<BatchStep> {
    const position = after === undefined ? null : parsePosition(after)
    if (after !== undefined && position === null) return { count: 0, next: null }
    const { changed, next } = await scan({ ...scanned, after: position })
    return { count: changed, next: next === null ? null : formatPosition(next) }
  }

  return {
    async list({ limit, before, text, ...filter }) {
      const after = before === undefined ? null : { id: before, queue: '' }
      if (before !== undefined && !isEventId(before)) return { events: [], next: null }
      const { found, next } = await scan({
        kind: 'events',
        order: 'newest',
        filter,
        after,
        limit,
        ...(text === undefined ? {} : { text }),
      })
      const described = found.length === 0 ? [] : listOf(await link.run('describe', [0, ...found.map(textOf)]))
      return { events: described.map((one) => toDescribed(one).summary), next: next?.id ?? null }
    },

    async deliveries({ limit, after, ...filter }) {
      const position = after === undefined ? null : parsePosition(after)
      if (after !== undefined && position === null) return { deliveries: [], next: null }
      const { found, next } = await scan({ kind: 'deliveries', order: 'newest', filter, after: position, limit })
      const rows = found.length === 0 ? [] : listOf(await link.run('describeDeliveries', found.map(textOf)))
      const deliveries = rows.map(toListed).filter((row): row is ListedDelivery => row !== null)
      return { deliveries, next: next === null ? null : formatPosition(next) }
    },

    async count(filter, after) {
      const position = after === undefined ? null : parsePosition(after)
      if (after !== undefined && position === null) return { count: 0, next: null }
      const limit = Number.MAX_SAFE_INTEGER
      const counting = { kind: 'deliveries', order: 'oldest', filter, after: position, limit, action: 'count' } as const
      const { matched, next } = await scan(counting)
      return { count: matched, next: next === null ? null : formatPosition(next) }
    },

    replay({ limit, after, ...filter }, now, target) {
      const asEvents =
        target.destination !== undefined && filter.state === undefined && filter.destination === undefined
      const kind = asEvents ? 'events' : 'deliveries'
      return batch(
        {
          kind,
          order: 'oldest',
          filter,
          after: null,
          limit: Math.min(limit, maxBatchLimit),
          action: 'replay',
          target,
          now,
        },
        after,
      )
    },

    discard({ limit, after, ...filter }, now) {
      const capped = Math.min(limit, maxBatchLimit)
      return batch(
        { kind: 'deliveries', order: 'oldest', filter, after: null, limit: capped, action: 'discard', now },
        after,
      )
    },
  }
}

/** As ZRANGEBYLEX takes them. */
function bounds({ from, to }: { readonly from?: number; readonly to?: number }, only: string | null): [string, string] {
  const low = from === undefined ? '-' : `[${encodeEventId(firstSequenceAt(from))}`
  const high = to === undefined ? '+' : `(${encodeEventId(firstSequenceAt(to))}`
  if (only === null) return [low, high]
  const outside = (low !== '-' && only < low.slice(1)) || (high !== '+' && only >= high.slice(1))
  return outside ? [`(${only}`, `(${only}`] : [`[${only}`, `[${only}`]
}
