import { Pool, type PoolClient } from 'pg'
import { StoreOpenError, StoreUnavailableError } from '../errors.ts'
import type { Row } from '../sql/rows.ts'
import type { Address } from './address.ts'
import { clientConfig } from './client-config.ts'
import { explain, isLost, isTransient } from './faults.ts'
import { rowTypes } from './row-types.ts'
import { type Tables, tablesOf } from './tables.ts'

export interface DatabaseOptions {
  readonly address: Address
  /** Schema in which the tables are. */
  readonly schema: string
  /** Connections at most. */
  readonly size: number
  /** How long one statement may take, waiting for a connection included, in milliseconds. */
  readonly timeoutMs: number
  /** What PostgreSQL shows of who is connected. */
  readonly name: string
  /** A pooler in between forgets what was set for a session, and refuses to be told. */
  readonly pooled: boolean
}

/** Runs one statement and gives its rows. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>

/**
 * Connections to the database, made when they are needed and made anew when they are lost.
 *
 * Nothing here relies on a session: no statement is prepared by name, nothing is set but for one transaction, so that a
 * pooler which gives every transaction another connection (PgBouncer's `transaction` mode) changes nothing.
 */
export interface Database {
  readonly tables: Tables
  /**
   * One statement, which is its own transaction.
   * @throws {StoreUnavailableError} whatever went wrong; of what was to be written nobody knows then whether it is.
   */
  readonly query: Query
  /**
   * Several statements in one transaction (`READ COMMITTED`: each sees what was committed before it).
   * @throws {StoreUnavailableError}
   */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>
  /** Lets statements end that are under way, and closes. */
  close(): Promise<void>
}

/** How often what two transactions did to each other is tried again. */
const maxTries = 5

export function openDatabase(options: DatabaseOptions): Database {
  const { timeoutMs, pooled } = options
  const pool = new Pool({
    ...clientConfig(options.address),
    ...(pooled ? {} : { statement_timeout: timeoutMs, lock_timeout: timeoutMs }),
    ...(pooled ? {} : { idle_in_transaction_session_timeout: timeoutMs * 2 }),
    application_name: options.name,
    types: rowTypes,
    max: options.size,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    idleTimeoutMillis: 60_000,
    ...(pooled ? {} : { verify: spareCompiling }),
    // A peer that went away without a word is noticed between statements too.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  })
  // A connection that is lost while nobody uses it: the pool has dropped it, and the next statement makes another.
  pool.on('error', () => {})
  // One that is lost while it is used says so to whoever uses it, and to everybody who listens, or to the process.
  pool.on('connect', (client) => client.on('error', () => {}))

  async function attempt<T>(run: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    let lost: Error | undefined
    try {
      return await run(client)
    } catch (error) {
      // What state it is in nobody knows, unless the server itself said what is wrong with the statement.
      if (isLost(error)) lost = error instanceof Error ? error : new Error(String(error))
      throw error
    } finally {
      client.release(lost)
    }
  }

  async function guarded<T>(run: (client: PoolClient) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(run)
      } catch (error) {
        if (tries < maxTries && isTransient(error)) continue
        throw error instanceof StoreUnavailableError || error instanceof StoreOpenError ? error : explain(error)
      }
    }
  }

  const rowsOf = async (client: PoolClient, text: string, values: readonly unknown[] = []) =>
    (await client.query<Record<string, unknown>>(text, [...values])).rows

  async function inTransaction<T>(client: PoolClient, work: (query: Query) => Promise<T>): Promise<T> {
    await client.query('BEGIN')
    try {
      if (pooled)
        await client.query(
          `SET LOCAL statement_timeout = ${timeoutMs}; SET LOCAL lock_timeout = ${timeoutMs}; SET LOCAL jit = off`,
        )
      const result = await work((text, values) => rowsOf(client, text, values))
      await client.query('COMMIT')
      return result
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {})
      throw error
    }
  }

  let closed: Promise<void> | null = null
  return {
    tables: tablesOf(options.schema),
    query: (text, values) => guarded((client) => rowsOf(client, text, values)),
    transaction: (work) => guarded((client) => inTransaction(client, work)),
    close() {
      closed ??= pool.end()
      return closed
    },
  }
}

/**
 * A statement that looks at some thousand rows one by one seems expensive enough to be compiled first, which takes several
 * times as long as the statement does (https://www.postgresql.org/docs/current/jit-decision.html).
 */
function spareCompiling(client: PoolClient, done: () => void): void {
  // Whatever is wrong with the connection, the next statement will meet.
  void client.query('SET jit = off', () => done())
}
