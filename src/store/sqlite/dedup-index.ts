import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { asBytes } from '../sql/rows.ts'
import { createKeyFilter, type KeyFilter, loadKeyFilter } from './key-filter.ts'

/**
 * Which keys were seen, and by which event.
 *
 * The truth is in the `events` rows: a key is remembered because the row that carries it was committed. This index only
 * finds it. A unique index would do that too, but random ids put every insert on another page of a large tree, and that
 * is most of what a durable accept costs (about four times the bytes written). So the newest keys live in memory and are
 * read back from the newest rows at start; whenever enough have come together they are appended, sorted, as one segment
 * of `dedup_keys`, with a filter that says without reading whether a key can be in it.
 *
 * Only one thread of one process writes (`lock.ts`), and it looks up and inserts inside the accept's own transaction:
 * there is no gap between the check and the insert.
 */
export interface DedupIndex {
  /** Sequence number of the event that last carried the key. The event may have been pruned since. */
  find(key: string): number | null
  /** Notes a key of a row that the open transaction inserts. `receivedAt` in Unix milliseconds. */
  add(key: string, seq: number, receivedAt: number): void
  /** Moves about `budget` keys to disk if it is time; inside the open transaction. */
  flush(budget: number): void
  /** The open transaction was committed. */
  committed(): void
  /** The open transaction was rolled back: forgets what it added. */
  rolledBack(): void
  /** Drops up to `limit` keys whose events are all older than `before` (Unix ms); says how many; in a transaction. */
  prune(before: number, limit: number): number
}

export interface DedupIndexOptions {
  /** Keys in a segment, which is also how many stay in memory. */
  readonly segmentSize?: number
}

interface Segment {
  readonly id: number
  readonly filter: KeyFilter
  readonly newestAt: number
}

/** Keys in memory, by their first byte: each bucket is small enough to be sorted and written in one commit. */
interface KeySet {
  readonly buckets: readonly Map<string, number>[]
  size: number
  lastSeq: number
  /** Newest `received_at` among the events of these keys, Unix milliseconds. */
  newestAt: number
}

/** A full key set on its way to disk, bucket by bucket. */
interface Flush {
  readonly id: number
  readonly keys: KeySet
  readonly filter: KeyFilter
  /** Buckets that are on disk for good, and that are with the open transaction. */
  done: number
  written: number
}

const keyBytes = 16

/** The key as it is stored: 16 bytes of SHA-256, in a string of as many characters. */
export function hashKey(text: string): string {
  return hash('sha256', text, 'binary').slice(0, keyBytes)
}

export function keyToBytes(key: string): Uint8Array {
  return Buffer.from(key, 'latin1')
}

export function bytesToKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** Opens the index of a migrated database; reads the keys of the events that are in no segment yet. */
export function openDedupIndex(db: DatabaseSync, options: DedupIndexOptions = {}): DedupIndex {
  const segmentSize = options.segmentSize ?? 131_072
  const selectKey = db.prepare('SELECT seq FROM dedup_keys WHERE segment = ? AND key = ?')
  const insertKey = db.prepare('INSERT OR REPLACE INTO dedup_keys (segment, key, seq) VALUES (?, ?, ?)')
  const insertSegment = db.prepare(
    'INSERT INTO dedup_segments (segment, last_seq, newest_at, filter) VALUES (?, ?, ?, ?)',
  )
  const deleteKeys = db.prepare(
    'DELETE FROM dedup_keys WHERE (segment, key) IN (SELECT segment, key FROM dedup_keys WHERE segment = ? LIMIT ?)',
  )
  const deleteSegment = db.prepare('DELETE FROM dedup_segments WHERE segment = ?')

  const segments: Segment[] = []
  let lastSegment = 0
  let lastSeq = -1
  for (const row of db
    .prepare('SELECT segment, last_seq, newest_at, filter FROM dedup_segments ORDER BY 1')
    .iterate()) {
    const filter = loadKeyFilter(asBytes(row['filter']))
    segments.push({ id: Number(row['segment']), filter, newestAt: Number(row['newest_at']) })
    lastSegment = Number(row['segment'])
    lastSeq = Number(row['last_seq'])
  }

  let recent = createKeySet()
  const unindexed = db.prepare('SELECT seq, received_at, dedup_key, replay_key FROM events WHERE seq > ? ORDER BY seq')
  for (const row of unindexed.iterate(lastSeq)) {
    for (const bytes of [row['dedup_key'], row['replay_key']]) {
      if (bytes instanceof Uint8Array) setKey(recent, bytesToKey(bytes), Number(row['seq']))
    }
    recent.newestAt = Math.max(recent.newestAt, Number(row['received_at']))
  }

  let flushing: Flush | null = null
  let sealed: Segment | null = null
  /** What the open transaction changed in `recent`: key, and what it was before. */
  let undo: [string, number | undefined][] = []

  function writeBucket(flush: Flush, bucket: Map<string, number>): number {
    for (const key of [...bucket.keys()].sort()) {
      insertKey.run(flush.id, keyToBytes(key), bucket.get(key) ?? 0)
      flush.filter.add(wordAt(key, 0), wordAt(key, 4))
    }
    return bucket.size
  }

  function seal(flush: Flush): void {
    insertSegment.run(flush.id, flush.keys.lastSeq, flush.keys.newestAt, flush.filter.bytes)
    sealed = { id: flush.id, filter: flush.filter, newestAt: flush.keys.newestAt }
  }

  return {
    find(key) {
      const known = getKey(recent, key) ?? (flushing === null ? undefined : getKey(flushing.keys, key))
      if (known !== undefined) return known
      const block = wordAt(key, 0)
      const pattern = wordAt(key, 4)
      for (let i = segments.length - 1; i >= 0; i--) {
        const segment = segments[i]
        if (segment === undefined || !segment.filter.mayHave(block, pattern)) continue
        const row = selectKey.get(segment.id, keyToBytes(key))
        if (row !== undefined) return Number(row['seq'])
      }
      return null
    },

    add(key, seq, receivedAt) {
      undo.push([key, getKey(recent, key)])
      setKey(recent, key, seq)
      if (receivedAt > recent.newestAt) recent.newestAt = receivedAt
    },

    flush(budget) {
      if (flushing === null) return
      const buckets = flushing.keys.buckets
      for (let rows = 0; rows < budget && flushing.written < buckets.length; flushing.written++) {
        const bucket = buckets[flushing.written]
        if (bucket !== undefined) rows += writeBucket(flushing, bucket)
      }
      if (flushing.written === buckets.length) seal(flushing)
    },

    committed() {
      undo = []
      if (flushing !== null) flushing.done = flushing.written
      if (sealed !== null) {
        segments.push(sealed)
        lastSegment = sealed.id
        sealed = null
        flushing = null
      }
      if (flushing === null && recent.size >= segmentSize) {
        flushing = { id: lastSegment + 1, keys: recent, filter: createKeyFilter(recent.size), done: 0, written: 0 }
        recent = createKeySet()
      }
    },

    rolledBack() {
      for (const [key, before] of undo.reverse()) {
        if (before === undefined) deleteKey(recent, key)
        else setKey(recent, key, before)
      }
      undo = []
      sealed = null
      if (flushing !== null) flushing.written = flushing.done
    },

    prune(before, limit) {
      const oldest = segments[0]
      if (oldest === undefined || oldest.newestAt >= before) return 0
      const removed = Number(deleteKeys.run(oldest.id, limit).changes)
      if (removed < limit) {
        deleteSegment.run(oldest.id)
        segments.shift()
      }
      return removed
    },
  }
}

function createKeySet(): KeySet {
  return { buckets: Array.from({ length: 256 }, () => new Map<string, number>()), size: 0, lastSeq: -1, newestAt: 0 }
}

function getKey(set: KeySet, key: string): number | undefined {
  return set.buckets[key.charCodeAt(0)]?.get(key)
}

function setKey(set: KeySet, key: string, seq: number): void {
  const bucket = set.buckets[key.charCodeAt(0)]
  if (bucket === undefined) return
  const before = bucket.size
  bucket.set(key, seq)
  set.size += bucket.size - before
  if (seq > set.lastSeq) set.lastSeq = seq
}

function deleteKey(set: KeySet, key: string): void {
  if (set.buckets[key.charCodeAt(0)]?.delete(key)) set.size--
}

function wordAt(key: string, at: number): number {
  return (
    (key.charCodeAt(at) |
      (key.charCodeAt(at + 1) << 8) |
      (key.charCodeAt(at + 2) << 16) |
      (key.charCodeAt(at + 3) << 24)) >>>
    0
  )
}
