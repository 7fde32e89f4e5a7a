import type { DatabaseSync } from 'node:sqlite'
import { decodeRejectionId, firstSequenceAt } from '../event-id.ts'
import type { RejectionLimits } from '../rejection-limits.ts'
import type { NewRejection } from '../types.ts'
import type { Tallies } from './tallies.ts'

/** The writer's side of rejected requests; inside the open transaction. */
export interface Rejections {
  /** Keeps them, and lets go of the oldest that no longer fit. */
  add(rejections: readonly NewRejection[], now: number): number
  delete(id: string): boolean
  /** Removes up to `limit` that were stored before (Unix ms); says how many. */
  prune(before: number, limit: number): number
  rolledBack(): void
}

export function openRejections(db: DatabaseSync, tallies: Tallies, limits: RejectionLimits): Rejections {
  const insert = db.prepare(
    `INSERT INTO rejections
       (seq, source, cause, detail, received_at, method, url, remote_address, body_size, bytes, headers, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const selectTotal = db.prepare('SELECT count(*) AS count, sum(bytes) AS bytes, max(seq) AS seq FROM rejections')
  const removeOldest = db.prepare(
    'DELETE FROM rejections WHERE seq = (SELECT min(seq) FROM rejections) RETURNING bytes',
  )
  const removeBefore = db.prepare(
    'DELETE FROM rejections WHERE seq IN (SELECT seq FROM rejections WHERE seq < ? ORDER BY seq LIMIT ?) RETURNING bytes',
  )
  const remove = db.prepare('DELETE FROM rejections WHERE seq = ? RETURNING bytes')
  let [count, bytes, lastSeq] = [0, 0, 0]

  function load(): void {
    const row = selectTotal.get()
    count = Number(row?.['count'] ?? 0)
    bytes = Number(row?.['bytes'] ?? 0)
    lastSeq = Math.max(lastSeq, Number(row?.['seq'] ?? 0))
  }

  function removed(row: Record<string, unknown> | undefined): boolean {
    if (row === undefined) return false
    count -= 1
    bytes -= Number(row['bytes'])
    return true
  }

  function addOne(rejection: NewRejection, now: number): void {
    const { source, cause, detail, receivedAt, method, url, remoteAddress, body } = rejection
    const headers = JSON.stringify(rejection.headers)
    const size = headers.length + url.length + (body?.byteLength ?? 0)
    lastSeq = Math.max(lastSeq + 1, firstSequenceAt(now))
    const bodySize = rejection.bodySize ?? body?.byteLength ?? 0
    insert.run(lastSeq, source, cause, detail, receivedAt, method, url, remoteAddress, bodySize, size, headers, body)
    count += 1
    bytes += size
    tallies.rejected(source, cause, rejection.count ?? 1, now)
  }

  load()
  return {
    add(rejections, now) {
      for (const rejection of rejections) addOne(rejection, now)
      while ((count > limits.maxCount || bytes > limits.maxBytes) && removed(removeOldest.get())) {}
      return rejections.length
    },
    delete(id) {
      const seq = decodeRejectionId(id)
      return seq !== null && removed(remove.get(seq))
    },
    prune(before, limit) {
      const rows = removeBefore.all(firstSequenceAt(before), limit)
      rows.forEach(removed)
      return rows.length
    },
    rolledBack: load,
  }
}
