import type { DatabaseSync } from 'node:sqlite'
import { decodeRejectionId } from '../event-id.ts'
import { boundsOf } from '../sql/rejection-bounds.ts'
import { asBytes, headersOf, toRejectionSummary } from '../sql/rows.ts'
import type { RejectionPage, RejectionQuery, StoredRejection } from '../types.ts'

/** Reading rejected requests. */
export interface RejectionQueries {
  list(query: RejectionQuery): RejectionPage
  get(id: string): StoredRejection | null
}

const columns = 'seq, source, cause, detail, received_at, method, url, remote_address, body_size'

export function createRejectionQueries(db: DatabaseSync): RejectionQueries {
  // There are few enough of them to be read in order.
  const selectPage = (order: 'ASC' | 'DESC') =>
    db.prepare(
      `SELECT ${columns} FROM rejections
       WHERE seq < ?1 AND seq > ?2 AND (?3 IS NULL OR source = ?3) AND (?4 IS NULL OR cause = ?4)
         AND (?5 IS NULL OR received_at >= ?5) AND (?6 IS NULL OR received_at < ?6)
       ORDER BY seq ${order} LIMIT ?7`,
    )
  const [selectNewest, selectOldest] = [selectPage('DESC'), selectPage('ASC')]
  const selectOne = db.prepare(`SELECT ${columns}, headers, body FROM rejections WHERE seq = ?`)

  return {
    list(query) {
      const { limit, source = null, cause = null, from = null, to = null } = query
      const [below, above] = boundsOf(query)
      const select = query.after === undefined ? selectNewest : selectOldest
      const rows = select.all(below, above, source, cause, from, to, limit + 1)
      const rejections = rows.slice(0, limit).map(toRejectionSummary)
      return { rejections, next: rows.length > limit ? (rejections.at(-1)?.id ?? null) : null }
    },
    get(id) {
      const seq = decodeRejectionId(id)
      const row = seq === null ? undefined : selectOne.get(seq)
      if (row === undefined) return null
      return {
        ...toRejectionSummary(row),
        headers: headersOf(row),
        body: row['body'] === null ? null : asBytes(row['body']),
      }
    },
  }
}
