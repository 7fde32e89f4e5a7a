import { StoreUnavailableError } from '../errors.ts'
import { type RejectionLimits, rejectionLimits, trimRejection } from '../rejection-limits.ts'
import type { BatchQuery, BatchStep, ClaimResult, DestinationStatus, Note, Store } from '../types.ts'
import { type PruneStep, pruneStart } from './prune.ts'
import { createReaderClient } from './reader-client.ts'
import type { FoundDelivery } from './renewal.ts'
import type { WriterCall, WriterReturn } from './writer-calls.ts'
import { startWriter } from './writer-client.ts'

export interface SqliteStoreOptions {
  readonly dataDir: string
  readonly dedupRetentionMs: number
  /** How long an accept may wait for its commit, in milliseconds (1,000). */
  readonly timeoutMs?: number
  /** How many events may wait for a commit (10,000). */
  readonly maxPendingEvents?: number
  /** How many bytes of bodies may wait (128 MiB). */
  readonly maxPendingBytes?: number
  /** How long to wait for another process to let go of the directory, in milliseconds (5,000). */
  readonly lockWaitMs?: number
  /** Keys of the dedup index that stay in memory; see `dedup-index.ts`. */
  readonly segmentSize?: number
  /** How many rejections are kept, and how large (10,000 in 256 MiB, bodies up to 1 MiB). */
  readonly rejections?: Partial<RejectionLimits>
  /** How many rows one question may look at (50,000). */
  readonly scanRows?: number
  /** Told once when the store is beyond repair: the process should end and be started again. */
  readonly onBroken?: (error: string) => void
  /** Told of every commit: how many events shared it, and the seconds until it was durable. */
  readonly onCommit?: (events: number, seconds: number) => void
}

const checkpointEveryMs = 250
/** A gateway at rest writes a page or two now and then: the thread that copies them is not started before there are many. */
const restingCommits = 500
/** Past this many pages (of 4 KiB) the log is started anew. */
const logPages = 16_384

/** Once a write has failed, one of this size must succeed before the store is called ready. */
const distrustBytes = 256 * 1024

/** Of a batch, so many are changed in one commit at most. */
const maxBatchLimit = 1000

/**
 * The embedded store: one SQLite file, written by a thread of its own, read by another.
 * @throws {StoreOpenError} when the directory or the file cannot be used; the message says what to do.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { dataDir, dedupRetentionMs, segmentSize, scanRows } = options
  const limits = { ...rejectionLimits, ...options.rejections }
  const writer = await startWriter({
    dataDir,
    dedupRetentionMs,
    lockWaitMs: options.lockWaitMs ?? 5000,
    ...(segmentSize === undefined ? {} : { segmentSize }),
    rejections: limits,
    timeoutMs: options.timeoutMs ?? 1000,
    maxPendingEvents: options.maxPendingEvents ?? 10_000,
    maxPendingBytes: options.maxPendingBytes ?? 128 * 1024 * 1024,
    onBroken: options.onBroken ?? (() => {}),
    onCommit: options.onCommit ?? (() => {}),
  })
  const reader = createReaderClient({ dataDir, ...(scanRows === undefined ? {} : { scanRows }) })

  let checkpointed = { commits: 0, writes: 0 }
  let checkpointing = false

  /** Keeps the log short. The reader copies it while commits go on, so that what is left for the writer takes no time. */
  async function checkpoint(): Promise<void> {
    checkpointed = { commits: writer.commits(), writes: writer.writes() }
    const { pages } = await reader.ask({ ask: 'checkpoint' })
    if (pages < logPages) return
    // Once more: copying much took a while, and what came meanwhile is little.
    await reader.ask({ ask: 'checkpoint' })
    writer.restartLog()
  }

  const checkpoints = setInterval(() => {
    const idle = writer.writes() === checkpointed.writes && writer.commits() - checkpointed.commits < restingCommits
    if (checkpointing || idle) return
    checkpointing = true
    const done = () => {
      checkpointing = false
    }
    checkpoint().then(done, done)
  }, checkpointEveryMs)
  checkpoints.unref()

  /** Finds on the reading thread what the writing thread then changes, so that no commit waits for a search. */
  async function batch(
    { limit, after, ...filter }: BatchQuery,
    asEvents: boolean,
    change: (found: readonly FoundDelivery[]) => WriterCall,
  ): Promise<BatchStep> {
    const request = { filter, order: 'oldest', after, limit: Math.min(limit, maxBatchLimit) } as const
    const { found, next } = await reader.ask({ ask: asEvents ? 'findEvents' : 'findDeliveries', request })
    if (found.length === 0) return { count: 0, next }
    return { count: expectNumber(await writer.call(change(found))), next }
  }

  let closed: Promise<void> | null = null

  return {
    engine: 'sqlite',
    shared: false,
    clockAhead: () => 0,
    accept: writer.accept,
    async claim(requests, now) {
      return expectClaim(await writer.call({ do: 'claim', requests, now }))
    },
    async settle(settlements, now) {
      return expectBooleans(await writer.call({ do: 'settle', settlements, now }))
    },
    list: (query) => reader.ask({ ask: 'list', query }),
    get: (id) => reader.ask({ ask: 'get', id }),
    async find(dedupKey) {
      const id = await writer.call({ do: 'find', dedupKey })
      return typeof id === 'string' ? id : null
    },
    attempts: (id) => reader.ask({ ask: 'attempts', id }),
    changes: (after, limit) => reader.ask({ ask: 'changes', after, limit }),
    newest: () => reader.ask({ ask: 'newest' }),
    deliveries: (query) => reader.ask({ ask: 'deliveries', query }),
    countDeliveries: (filter, after) => reader.ask({ ask: 'countDeliveries', filter, after }),
    async replay(id, now, destination) {
      return (await writer.call({ do: 'replay', id, destination: destination ?? null, now })) === true
    },
    replayBatch(query, now, { destination, move = false } = {}) {
      const asEvents = destination !== undefined && query.state === undefined && query.destination === undefined
      return batch(query, asEvents, (found) => ({ do: 'replayFound', found, to: destination ?? null, move, now }))
    },
    discardBatch: (query, now) => batch(query, false, (found) => ({ do: 'discardFound', found, now })),
    // A gateway asks at its start, and one that rests shall not have a thread for that alone.
    async destinations() {
      if (reader.isRunning()) return reader.ask({ ask: 'destinations' })
      return expectDestinations(await writer.call({ do: 'destinations' }))
    },
    async setDestination(name, change, now) {
      await writer.call({ do: 'setDestination', name, change, now })
    },
    // What is not kept need not cross over to the other thread.
    reject: (rejections) => writer.reject(rejections.map((rejection) => trimRejection(rejection, limits))),
    rejections: (query) => reader.ask({ ask: 'rejections', query }),
    getRejection: (id) => reader.ask({ ask: 'rejection', id }),
    async deleteRejection(id) {
      return (await writer.call({ do: 'deleteRejection', id })) === true
    },
    async statistics(query) {
      // Counts that could not be written are missing; those that were are worth showing all the same.
      await writer.call({ do: 'flushCounts' }).catch(() => false)
      return reader.ask({ ask: 'statistics', query })
    },
    async notes(kind) {
      return expectNotes(await writer.call({ do: 'notes', kind, now: Date.now() }))
    },
    async note(kind, key) {
      return expectNote(await writer.call({ do: 'note', kind, key, now: Date.now() }))
    },
    async setNote(change) {
      const version = await writer.call({ do: 'setNote', change, now: Date.now() })
      return version === null ? null : expectNumber(version)
    },
    async prune(pruneOptions) {
      let [payloads, events, cursor, more] = [0, 0, pruneStart, true]
      while (more) {
        const step = expectStep(await writer.call({ do: 'prune', options: pruneOptions, cursor }))
        payloads += step.payloads
        events += step.events
        cursor = step.cursor
        more = step.more
      }
      return { payloads, events }
    },
    async probe() {
      const bytes = writer.status().state === 'ready' ? 0 : distrustBytes
      await writer.call({ do: 'probe', now: Date.now(), bytes }).catch(() => false)
      return writer.status()
    },
    status: writer.status,
    doubts: () => [],
    backlog: writer.backlog,
    close() {
      closed ??= (async () => {
        clearInterval(checkpoints)
        await reader.close()
        await writer.close()
      })()
      return closed
    },
  }
}

function expectClaim(value: WriterReturn): ClaimResult {
  if (typeof value === 'object' && value !== null && 'leases' in value) return value
  throw new StoreUnavailableError('the writer answered another question')
}

function expectNumber(value: WriterReturn): number {
  if (typeof value === 'number') return value
  throw new StoreUnavailableError('the writer answered another question')
}

function expectStep(value: WriterReturn): PruneStep {
  if (typeof value === 'object' && value !== null && 'cursor' in value) return value
  throw new StoreUnavailableError('the writer answered another question')
}

type List = Extract<WriterReturn, readonly unknown[]>

function expectBooleans(value: WriterReturn): readonly boolean[] {
  if (isList(value) && value.every((one) => typeof one === 'boolean')) return value
  throw new StoreUnavailableError('the writer answered another question')
}

function expectDestinations(value: WriterReturn): readonly DestinationStatus[] {
  if (isList(value) && value.every((one) => typeof one === 'object' && 'name' in one)) return value
  throw new StoreUnavailableError('the writer answered another question')
}

function expectNotes(value: WriterReturn): readonly Note[] {
  if (isList(value) && value.every((one) => typeof one === 'object' && 'version' in one)) return value
  throw new StoreUnavailableError('the writer answered another question')
}

function expectNote(value: WriterReturn): Note | null {
  if (value === null || (typeof value === 'object' && 'version' in value)) return value
  throw new StoreUnavailableError('the writer answered another question')
}

function isList(value: WriterReturn): value is List {
  return Array.isArray(value)
}
