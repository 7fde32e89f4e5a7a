import type { Config } from '../config/types.ts'
import { durabilityOf } from '../operator/engine.ts'
import { StoreOpenError } from '../store/errors.ts'
import { type Finding, fail, ok, warn } from './findings.ts'

const timeoutMs = 5_000

/** Whether what keeps the events is there and keeps them through a loss of power. A database is asked; nothing is changed. */
export async function checkStore({ database }: Config): Promise<readonly Finding[]> {
  if (database === null) return [ok('store', durabilityOf('sqlite'))]
  // Loaded where it is asked for: it is not small.
  const { reach } = await import('../store/postgres/reach.ts')
  try {
    const { warnings } = await reach(database.address, { waitMs: 0, timeoutMs, onWaiting: () => {} })
    if (warnings.length === 0) return [ok('store', durabilityOf('postgres'))]
    return warnings.map((text) => warn('store', `${text.charAt(0).toUpperCase()}${text.slice(1)}: switch it on.`))
  } catch (error) {
    if (error instanceof StoreOpenError) return [fail('store', `${error.message}.`)]
    throw error
  }
}
