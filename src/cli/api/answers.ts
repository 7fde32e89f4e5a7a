import { type Static, Type } from '@sinclair/typebox'
import { Event, EventDetail } from '../../operator/schemas.ts'

/*
 * What commands read of the API's answers. No more is asked for: a gateway may be older than the command and not know the
 * rest, or newer and say more. `--json` prints all that came.
 */

const listed = [
  'id',
  'source',
  'type',
  'externalId',
  'receivedAt',
  'bodySize',
  'duplicates',
  'conflict',
  'repeated',
  'deliveries',
] as const

export const SeenEvent = Type.Pick(Event, [...listed])
export type SeenEvent = Static<typeof SeenEvent>

export const SeenEventDetail = Type.Pick(EventDetail, [...listed, 'headers', 'body', 'attempts'])
export type SeenEventDetail = Static<typeof SeenEventDetail>
