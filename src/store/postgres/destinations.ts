import type { DestinationChange } from '../types.ts'
import type { Database } from './database.ts'
import { durably } from './durably.ts'
import { storableOrNull } from './text.ts'

/**
 * What an operator or an answer said of a destination. Who pauses what is paused, or hears "gone" once more, does not
 * move the time since when.
 * @throws {StoreUnavailableError}
 */
export async function changeDestination(
  { transaction, tables }: Pick<Database, 'transaction' | 'tables'>,
  id: number,
  { paused, disabled }: DestinationChange,
  now: number,
): Promise<void> {
  const set = (text: string) => `UPDATE ${tables.destinations} SET ${text} WHERE id = $1`
  await transaction(async (query) => {
    await query(durably)
    if (paused === true) await query(set('paused_at = coalesce(paused_at, $2)'), [id, now])
    if (paused === false) await query(set('paused_at = NULL'), [id])
    if (disabled === null) await query(set('disabled_at = NULL, disabled_reason = NULL'), [id])
    else if (disabled !== undefined) {
      const text = set('disabled_at = coalesce(disabled_at, $2), disabled_reason = $3')
      await query(text, [id, now, storableOrNull(disabled)])
    }
  })
}
