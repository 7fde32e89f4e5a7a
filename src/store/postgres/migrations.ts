import { createAccept } from './schema/accept.ts'
import { createClaim } from './schema/claim.ts'
import { createNotesTable } from './schema/notes.ts'
import { createOrdering } from './schema/ordering.ts'
import { createProbe } from './schema/probe.ts'
import { createPrune } from './schema/prune.ts'
import { createRenewal } from './schema/renewal.ts'
import { createTables } from './schema/tables.ts'
import type { Tables } from './tables.ts'

/** One step of the schema. */
export interface Migration {
  readonly sql: (tables: Tables) => string
  /**
   * The oldest version of the schema whose code goes on working once this step is done. While a new release is rolled
   * out, replicas of the old one work with the new schema: so this stays where it is unless a step takes something away.
   */
  readonly worksWith: number
}

/**
 * Forward only; a landed migration is never edited. The index in this list plus one is the schema's version.
 *
 * What is done per batch are functions: one round trip and one commit whatever they do, each of their statements sees
 * what was committed before it, and the server keeps their plans, which spares preparing statements that a pooler would
 * lose. Their names carry a number: a function whose meaning changes is a new one, and the old one stays until no
 * release calls it any more, so that the replicas of both can work at the same time.
 */
export const migrations: readonly Migration[] = [
  {
    sql: (tables) =>
      [createTables, createOrdering, createRenewal, createAccept, createClaim, createPrune, createProbe]
        .map((create) => create(tables))
        .join('\n'),
    worksWith: 1,
  },
  { sql: createNotesTable, worksWith: 1 },
]
