import { StoreOpenError } from '../../errors.ts'
import { MoveRefusedError } from '../../move/types.ts'
import type { Database, Query } from '../database.ts'
import type { Tables } from '../tables.ts'

/**
 * What is known of an import: one row of a table that is made only where something is imported, so that the schema of
 * those who never do stays as it is. `run` is who works on it; `replicas` is what the sequence of replicas said when it
 * began: it counts with every gateway that opens the store.
 */
export interface ImportState {
  /** Takes over, from nobody or from an earlier run, and says how far that one came. @throws {MoveRefusedError} */
  begin(): Promise<number>
  /** Notes how far it came, in the transaction that brought it there. @throws {MoveRefusedError} */
  advance(query: Query, upTo: number): Promise<void>
  /** @throws {MoveRefusedError} */
  finish(): Promise<void>
}

const tableOf = ({ schema }: Pick<Tables, 'schema'>) => `${schema}.imports`
const literal = (name: string) => `'${name.replaceAll("'", "''")}'`

interface Found {
  /** Whether there is an import that is not finished, or finished and not used yet; how far it came. */
  readonly upTo: number | null
  /** What the sequence of replicas says. */
  readonly replicas: string
  /** Why nothing may be moved there; null: it may. */
  readonly refusal: string | null
}

const selectReplicas = ({ schema }: Tables) =>
  `SELECT last_value || CASE WHEN is_called THEN '+' ELSE '' END AS replicas FROM ${schema}.replicas`

/** Looks at what is there, in a schema that was made. */
async function look(run: Query, t: Tables, gatewayName: string): Promise<Found> {
  const [now] = await run(selectReplicas(t))
  const replicas = String(now?.['replicas'])
  const [gateways] = await run(
    `SELECT count(*) AS n FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid()`,
    [gatewayName],
  )
  const isConnected = Number(gateways?.['n']) > 0 && replicas.endsWith('+')
  const connected = isConnected ? 'a gateway is connected to the database: stop it, then run this again' : null
  const [made] = await run(`SELECT to_regclass(${literal(tableOf(t))}) IS NOT NULL AS there`)
  const [known] =
    made?.['there'] === true
      ? await run(`SELECT up_to, replicas, finished_at IS NOT NULL AS finished FROM ${tableOf(t)}`)
      : []
  if (known === undefined) {
    const [found] = await run(`SELECT EXISTS (SELECT 1 FROM ${t.events}) AS events`)
    const mixed =
      found?.['events'] === true
        ? `the schema ${t.schema} there holds events of its own, which cannot be mixed with others: give an empty ` +
          'database, or another schema in DATABASE_SCHEMA'
        : null
    return { upTo: null, replicas, refusal: mixed ?? connected }
  }
  const used =
    known['replicas'] === replicas
      ? null
      : `${known['finished'] === true ? 'everything was moved there before, and' : 'since an unfinished move'} a gateway ` +
        'has worked with the database: moving again would undo what it did. To begin anew, without anything that is ' +
        `there: DROP SCHEMA ${t.schema} CASCADE`
  return { upTo: Number(known['up_to']), replicas, refusal: used ?? connected }
}

/**
 * What would be found if a move was begun now, without changing anything: how far an earlier one came, and why another
 * one would be refused.
 */
export async function inspectTarget(
  { query, tables: t }: Pick<Database, 'query' | 'tables'>,
  gatewayName: string,
): Promise<Pick<Found, 'upTo' | 'refusal'>> {
  const [made] = await query(`SELECT to_regclass(${literal(t.migrations)}) IS NOT NULL AS there`)
  return made?.['there'] === true ? look(query, t, gatewayName) : { upTo: null, refusal: null }
}

export function createImportState(
  { query, transaction, tables: t }: Database,
  { run: id, gatewayName }: { readonly run: string; readonly gatewayName: string },
): ImportState {
  const table = tableOf(t)
  return {
    async begin() {
      await query(
        `CREATE TABLE IF NOT EXISTS ${table} (
           id          integer     PRIMARY KEY CHECK (id = 1),
           run         uuid        NOT NULL,
           up_to       bigint      NOT NULL,
           replicas    text        NOT NULL,
           started_at  timestamptz NOT NULL DEFAULT now(),
           finished_at timestamptz
         )`,
      )
      return transaction(async (run) => {
        await run(`LOCK TABLE ${table} IN EXCLUSIVE MODE`)
        const { upTo, replicas, refusal } = await look(run, t, gatewayName)
        if (refusal !== null) throw new MoveRefusedError(refusal)
        if (upTo === null) {
          await run(`INSERT INTO ${table} (id, run, up_to, replicas) VALUES (1, $1, -1, $2)`, [id, replicas])
        } else {
          await run(`UPDATE ${table} SET run = $1, finished_at = NULL`, [id])
        }
        return upTo ?? -1
      })
    },

    async advance(run, upTo) {
      const rows = await run(`UPDATE ${table} SET up_to = greatest(up_to, $2) WHERE run = $1 RETURNING id`, [id, upTo])
      if (rows.length === 0)
        throw new MoveRefusedError('another posthorn migrate has taken over: see how that one does')
    },

    finish: () =>
      transaction(async (run) => {
        // What was committed before without waiting for the disk is there with this.
        await run('SET LOCAL synchronous_commit = on')
        const rows = await run(
          `UPDATE ${table} SET finished_at = now() WHERE run = $1 AND replicas = (${selectReplicas(t)}) RETURNING id`,
          [id],
        )
        if (rows.length === 0) {
          throw new MoveRefusedError('a gateway was started on the database meanwhile, or another posthorn migrate')
        }
      }),
  }
}

/**
 * A gateway must not work with a store into which not everything was moved: it would take for new what is not there yet.
 * @throws {StoreOpenError}
 */
export async function refuseUnfinished({ query, tables: t }: Pick<Database, 'query' | 'tables'>): Promise<void> {
  const [found] = await query(`SELECT to_regclass(${literal(tableOf(t))}) IS NOT NULL AS there`)
  if (found?.['there'] !== true) return
  const [row] = await query(`SELECT finished_at IS NULL AS unfinished FROM ${tableOf(t)}`)
  if (row?.['unfinished'] !== true) return
  throw new StoreOpenError(
    'events are being moved into it and not all of them are there: let "posthorn migrate" finish, or run it again',
  )
}
