import { parsePosition } from './position.ts'
import { parsePosition as parseQueuePosition } from './redis/position.ts'
import type { StoreEngine } from './types.ts'

/** Whether a store of this engine may have given it out with a page of deliveries. */
export function isDeliveryCursor(cursor: string, engine: StoreEngine): boolean {
  return (engine === 'redis' ? parseQueuePosition(cursor) : parsePosition(cursor)) !== null
}
