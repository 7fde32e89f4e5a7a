import type { DatabaseSync } from 'node:sqlite'
import type { PruneOptions, PruneResult } from '../types.ts'
import type { AttemptLog } from './attempt-log.ts'
import type { DedupIndex } from './dedup-index.ts'
import { readPragma } from './migrations.ts'
import type { Rejections } from './rejections.ts'
import type { Tallies } from './tallies.ts'

/** Where a pass over the oldest rows stands; a pass is many steps, and accepts are committed between them. */
export interface PruneCursor {
  readonly payloads: number
  readonly events: number
  readonly tallies: number
}

export interface PruneStep extends PruneResult {
  readonly cursor: PruneCursor
  readonly more: boolean
}

export const pruneStart: PruneCursor = { payloads: -1, events: -1, tallies: -1 }

const rowsPerStep = 200
/** Kinds of event whose counts are pruned in one step. */
const kindsPerStep = 50
/** Rejections may have large bodies. */
const rejectionsPerStep = 20
/** A step deletes about this many bytes of bodies at most, so that its commit stays short. */
const bytesPerStep = 4 * 1024 * 1024
/** Free pages that stay in the file for the rows to come. */
const slackPages = 256
const vacuumPages = 512

/** One small part of a pass, inside the open transaction. */
export type PruneOneStep = (options: PruneOptions, cursor: PruneCursor) => PruneStep

export interface PruneParts {
  readonly index: DedupIndex
  readonly attempts: AttemptLog
  readonly rejections: Rejections
  readonly tallies: Tallies
}

export function createPruner(db: DatabaseSync, parts: PruneParts): PruneOneStep {
  const { index, attempts, rejections, tallies } = parts
  const selectPayloads = db.prepare(
    `SELECT p.seq, e.received_at, e.body_size FROM payloads p JOIN events e ON e.seq = p.seq
     WHERE p.seq > ? ORDER BY p.seq LIMIT ?`,
  )
  const selectEvents = db.prepare(
    `SELECT e.seq, e.received_at, p.seq IS NOT NULL AS kept FROM events e LEFT JOIN payloads p ON p.seq = e.seq
     WHERE e.seq > ? ORDER BY e.seq LIMIT ?`,
  )
  const selectOpen = db.prepare('SELECT 1 FROM deliveries WHERE seq = ? AND state < 2 LIMIT 1')
  const deletePayload = db.prepare('DELETE FROM payloads WHERE seq = ?')
  const deleteDeliveries = db.prepare('DELETE FROM deliveries WHERE seq = ?')
  const deleteEvent = db.prepare('DELETE FROM events WHERE seq = ?')

  /**
   * What still has work to do keeps its payload, however old it is. Rows are in order of storing; one from the future,
   * stored while the clock was wrong, does not hold up those behind it.
   */
  function prunePayloads(before: number, now: number, after: number) {
    let [count, bytes, last] = [0, 0, after]
    const rows = selectPayloads.all(after, rowsPerStep)
    for (const row of rows) {
      const seq = Number(row['seq'])
      const receivedAt = Number(row['received_at'])
      if (bytes >= bytesPerStep) return { count, last, more: true }
      if (receivedAt >= before && receivedAt <= now) return { count, last, more: false }
      last = seq
      if (receivedAt > now || selectOpen.get(seq) !== undefined) continue
      deletePayload.run(seq)
      attempts.prune(seq)
      bytes += Number(row['body_size'])
      count++
    }
    return { count, last, more: rows.length === rowsPerStep }
  }

  function pruneEvents(before: number, now: number, after: number) {
    let [count, last] = [0, after]
    const rows = selectEvents.all(after, rowsPerStep)
    for (const row of rows) {
      const receivedAt = Number(row['received_at'])
      if (receivedAt >= before && receivedAt <= now) return { count, last, more: false }
      last = Number(row['seq'])
      if (receivedAt > now || row['kept'] === 1) continue
      deleteDeliveries.run(last)
      deleteEvent.run(last)
      count++
    }
    return { count, last, more: rows.length === rowsPerStep }
  }

  function giveBack(): boolean {
    const free = readPragma(db, 'freelist_count')
    if (free <= slackPages) return false
    db.exec(`PRAGMA incremental_vacuum(${Math.min(vacuumPages, free - slackPages)})`)
    return free - slackPages > vacuumPages
  }

  return ({ now, eventRetentionMs, dedupRetentionMs }, cursor) => {
    // An event's row is the memory of its id, so it stays for the longer of the two.
    const forgetBefore = now - Math.max(eventRetentionMs, dedupRetentionMs)
    const payloads = prunePayloads(now - eventRetentionMs, now, cursor.payloads)
    const events = payloads.more
      ? { count: 0, last: cursor.events, more: true }
      : pruneEvents(forgetBefore, now, cursor.events)
    const keys = index.prune(forgetBefore, rowsPerStep)
    const refused = rejections.prune(now - eventRetentionMs, rejectionsPerStep)
    const counts = events.more
      ? { last: cursor.tallies, more: true }
      : tallies.prune(forgetBefore, cursor.tallies, kindsPerStep)
    const vacuuming = giveBack()
    return {
      payloads: payloads.count,
      events: events.count,
      cursor: { payloads: payloads.last, events: events.last, tallies: counts.last },
      more: events.more || counts.more || keys === rowsPerStep || refused === rejectionsPerStep || vacuuming,
    }
  }
}
