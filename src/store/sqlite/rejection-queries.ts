import type { DatabaseSync } from 'node:sqlite'
import { decodeRejectionId } from '../event-id.ts'
import { asBytes, headersOf, toRejectionSummary } from '../sql/rows.ts'
import type { RejectionPage, RejectionQuery, StoredRejection } from '../types.ts'

/** Reading refused requests. */
export interface RejectionQueries {
  list(query: RejectionQuery): RejectionPage
  get(id: string): StoredRejection | null
}

const columns = 'seq, source, cause, detail, received_at, method, url, remote_address, body_size'

export function createRejectionQueries(db: DatabaseSync): RejectionQueries {
  // There are few enough of them to be read in order.
  const selectPage = db.prepare(
    `SELECT ${columns} FROM rejections
     WHERE seq < ?1 AND (?2 IS NULL OR source = ?2) AND (?3 IS NULL OR cause = ?3)
       AND (?4 IS NULL OR received_at >= ?4) AND (?5 IS NULL OR received_at < ?5)
     ORDER BY seq DESC LIMIT ?6`,
  )
  const selectOne = db.prepare(`SELECT ${columns}, headers, body FROM rejections WHERE seq = ?`)

  return {
    list({ limit, before, source = null, cause = null, from = null, to = null }) {
      const below = before === undefined ? Number.MAX_SAFE_INTEGER : (decodeRejectionId(before) ?? 0)
      const rows = selectPage.all(below, source, cause, from, to, limit + 1)
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
