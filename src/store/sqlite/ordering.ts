import type { DatabaseSync } from 'node:sqlite'
import { stateCodes } from '../sql/states.ts'

/**
 * Deliveries in the order of their key: of the unfinished ones to a destination with the same key, one is in the index
 * that claims read, and the others are set aside as blocked. So claiming costs the same with ordering as without, and
 * nothing at all is paid for deliveries that have no key.
 */
export interface Ordering {
  /** Whether a new delivery with this key has to wait. */
  isTaken(destination: number, key: string): boolean
  /** Notes that the open transaction stored a key for this destination. */
  used(destination: number): void
  /** Key of a delivery; null without a look where its destination never had one. */
  keyOf(seq: number, destination: number): string | null
  /** Lets the oldest unfinished delivery of a key go on, unless an attempt at one of them is under way. */
  advance(destination: number, key: string): void
}

export function createOrdering(db: DatabaseSync): Ordering {
  const of = 'destination = ? AND order_key = ? AND order_key IS NOT NULL AND state < 2'
  const selectAny = db.prepare(`SELECT 1 FROM deliveries WHERE ${of} LIMIT 1`)
  const selectFirst = db.prepare(`SELECT min(seq) AS seq FROM deliveries WHERE ${of} AND state = ?`)
  const setState = db.prepare('UPDATE deliveries SET state = ? WHERE seq = ? AND destination = ?')

  const selectKey = db.prepare('SELECT order_key FROM deliveries WHERE seq = ? AND destination = ?')
  const selectUsed = db.prepare('SELECT DISTINCT destination FROM deliveries WHERE order_key IS NOT NULL AND state < 2')
  // One too many does no harm, so nothing is taken back when a transaction is.
  const ordered = new Set(selectUsed.all().map(({ destination }) => Number(destination)))

  function first(destination: number, key: string, state: number): number | null {
    const seq = selectFirst.get(destination, key, state)?.['seq']
    return typeof seq === 'number' ? seq : null
  }

  return {
    used: (destination) => void ordered.add(destination),
    keyOf(seq, destination) {
      const key = ordered.has(destination) ? selectKey.get(seq, destination)?.['order_key'] : null
      return typeof key === 'string' ? key : null
    },
    isTaken: (destination, key) => selectAny.get(destination, key) !== undefined,

    advance(destination, key) {
      ordered.add(destination)
      const blocked = first(destination, key, stateCodes.blocked)
      if (blocked === null || first(destination, key, stateCodes.leased) !== null) return
      const head = first(destination, key, stateCodes.pending)
      if (head !== null && head < blocked) return
      // A replay put an older one behind a newer one that has not begun.
      if (head !== null) setState.run(stateCodes.blocked, head, destination)
      setState.run(stateCodes.pending, blocked, destination)
    },
  }
}
