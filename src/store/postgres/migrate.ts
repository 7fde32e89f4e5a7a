import { StoreOpenError } from '../errors.ts'
import type { Database, Query } from './database.ts'
import { migrations } from './migrations.ts'
import type { Tables } from './tables.ts'

/** Any number that other programs are unlikely to have chosen too: "post" in ASCII, twice. */
const lock = '8101814089270949748'

/**
 * Brings the schema up to date, one transaction per step. The lock lasts for that transaction, so it holds through a
 * pooler too: of several replicas that start at once one takes the step, and the others see that it was taken.
 * @throws {StoreOpenError} when the schema is another program's, or of a Posthorn that this one cannot work beside.
 */
export async function migrate(database: Database): Promise<void> {
  const { tables } = database
  for (;;) {
    const version = await database.transaction(async (query) => {
      await query(`SELECT pg_advisory_xact_lock(${lock})`)
      return step(query, tables)
    })
    if (version >= migrations.length) return
  }
}

/** Takes the next step, if there is one; gives the version that the schema has then. */
async function step(query: Query, tables: Tables): Promise<number> {
  const [found] = await query('SELECT to_regclass($1) IS NOT NULL AS ours', [tables.migrations])
  if (found?.['ours'] !== true) await create(query, tables)
  const [row] = await query(
    `SELECT coalesce(max(version), 0) AS version, coalesce(max(works_with), 0) AS works_with FROM ${tables.migrations}`,
  )
  const version = Number(row?.['version'])
  if (Number(row?.['works_with']) > migrations.length) {
    throw new StoreOpenError(
      `the schema ${tables.schema} was changed by a newer Posthorn (version ${version}, this one knows ${migrations.length}): run that version`,
    )
  }
  const next = migrations[version]
  if (next === undefined) return version
  await query(next.sql(tables))
  await query(`INSERT INTO ${tables.migrations} (version, works_with) VALUES ($1, $2)`, [version + 1, next.worksWith])
  return version + 1
}

async function create(query: Query, tables: Tables): Promise<void> {
  const [row] = await query('SELECT count(*) AS tables FROM pg_class WHERE relnamespace = to_regnamespace($1)', [
    tables.schema,
  ])
  if (row?.['tables'] !== 0) throw new StoreOpenError(`the schema ${tables.schema} holds tables of another program`)
  // Whoever may not make one may still have been given one.
  const [schema] = await query('SELECT to_regnamespace($1) IS NULL AS missing', [tables.schema])
  if (schema?.['missing'] === true) await query(`CREATE SCHEMA ${tables.schema}`)
  await query(
    `CREATE TABLE ${tables.migrations} (
       version    integer PRIMARY KEY,
       works_with integer NOT NULL,
       taken_at   timestamptz NOT NULL DEFAULT now()
     )`,
  )
}
