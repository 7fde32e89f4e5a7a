import type { DatabaseSync } from 'node:sqlite'
import { encodeEventId } from '../event-id.ts'
import type {
  ClaimRequest,
  ClaimResult,
  DestinationChange,
  DestinationStatus,
  NewRejection,
  Note,
  NoteChange,
  PruneOptions,
  Settlement,
} from '../types.ts'
import { type DedupIndex, hashKey } from './dedup-index.ts'
import type { Deliveries } from './deliveries.ts'
import { createDestinationQueries } from './destination-queries.ts'
import type { Destinations } from './destinations.ts'
import type { Notes } from './notes.ts'
import type { PruneCursor, PruneOneStep, PruneStep } from './prune.ts'
import type { Rejections } from './rejections.ts'
import type { FoundDelivery } from './renewal.ts'
import type { Replays } from './replays.ts'
import type { Tallies } from './tallies.ts'

/** What the writer does besides accepting events; each call shares the commit of the batch it comes with. */
export type WriterCall =
  | { readonly do: 'claim'; readonly requests: readonly ClaimRequest[]; readonly now: number }
  | { readonly do: 'settle'; readonly settlements: readonly Settlement[]; readonly now: number }
  | { readonly do: 'replay'; readonly id: string; readonly destination: string | null; readonly now: number }
  | {
      readonly do: 'replayFound'
      readonly found: readonly FoundDelivery[]
      readonly to: string | null
      readonly move: boolean
      readonly now: number
    }
  | { readonly do: 'discardFound'; readonly found: readonly FoundDelivery[]; readonly now: number }
  | {
      readonly do: 'setDestination'
      readonly name: string
      readonly change: DestinationChange
      readonly now: number
    }
  | { readonly do: 'find'; readonly dedupKey: string }
  | { readonly do: 'reject'; readonly rejections: readonly NewRejection[]; readonly now: number }
  | { readonly do: 'deleteRejection'; readonly id: string }
  | { readonly do: 'notes'; readonly kind: string; readonly now: number }
  | { readonly do: 'note'; readonly kind: string; readonly key: string; readonly now: number }
  | { readonly do: 'setNote'; readonly change: NoteChange; readonly now: number }
  | { readonly do: 'flushCounts' }
  | { readonly do: 'destinations' }
  | { readonly do: 'prune'; readonly options: PruneOptions; readonly cursor: PruneCursor }
  | { readonly do: 'probe'; readonly now: number; readonly bytes: number }

export type WriterReturn =
  | ClaimResult
  | readonly boolean[]
  | readonly DestinationStatus[]
  | readonly Note[]
  | Note
  | boolean
  | number
  | string
  | null
  | PruneStep

const durable: ReadonlySet<WriterCall['do']> = new Set([
  'replay',
  'replayFound',
  'discardFound',
  'setDestination',
  'deleteRejection',
  'setNote',
  'probe',
])

/** An operator's word, and the test of whether the disk takes it. */
export function isDurable(call: WriterCall): boolean {
  return durable.has(call.do)
}

/** What calls are done with. */
export interface PerformerParts {
  readonly index: DedupIndex
  readonly destinations: Destinations
  readonly deliveries: Deliveries
  readonly replays: Replays
  readonly rejections: Rejections
  readonly notes: Notes
  readonly tallies: Tallies
  readonly prune: PruneOneStep
}

/** Does one call inside the open transaction. */
export function createPerformer(db: DatabaseSync, parts: PerformerParts): (call: WriterCall) => WriterReturn {
  const probe = db.prepare(
    `INSERT INTO probes (id, at, filler) VALUES (1, ?, zeroblob(?))
     ON CONFLICT (id) DO UPDATE SET at = excluded.at, filler = excluded.filler`,
  )

  return (call) => {
    switch (call.do) {
      case 'claim':
        return parts.deliveries.claim(call.requests, call.now)
      case 'settle':
        return parts.deliveries.settle(call.settlements, call.now)
      case 'replay':
        return parts.replays.one(call.id, call.destination, call.now)
      case 'replayFound':
        return parts.replays.found(call.found, call.to, call.move, call.now)
      case 'discardFound':
        return parts.replays.discard(call.found, call.now)
      case 'setDestination':
        parts.destinations.change(call.name, call.change, call.now)
        return true
      case 'find': {
        const seq = parts.index.find(hashKey(call.dedupKey))
        return seq === null ? null : encodeEventId(seq)
      }
      case 'reject':
        return parts.rejections.add(call.rejections, call.now)
      case 'deleteRejection':
        return parts.rejections.delete(call.id)
      case 'notes':
        return parts.notes.all(call.kind, call.now)
      case 'note':
        return parts.notes.one(call.kind, call.key, call.now)
      case 'setNote':
        return parts.notes.set(call.change, call.now)
      case 'flushCounts':
        parts.tallies.flush(true)
        return true
      case 'destinations':
        return createDestinationQueries(db)()
      case 'prune':
        return parts.prune(call.options, call.cursor)
      case 'probe':
        probe.run(call.now, call.bytes)
        return true
    }
  }
}
