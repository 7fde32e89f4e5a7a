import { HANDLER_SCHEDULE } from '../../delivery/schedule.ts'
import type { HandlerConfig } from '../types.ts'
import { readDelivery, readRoute } from './delivery.ts'
import type { Entry } from './entry.ts'
import type { HandlerData } from './schema.ts'

export function readHandler(_name: string, data: HandlerData, entry: Entry): HandlerConfig {
  return { at: entry.at, route: readRoute(data, entry), ...readDelivery(data, entry, HANDLER_SCHEDULE) }
}
