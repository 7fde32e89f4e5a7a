import type { TestContext } from 'node:test'
import { parseDatabaseUrl } from '../../../../src/store/postgres/address.ts'
import { openPostgresStore, type PostgresStoreOptions } from '../../../../src/store/postgres/store.ts'
import type { Store } from '../../../../src/store/types.ts'

/** A store on a database, closed when the test is done. */
export async function openStore(
  t: Pick<TestContext, 'after'>,
  url: string,
  options: Partial<Omit<PostgresStoreOptions, 'address'>> = {},
): Promise<Store> {
  const address = parseDatabaseUrl(url)
  if ('problem' in address) throw new Error(address.problem)
  const store = await openPostgresStore({ address, dedupRetentionMs: 35 * 86_400_000, ...options })
  t.after(() => store.close())
  return store
}
