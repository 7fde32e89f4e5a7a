import { digestRows, isSame, joinDigests, noRows } from './digest.ts'
import {
  type Digest,
  type EventTable,
  eventTables,
  type MovedTable,
  type MoveSource,
  type MoveTarget,
  type Range,
  type Row,
  type StateCounts,
  sideTables,
} from './types.ts'

/** `resume`: what an earlier run moved is compared with what is to be moved now. */
export type MovePhase = 'resume' | 'copy' | 'verify'

export interface MoveOptions {
  /** Told how many events are dealt with, of `total`, in this phase. */
  readonly onProgress?: (phase: MovePhase, events: number, total: number) => void
  /** Ends the move after the range that is under way; another run goes on from there. */
  readonly signal?: AbortSignal
  /** Events in one transaction at most (1,000). */
  readonly rangeEvents?: number
}

export interface ComparedTable {
  readonly table: MovedTable
  readonly source: Digest
  readonly target: Digest
  readonly same: boolean
}

export interface MoveReport {
  /** What became of it; `stopped`: by the signal. */
  readonly outcome: 'moved' | 'different' | 'stopped'
  /** Events that earlier runs had moved already, and of those, how many had to be moved again. */
  readonly found: number
  readonly renewed: number
  readonly tables: readonly ComparedTable[]
  readonly states: { readonly source: StateCounts; readonly target: StateCounts }
  /** Ids and signatures that the target would not recognise. */
  readonly unknownKeys: number
}

const copyRange = { events: 1000, bytes: 16 * 1024 * 1024 }
const verifyRange = { events: 5000, bytes: 64 * 1024 * 1024 }

/**
 * Copies everything, compares everything, and only then lets gateways use the target. What is there from an earlier run is
 * compared first, and moved again where the source has changed since. So it can be ended in any moment, and begun again.
 * @throws {MoveRefusedError} and {StoreUnavailableError}
 */
export async function move(source: MoveSource, target: MoveTarget, options: MoveOptions = {}): Promise<MoveReport> {
  const { onProgress = () => {}, signal, rangeEvents = copyRange.events } = options
  const total = source.events

  async function copy(range: Range): Promise<void> {
    const read = (table: EventTable): readonly Row[] => [...source.read(table, range)]
    await target.write(range, {
      events: read('events'),
      payloads: read('payloads'),
      deliveries: read('deliveries'),
      attempts: read('attempts'),
    })
  }

  /** Compares what earlier runs moved, and moves again what is not the same any more. */
  async function compareUpTo(cursor: number): Promise<number> {
    let [after, done, renewed] = [-1, 0, 0]
    const known = source.eventsUpTo(cursor)
    while (after < cursor && signal?.aborted !== true) {
      onProgress('resume', done, known)
      const end = source.rangeEnd(after, rangeEvents, copyRange.bytes)
      const range = { after, upTo: Math.min(end ?? cursor, cursor) }
      const pairs = await Promise.all(
        eventTables.map(
          async (table) =>
            [digestRows(keptBy(target, source.read(table, range))), await target.digest(table, range)] as const,
        ),
      )
      const events = pairs[0]?.[0].rows ?? 0
      if (!pairs.every(([a, b]) => isSame(a, b)) || (await target.unknownKeys(range)) > 0) {
        await copy(range)
        renewed += events
      }
      done += events
      after = range.upTo
    }
    return renewed
  }

  async function copyAfter(cursor: number, found: number): Promise<void> {
    let [after, done] = [cursor, found]
    while (signal?.aborted !== true) {
      onProgress('copy', done, total)
      const upTo = source.rangeEnd(after, rangeEvents, copyRange.bytes)
      if (upTo === null) return
      await copy({ after, upTo })
      done = source.eventsUpTo(upTo)
      after = upTo
    }
  }

  const cursor = await target.begin()
  await target.takeKinds(source.kinds())
  await target.writeSide('destinations', source.readSide('destinations'))
  const found = source.eventsUpTo(cursor)
  const renewed = await compareUpTo(cursor)
  await copyAfter(cursor, found)
  if (signal?.aborted === true) return stopped(found, renewed)
  for (const table of sideTables) {
    if (table !== 'destinations') await target.writeSide(table, source.readSide(table))
  }
  const compared = await compare(source, target, { onProgress, ...(signal === undefined ? {} : { signal }) })
  if (compared === null) return stopped(found, renewed)
  if (compared.outcome === 'moved') await target.finish()
  return { ...compared, found, renewed }
}

function stopped(found: number, renewed: number): MoveReport {
  return { outcome: 'stopped', found, renewed, tables: [], states: { source: {}, target: {} }, unknownKeys: 0 }
}

type Comparison = Omit<MoveReport, 'found' | 'renewed'>

/** Compares every row of both sides; null: it was stopped. */
export async function compare(
  source: MoveSource,
  target: Pick<MoveTarget, 'asKept' | 'digest' | 'digestSide' | 'states' | 'unknownKeys'>,
  { onProgress = () => {}, signal }: Pick<MoveOptions, 'onProgress' | 'signal'> = {},
): Promise<Comparison | null> {
  const sums = new Map<MovedTable, readonly [Digest, Digest]>()
  let [after, done, unknownKeys] = [-1, 0, 0]
  for (let last = false; !last; ) {
    if (signal?.aborted === true) return null
    onProgress('verify', done, source.events)
    const end = source.rangeEnd(after, verifyRange.events, verifyRange.bytes)
    last = end === null
    // What comes after the last event of the source is compared too: there has to be nothing.
    const range = { after, upTo: end ?? Number.MAX_SAFE_INTEGER }
    for (const table of eventTables) {
      const [a, b] = sums.get(table) ?? [noRows, noRows]
      const ofTarget = target.digest(table, range)
      const ofSource = digestRows(keptBy(target, source.read(table, range)))
      sums.set(table, [joinDigests(a, ofSource), joinDigests(b, await ofTarget)])
      if (table === 'events') done += ofSource.rows
    }
    unknownKeys += await target.unknownKeys(range)
    after = range.upTo
  }
  for (const table of sideTables) {
    sums.set(table, [digestRows(keptBy(target, source.readSide(table))), await target.digestSide(table)])
  }
  const tables = [...sums].map(([table, [a, b]]) => ({ table, source: a, target: b, same: isSame(a, b) }))
  const states = { source: source.states(), target: await target.states() }
  const same = tables.every((table) => table.same) && unknownKeys === 0 && isSameCounts(states.source, states.target)
  return { outcome: same ? 'moved' : 'different', tables, states, unknownKeys }
}

function* keptBy({ asKept }: Pick<MoveTarget, 'asKept'>, rows: Iterable<Row>): Iterable<Row> {
  for (const row of rows) yield asKept(row)
}

function isSameCounts(a: StateCounts, b: StateCounts): boolean {
  const states = new Set([...Object.keys(a), ...Object.keys(b)].map(Number))
  return [...states].every((state) => (a[state] ?? 0) === (b[state] ?? 0))
}
