import { Client } from 'pg'
import { StoreOpenError } from '../errors.ts'
import type { TimeAnswer } from '../server-clock.ts'
import { type Address, labelOf } from './address.ts'
import { clientConfig } from './client-config.ts'
import { sqlState, sqlStates, wordsOf } from './faults.ts'
import { rowTypes } from './row-types.ts'

/** What was found out about the server before anything is stored there. */
export interface Reached {
  /** With the kind of TLS that the server has. */
  readonly address: Address
  /** There is a pooler in between that forgets settings of a session. */
  readonly pooled: boolean
  /** What an operator should know; each a sentence. */
  readonly warnings: readonly string[]
  readonly time: TimeAnswer
}

export interface ReachOptions {
  /** For how long a server that is not there yet is waited for, in milliseconds. */
  readonly waitMs: number
  /** How long one try may take, in milliseconds. */
  readonly timeoutMs: number
  /** Told what is waited for, whenever that changes. */
  readonly onWaiting: (error: string) => void
  /** This machine's clock (`Date.now`). */
  readonly clock?: (() => number) | undefined
}

const pauseMs = { first: 100, longest: 2000 }
const oldestVersion = 13
/** Asked for when connecting, and looked at afterwards: whoever is in between may not have passed it on. */
const markerMs = 59_000

/** It will not be otherwise if it is tried again. */
class Hopeless extends Error {}

/**
 * Waits until the server is there and takes writes: in a deployment it often starts at the same time.
 * @throws {StoreOpenError} when it is not there in time, refuses, or cannot be used; the message says what to do.
 */
export async function reach(given: Address, options: ReachOptions): Promise<Reached> {
  const until = performance.now() + options.waitMs
  let [address, pooled, pause, told] = [given, false, pauseMs.first, '']
  for (;;) {
    try {
      return await look(address, pooled, options)
    } catch (error) {
      if (error instanceof StoreOpenError) throw error
      const words = wordsOf(error)
      if (address.tls === 'prefer' && /does not support SSL/i.test(words)) {
        address = { ...address, tls: 'disable' }
        continue
      }
      if (!pooled && /unsupported startup parameter/i.test(words)) {
        pooled = true
        continue
      }
      const where = `DATABASE_URL: ${labelOf(address)}: ${words}`
      if (error instanceof Hopeless || isHopeless(error)) throw new StoreOpenError(where + adviceFor(error))
      if (performance.now() + pause > until) {
        throw new StoreOpenError(`${where}; not there after ${Math.round(options.waitMs / 1000)} s`)
      }
      if (words !== told) options.onWaiting(words)
      told = words
      await new Promise((resolve) => setTimeout(resolve, pause))
      pause = Math.min(pause * 2, pauseMs.longest)
    }
  }
}

async function look(
  address: Address,
  pooled: boolean,
  { timeoutMs, clock = Date.now }: ReachOptions,
): Promise<Reached> {
  const client = new Client({
    ...clientConfig(address),
    ...(pooled
      ? {}
      : { statement_timeout: markerMs, lock_timeout: markerMs, idle_in_transaction_session_timeout: markerMs }),
    application_name: address.applicationName ?? 'posthorn',
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    types: rowTypes,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const askedAt = clock()
    const { rows } = await client.query<Record<string, unknown>>(
      `SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') AS read_only,
         current_setting('server_version_num')::integer / 10000 AS version, current_setting('server_encoding') AS encoding,
         current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
         (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS time,
         (SELECT setting::integer FROM pg_settings WHERE name = 'statement_timeout') AS marker`,
    )
    const heardAt = clock()
    return {
      address,
      pooled: pooled || rows[0]?.['marker'] !== markerMs,
      warnings: judge(rows[0] ?? {}),
      time: { time: Number(rows[0]?.['time']), askedAt, heardAt },
    }
  } finally {
    await client.end().catch(() => {})
  }
}

function judge(server: Readonly<Record<string, unknown>>): string[] {
  // A standby may be about to be promoted, so it is waited for.
  if (server['standby'] === true) throw new Error('it is a standby, which takes no writes: give the primary')
  if (server['read_only'] !== 'off') throw new Error('it takes no writes (default_transaction_read_only is on)')
  if (Number(server['version']) < oldestVersion) {
    throw new Hopeless(`it is PostgreSQL ${Number(server['version'])}: ${oldestVersion} or newer is needed`)
  }
  if (server['encoding'] !== 'UTF8') {
    throw new Hopeless(`the database's encoding is ${String(server['encoding'])}: make one with ENCODING 'UTF8'`)
  }
  return ['fsync', 'full_page_writes']
    .filter((name) => server[name] === 'off')
    .map(
      (name) =>
        `${name} is off on the database server: a loss of power there loses events that were accepted; switch it on`,
    )
}

/** Refused for who we are, for a database that is not there, or for a certificate. */
function isHopeless(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) return state.startsWith('28') || state === sqlStates.noSuchDatabase
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return (
    /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/.test(code) ||
    /does not support SSL|SASL|password must be a string/.test(wordsOf(error))
  )
}

function adviceFor(error: unknown): string {
  const state = sqlState(error)
  const words = wordsOf(error)
  if (state === sqlStates.noSuchDatabase) return '; create it, or correct the name'
  if (state?.startsWith('28') || /SASL|password must be/.test(words)) return '; correct the user or the password'
  if (/does not support SSL/.test(words)) return '; if that network is to be trusted, set sslmode=disable'
  return error instanceof Hopeless ? '' : '; correct sslmode, or give the authorities of its certificate in sslrootcert'
}
