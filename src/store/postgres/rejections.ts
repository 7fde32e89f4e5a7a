import { decodeRejectionId, firstSequenceAt } from '../event-id.ts'
import { type RejectionLimits, trimRejection } from '../rejection-limits.ts'
import { createRejectionQueue } from '../rejection-queue.ts'
import type { ServerClock } from '../server-clock.ts'
import { boundsOf } from '../sql/rejection-bounds.ts'
import { bytesOrNull, headersOf, toRejectionSummary } from '../sql/rows.ts'
import type { NewRejection, Store } from '../types.ts'
import type { Database, Query } from './database.ts'
import type { Tallies } from './tallies.ts'
import { storableOrNull } from './text.ts'

/** Rejected requests. */
export type Rejections = Pick<Store, 'reject' | 'rejections' | 'getRejection' | 'deleteRejection'>

const summaryColumns = 'seq, source, cause, detail, received_at, method, url, remote_address, body_size'
/** Within a millisecond each replica counts on from another number, so that they seldom choose the same. */
const offsets = 3000
/** Others write too: so often it is looked how many there are, however few this replica wrote. */
const recountMs = 10_000

export function createRejections(
  { query, transaction, tables: t }: Database,
  tallies: Tallies,
  clock: Pick<ServerClock, 'now'>,
  limits: RejectionLimits,
): Rejections {
  const insert = `INSERT INTO ${t.rejections}
      (seq, source, cause, detail, received_at, method, url, remote_address, body_size, bytes, headers, body)
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
      $9::bigint[], $10::bigint[], $11::text[], $12::bytea[])
    ON CONFLICT (seq) DO NOTHING`
  // The newest that fit in both bounds stay.
  const trim = `DELETE FROM ${t.rejections} WHERE seq <= (
      SELECT max(seq) FROM (
        SELECT seq, row_number() OVER newest AS count, sum(bytes) OVER newest AS bytes FROM ${t.rejections}
        WINDOW newest AS (ORDER BY seq DESC)
      ) r WHERE r.count > $1 OR r.bytes > $2
    )`
  const selectTotal = `SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM ${t.rejections}`
  // There are few enough of them to be read in order.
  const selectPage = (order: 'ASC' | 'DESC') => `SELECT ${summaryColumns} FROM ${t.rejections}
    WHERE seq < $1 AND seq > $2 AND ($3::text IS NULL OR source = $3) AND ($4::text IS NULL OR cause = $4)
      AND ($5::bigint IS NULL OR received_at >= $5) AND ($6::bigint IS NULL OR received_at < $6)
    ORDER BY seq ${order} LIMIT $7`
  const selectOne = `SELECT ${summaryColumns}, headers, body FROM ${t.rejections} WHERE seq = $1`
  const remove = `DELETE FROM ${t.rejections} WHERE seq = $1 RETURNING seq`
  const queue = createRejectionQueue()
  let isWriting = false
  let lastSeq = 0
  let known = { count: 0, bytes: 0, until: Number.NEGATIVE_INFINITY }

  /** Lets go of the oldest that no longer fit. */
  async function makeRoom(run: Query, count: number, bytes: number): Promise<void> {
    known = { ...known, count: known.count + count, bytes: known.bytes + bytes }
    const fits = known.count <= limits.maxCount && known.bytes <= limits.maxBytes
    if (fits && performance.now() < known.until) return
    await run(trim, [limits.maxCount, limits.maxBytes])
    const [total] = await run(selectTotal)
    known = {
      count: Number(total?.['count'] ?? 0),
      bytes: Number(total?.['bytes'] ?? 0),
      until: performance.now() + recountMs,
    }
  }

  async function write(rejections: readonly NewRejection[]): Promise<void> {
    const now = clock.now()
    const first = Math.max(lastSeq + 1, firstSequenceAt(now) + Math.floor(Math.random() * offsets))
    lastSeq = first + rejections.length - 1
    const rows = rejections.map((rejection, i) => toRow(rejection, first + i))
    const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column]))
    const bytes = rejections.reduce((sum, rejection) => sum + sizeOf(rejection), 0)
    await transaction(async (run) => {
      // They are kept without promise, so nobody need wait for the disk.
      await run('SET LOCAL synchronous_commit = off')
      await run(insert, columns)
      await makeRoom(run, rows.length, bytes)
    })
    for (const { source, cause, count = 1 } of rejections) tallies.rejected(source, cause, count, now)
  }

  /** One batch after the other, so that a flood of them takes one connection. */
  async function writeAll(): Promise<void> {
    isWriting = true
    for (let batch = queue.take(); batch !== null; batch = queue.take()) {
      const { settle } = batch
      await write(batch.rejections).then(
        () => settle(true),
        () => settle(false),
      )
    }
    isWriting = false
  }

  return {
    reject(rejections) {
      const written = queue.add(rejections.map((rejection) => trimRejection(rejection, limits)))
      if (!isWriting) void writeAll()
      return written
    },
    async rejections(asked) {
      const { limit, source = null, cause = null, from = null, to = null } = asked
      if (source?.includes('\0') || cause?.includes('\0')) return { rejections: [], next: null }
      const [below, above] = boundsOf(asked)
      const select = selectPage(asked.after === undefined ? 'DESC' : 'ASC')
      const rows = await query(select, [below, above, source, cause, from, to, limit + 1])
      const page = rows.slice(0, limit).map(toRejectionSummary)
      return { rejections: page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
    },
    async getRejection(id) {
      const seq = decodeRejectionId(id)
      const [row] = seq === null ? [] : await query(selectOne, [seq])
      return row === undefined
        ? null
        : { ...toRejectionSummary(row), headers: headersOf(row), body: bytesOrNull(row['body']) }
    },
    async deleteRejection(id) {
      const seq = decodeRejectionId(id)
      return seq !== null && (await query(remove, [seq])).length === 1
    },
  }
}

/** What it counts for. */
function sizeOf({ headers, url, body }: NewRejection): number {
  return JSON.stringify(headers).length + url.length + (body?.byteLength ?? 0)
}

function toRow(rejection: NewRejection, seq: number): readonly unknown[] {
  const { source, cause, detail, receivedAt, method, url, remoteAddress, headers, body } = rejection
  const bodySize = rejection.bodySize ?? body?.byteLength ?? 0
  const texts = [source, cause, detail].map(storableOrNull)
  const request = [method, url, remoteAddress].map(storableOrNull)
  return [seq, ...texts, receivedAt, ...request, bodySize, sizeOf(rejection), JSON.stringify(headers), body]
}
