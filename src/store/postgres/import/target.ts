import type { Row } from '../../move/types.ts'
import type { Address } from '../address.ts'
import { type Database, openDatabase } from '../database.ts'
import { reach } from '../reach.ts'
import { columnsOf } from './columns.ts'
import { createInsert } from './rows.ts'

/** Where a store is moved to. */
export interface ImportOptions {
  readonly address: Address
  readonly schema: string
  /** For how long a server that is not there is waited for, in milliseconds. */
  readonly waitMs: number
}

/** How long one statement may take. */
const timeoutMs = 120_000

/** Connects, for whatever is to be done with the target. @throws {StoreOpenError} */
export async function openTarget({ address, schema, waitMs }: ImportOptions): Promise<Database> {
  const reached = await reach(address, { waitMs, timeoutMs: 10_000, onWaiting: () => {} })
  return openDatabase({
    address: reached.address,
    schema,
    pooled: reached.pooled,
    name: 'posthorn migrate',
    size: 2,
    timeoutMs,
  })
}

/** What moving an event costs beside its payload, and comparing it, as often as its payload. */
const shareOfPayload = 8

/**
 * About how long rows like these take to move, in milliseconds: their payloads are sent to a table of this connection's own,
 * which is gone afterwards.
 * @throws {StoreUnavailableError}
 */
export async function timeSample(database: Database, names: readonly string[], rows: readonly Row[]): Promise<number> {
  const columns = columnsOf(names)
  const made = columns.map(({ name, type }) => `${name} ${type}`).join(', ')
  return database.transaction(async (run) => {
    await run(`CREATE TEMPORARY TABLE sample (${made}) ON COMMIT DROP`)
    const startedAt = performance.now()
    await createInsert('sample', columns)(run, rows)
    return (performance.now() - startedAt) * shareOfPayload
  })
}
