import type { DatabaseSync } from 'node:sqlite'
import { StoreOpenError } from '../errors.ts'
import { type RejectionLimits, rejectionLimits } from '../rejection-limits.ts'
import type { AcceptResult } from '../types.ts'
import { createAccept, type PackedEvent } from './accept.ts'
import { createAttemptLog } from './attempt-log.ts'
import { busyTimeoutMs, explain, isBeyondRepair, isStorageFault, lockDataDir, openDatabase } from './connection.ts'
import { openDedupIndex } from './dedup-index.ts'
import { createDeliveries } from './deliveries.ts'
import { openDestinations } from './destinations.ts'
import { migrate } from './migrations.ts'
import { refuseMoved } from './moved.ts'
import { createNotes } from './notes.ts'
import { createOrdering } from './ordering.ts'
import { createPruner } from './prune.ts'
import { isOverQuota } from './quota.ts'
import { openRejections } from './rejections.ts'
import { createRenewal } from './renewal.ts'
import { createReplays } from './replays.ts'
import { openTallies } from './tallies.ts'
import { createPerformer, isDurable, type WriterCall, type WriterReturn } from './writer-calls.ts'

/** What became of one piece of a batch. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string }

export interface BatchResult {
  readonly events: readonly Outcome<AcceptResult>[]
  readonly calls: readonly Outcome<WriterReturn>[]
  readonly broken: boolean
}

export interface Writer {
  /** Does everything in one transaction and returns once it is on stable storage. */
  run(events: readonly PackedEvent[], calls: readonly WriterCall[], now: number): BatchResult
  /** Writes what is left of the log back into the database so that it can start anew, if nobody is reading it. */
  restartLog(): void
  close(): void
}

export interface WriterOptions {
  readonly dataDir: string
  readonly dedupRetentionMs: number
  readonly lockWaitMs: number
  readonly segmentSize?: number
  readonly rejections?: Partial<RejectionLimits>
}

/**
 * Opens the one connection that writes. Synchronous throughout: it lives in a thread of its own.
 * @throws {StoreOpenError}
 */
export function openWriter(options: WriterOptions): Writer {
  const lock = lockDataDir(options.dataDir, options.lockWaitMs)
  try {
    refuseMoved(options.dataDir)
    const db = openDatabase(options.dataDir)
    try {
      migrate(db)
      return writerOver(db, lock, options)
    } catch (error) {
      db.close()
      if (error instanceof StoreOpenError) throw new StoreOpenError(`DATA_DIR: ${options.dataDir}: ${error.message}`)
      throw explain(error, options.dataDir)
    }
  } catch (error) {
    lock.close()
    throw error
  }
}

function writerOver(db: DatabaseSync, lock: DatabaseSync, options: WriterOptions): Writer {
  const index = openDedupIndex(db, options.segmentSize === undefined ? {} : { segmentSize: options.segmentSize })
  const destinations = openDestinations(db)
  const tallies = openTallies(db)
  const attempts = createAttemptLog(db)
  const ordering = createOrdering(db)
  const renewal = createRenewal(db, attempts, ordering)
  const accept = createAccept(db, { index, destinations, ordering, renewal, tallies }, options)
  const deliveries = createDeliveries(db, { destinations, attempts, ordering, tallies })
  const replays = createReplays(renewal, destinations)
  const rejections = openRejections(db, tallies, { ...rejectionLimits, ...options.rejections })
  const prune = createPruner(db, { index, attempts, rejections, tallies })
  const notes = createNotes(db)
  const perform = createPerformer(db, { index, destinations, deliveries, replays, rejections, notes, tallies, prune })
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  let broken = false
  let syncing = true

  /**
   * Whether the next commit waits for the disk. One that only leases deliveries, settles them or prunes need not: losing
   * it to a loss of power (a crash loses nothing) means attempting again what was attempted before, as at least once
   * allows, and the next commit that waits makes it durable too.
   */
  function setSyncing(wanted: boolean): void {
    if (wanted === syncing) return
    db.exec(`PRAGMA synchronous = ${wanted ? 'FULL' : 'NORMAL'}`)
    syncing = wanted
  }

  function transaction<T>(work: () => T, waitForDisk = true): T {
    try {
      setSyncing(waitForDisk)
      begin.run()
      const result = work()
      tallies.flush(false)
      commit.run()
      index.committed()
      destinations.committed()
      tallies.committed()
      return result
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      index.rolledBack()
      destinations.rolledBack()
      tallies.rolledBack()
      rejections.rolledBack()
      if (isBeyondRepair(error) && !isOverQuota(error, options.dataDir)) broken = true
      throw error
    }
  }

  function failed(error: unknown): { ok: false; error: string } {
    return { ok: false, error: error instanceof Error ? error.message : String(error) }
  }

  function alone<T>(work: () => T): Outcome<T> {
    try {
      return { ok: true, value: transaction(work) }
    } catch (error) {
      return failed(error)
    }
  }

  transaction(() => deliveries.releaseAll(Date.now()))

  return {
    run(events, calls, now) {
      try {
        return transaction(
          () => {
            const accepted = events.map((event) => ({ ok: true as const, value: accept(event, now) }))
            const returned = calls.map((call) => ({ ok: true as const, value: perform(call) }))
            index.flush(Math.max(64, events.length * 4))
            return { events: accepted, calls: returned, broken: false }
          },
          events.length > 0 || calls.some(isDurable),
        )
      } catch (error) {
        // One row that cannot be written must not take its whole batch with it; a failing disk does.
        if (isStorageFault(error) || events.length + calls.length <= 1) {
          const failure = failed(error)
          return { events: events.map(() => failure), calls: calls.map(() => failure), broken }
        }
        return {
          events: events.map((event) => alone(() => accept(event, now))),
          calls: calls.map((call) => alone(() => perform(call))),
          broken,
        }
      }
    },

    restartLog() {
      try {
        // Whoever reads for long (a backup) is not waited for: the log grows meanwhile, and it is tried again.
        db.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(RESTART)')
      } catch {
        // The next commit meets the same fault, where it is answered for.
      } finally {
        db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
      }
    },

    close() {
      if (!broken) alone(() => tallies.flush(true))
      db.close()
      lock.close()
    },
  }
}
