import { decodeRejectionId, encodeRejectionId, firstSequenceAt, minuteAt } from '../event-id.ts'
import { type RejectionLimits, trimRejection } from '../rejection-limits.ts'
import type { ServerClock } from '../server-clock.ts'
import type { NewRejection, RejectionPage, RejectionQuery, RejectionSummary, StoredRejection } from '../types.ts'
import type { Argument, Link } from './link.ts'
import { bytesOrNull, listOf, numberOf, type Reply, recordOf, textOf, textsOf } from './replies.ts'

/** Rejected requests: kept without promise, and never at the cost of an event. */
export interface Rejections {
  add(rejections: readonly NewRejection[]): Promise<number>
  list(query: RejectionQuery): Promise<RejectionPage>
  get(id: string): Promise<StoredRejection | null>
  remove(id: string): Promise<boolean>
}

/** How many may be on their way, and how many bytes; more are dropped. */
const maxUnderWay = 256
const maxBytesUnderWay = 8 * 1024 * 1024
const rowsPerStep = 500

export function createRejections(link: Link, clock: Pick<ServerClock, 'now'>, limits: RejectionLimits): Rejections {
  let underWay = { count: 0, bytes: 0 }

  /** Those that fit beside what is on its way. */
  function fit(rejections: readonly NewRejection[]): NewRejection[] {
    let { count, bytes } = underWay
    return rejections
      .map((one) => trimRejection(one, limits))
      .filter(({ body }) => {
        const size = body?.byteLength ?? 0
        if (count >= maxUnderWay || bytes + size > maxBytesUnderWay) return false
        count++
        bytes += size
        return true
      })
  }

  return {
    async add(rejections) {
      const kept = fit(rejections)
      if (kept.length === 0) return 0
      const bytes = kept.reduce((sum, { body }) => sum + (body?.byteLength ?? 0), 0)
      underWay = { count: underWay.count + kept.length, bytes: underWay.bytes + bytes }
      const now = clock.now()
      const head = [minuteAt(now), firstSequenceAt(now), limits.maxCount, limits.maxBytes, kept.length]
      try {
        await link.run('reject', [...head, ...kept.flatMap(pack)])
        return kept.length
      } finally {
        underWay = { count: underWay.count - kept.length, bytes: underWay.bytes - bytes }
      }
    },

    async list({ limit, before, after, source = '', cause = '', from = '', to = '' }) {
      if ([before, after].some((id) => id !== undefined && decodeRejectionId(id) === null)) {
        return { rejections: [], next: null }
      }
      const order = after === undefined ? 'newest' : 'oldest'
      let [below, above] = [before === undefined ? '+' : `(${before}`, after === undefined ? '-' : `(${after}`]
      const found: RejectionSummary[] = []
      for (;;) {
        // One more than asked for tells whether there is more.
        const wanted = limit + 1 - found.length
        const filter = [source, cause, from, to]
        const asked = [order, below, above, ...filter, wanted, rowsPerStep]
        const [last, some] = listOf(await link.run('rejections', asked))
        found.push(...listOf(some).map(toSummary))
        const end = textOf(last)
        if (end === '' || found.length > limit) break
        if (order === 'newest') below = `(${end}`
        else above = `(${end}`
      }
      const rejections = found.slice(0, limit)
      return { rejections, next: found.length > limit ? (rejections.at(-1)?.id ?? null) : null }
    },

    async get(id) {
      const [told, headers, body] = listOf(await link.run('rejection', [id]))
      if (textOf(told) === '') return null
      return { ...summaryOf(id, told), headers: textsOf(headers), body: bytesOrNull(body) }
    },

    remove: async (id) => numberOf(await link.run('deleteRejection', [id])) === 1,
  }
}

/** The first rejection that is stored at a time or later. */
export function firstRejectionAt(ms: number): string {
  return encodeRejectionId(firstSequenceAt(ms))
}

/** In the order in which the script takes them. */
function pack(rejection: NewRejection): Argument[] {
  const { source, cause, detail, receivedAt, method, url, remoteAddress, body } = rejection
  const bodySize = rejection.bodySize ?? body?.byteLength ?? 0
  const headers = JSON.stringify(rejection.headers)
  return [
    source ?? '',
    cause,
    receivedAt,
    JSON.stringify({ source, cause, detail, receivedAt, method, url, remoteAddress, bodySize }),
    headers,
    body === null ? 0 : 1,
    body === null ? '' : Buffer.from(body),
    headers.length + url.length + (body?.byteLength ?? 0),
    rejection.count ?? 1,
  ]
}

function toSummary(reply: Reply): RejectionSummary {
  const [id, told] = listOf(reply)
  return summaryOf(textOf(id), told)
}

function summaryOf(id: string, told: Reply | undefined): RejectionSummary {
  const { source, cause, detail, receivedAt, method, url, remoteAddress, bodySize } = recordOf(told)
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  return {
    id,
    source: text(source),
    cause: text(cause) ?? '',
    detail: text(detail),
    receivedAt: Number(receivedAt),
    method: text(method) ?? '',
    url: text(url) ?? '',
    remoteAddress: text(remoteAddress),
    bodySize: Number(bodySize),
  }
}
