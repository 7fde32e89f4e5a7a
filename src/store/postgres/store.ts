import { byServerClock } from '../by-server-clock.ts'
import { StoreOpenError } from '../errors.ts'
import { decodeEventId } from '../event-id.ts'
import { type RejectionLimits, rejectionLimits } from '../rejection-limits.ts'
import { type ComparedClock, createServerClock } from '../server-clock.ts'
import type { Store, StoreStatus } from '../types.ts'
import { createAcceptCalls } from './accept-call.ts'
import { createAccepts } from './accepts.ts'
import type { Address } from './address.ts'
import { createClaims } from './claims.ts'
import { type Database, openDatabase } from './database.ts'
import { changeDestination } from './destinations.ts'
import { refuseUnfinished } from './import/state.ts'
import { migrate } from './migrate.ts'
import { createNames } from './names.ts'
import { prune } from './prune.ts'
import { createQueries } from './queries.ts'
import { reach } from './reach.ts'
import { createSettled } from './settled.ts'
import { createSettles } from './settles.ts'
import { createTallies } from './tallies.ts'

export interface PostgresStoreOptions {
  readonly address: Address
  /** Schema in which the tables are, made if there is none (`posthorn`). */
  readonly schema?: string
  /** Connections at most, at least 3 (10). */
  readonly poolSize?: number
  readonly dedupRetentionMs: number
  /** How long an accept may wait for its commit, in milliseconds (1,000). */
  readonly timeoutMs?: number
  /** How many events may wait for a commit (10,000). */
  readonly maxPendingEvents?: number
  /** How many bytes of bodies may wait (128 MiB). */
  readonly maxPendingBytes?: number
  /** How many rejections are kept, and how large (10,000 in 256 MiB, bodies up to 1 MiB). */
  readonly rejections?: Partial<RejectionLimits>
  /** How many rows one question may look at (50,000). */
  readonly scanRows?: number
  /** For how long a server that is not there yet is waited for at the start, in milliseconds (60,000). */
  readonly waitMs?: number
  /** This machine's clock (`Date.now`). */
  readonly clock?: () => number
  /** Told at the start what is waited for. */
  readonly onWaiting?: (error: string) => void
  /** Told what an operator should know, mostly at the start; each a sentence. */
  readonly onWarning?: (warning: string) => void
  /** Told of every commit: how many events shared it, and the seconds until it was durable. */
  readonly onCommit?: (events: number, seconds: number) => void
}

/** Accepts have connections of their own: whatever else goes on, none of them waits for one. */
const acceptConnections = 2
/** How long any other statement may take. */
const workTimeoutMs = 10_000
/** So that a batch that waits for another's keys is answered, not cut off. */
const lockShare = 0.8

/**
 * A store in PostgreSQL, which any number of replicas may have open.
 * @throws {StoreOpenError} when the database cannot be used; the message says what to do.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { schema = 'posthorn', timeoutMs = 1000, poolSize = 10 } = options
  const { address, pooled, warnings } = await reach(options.address, {
    waitMs: options.waitMs ?? 60_000,
    timeoutMs: Math.max(timeoutMs, 5000),
    onWaiting: options.onWaiting ?? (() => {}),
  })
  for (const warning of warnings) options.onWarning?.(warning)
  const name = address.applicationName ?? 'posthorn'
  const work = openDatabase({
    address,
    schema,
    pooled,
    name,
    size: Math.max(1, poolSize - acceptConnections),
    timeoutMs: workTimeoutMs,
  })
  const clock = createServerClock({
    ask: () => timeOf(work),
    local: options.clock,
    server: 'the database',
    onWarning: options.onWarning ?? (() => {}),
  })
  let replica: number
  try {
    await migrate(work)
    await refuseUnfinished(work)
    replica = await takeNumber(work)
    await clock.compare()
  } catch (error) {
    await work.close()
    if (error instanceof StoreOpenError) throw new StoreOpenError(`DATABASE_URL: ${error.message}`)
    throw new StoreOpenError(`DATABASE_URL: ${error instanceof Error ? error.message : String(error)}`)
  }
  const intake = openDatabase({ address, schema, pooled, name, size: acceptConnections, timeoutMs })
  clock.keep()
  return byServerClock({ ...assemble(options, work, intake, replica, clock), doubts: () => warnings }, clock)
}

async function timeOf({ query }: Database): Promise<number> {
  const [row] = await query('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now')
  return Number(row?.['now'])
}

async function takeNumber({ query, tables }: Database): Promise<number> {
  const [row] = await query(`SELECT nextval('${tables.schema.replaceAll("'", "''")}.replicas') AS number`)
  return Number(row?.['number'] ?? 0)
}

function assemble(
  options: PostgresStoreOptions,
  work: Database,
  intake: Database,
  replica: number,
  clock: ComparedClock,
): Omit<Store, 'doubts'> {
  const { dedupRetentionMs, timeoutMs = 1000 } = options
  const { query, tables } = work
  let status: StoreStatus = { state: 'ready', error: null }
  const learn = (now: StoreStatus) => {
    status = now
  }
  const names = createNames(work)
  const tallies = createTallies(work)
  const calls = createAcceptCalls({
    database: intake,
    names: createNames(intake),
    tallies,
    clock,
    dedupRetentionMs,
    lockMs: Math.ceil(timeoutMs * lockShare),
  })
  const accepts = createAccepts({
    calls,
    replica,
    timeoutMs,
    maxPendingEvents: options.maxPendingEvents ?? 10_000,
    maxPendingBytes: options.maxPendingBytes ?? 128 * 1024 * 1024,
    onCommit: options.onCommit ?? (() => {}),
    learn,
  })
  const claims = createClaims(work, names)
  const settles = createSettles({ database: work, names, tallies, claims })
  const queries = createQueries({
    database: work,
    names,
    settled: createSettled(work),
    tallies,
    clock,
    scanRows: options.scanRows ?? 50_000,
    rejections: { ...rejectionLimits, ...options.rejections },
  })

  async function close(): Promise<void> {
    clock.stop()
    await accepts.close()
    await settles.close()
    // What cannot be written any more is known after a while anyhow.
    await claims.giveUp(clock.now()).catch(() => {})
    await tallies.flush().catch(() => {})
    await Promise.all([intake.close(), work.close()])
  }

  let closed: Promise<void> | null = null
  return {
    engine: 'postgres',
    shared: true,
    clockAhead: clock.ahead,
    ...queries,
    accept: accepts.accept,
    claim: claims.claim,
    settle: settles.settle,
    async replay(id, now, destination) {
      const seq = decodeEventId(id)
      if (seq === null) return false
      const ids = destination === undefined ? [] : await names.destinations([destination])
      const [row] = await query(`SELECT ${tables.schema}.replay_1($1, $2, $3) AS found`, [seq, ids[0] ?? null, now])
      return row?.['found'] === true
    },
    setDestination: async (name, change, now) => {
      const [id = 0] = await names.destinations([name])
      await changeDestination(work, id, change, now)
    },
    prune: (pruneOptions) => prune(work, pruneOptions),
    async probe() {
      try {
        const [row] = await intake.query(`SELECT ${tables.schema}.probe_1($1, $2) AS durable`, [replica, clock.now()])
        learn(
          row?.['durable'] === true
            ? { state: 'ready', error: null }
            : { state: 'failing', error: 'synchronous_commit is off' },
        )
      } catch (error) {
        learn({ state: 'failing', error: error instanceof Error ? error.message : String(error) })
      }
      return status
    },
    status: () => status,
    backlog: accepts.backlog,
    close() {
      closed ??= close()
      return closed
    },
  }
}
