import { type Static, Type } from '@sinclair/typebox'
import { Event, EventDetail } from '../../operator/schemas.ts'

/*
 * What commands read of the API's answers. No more is asked for: a gateway may be older than the command and not know the
 * rest, or newer and say more. `--json` prints all that came.
 */

/** They are printed, and become part of paths: what answers may be no gateway at all. */
const id = Type.String({ pattern: '^evt_[0-9a-z]{1,40}$' })

const listed = [
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

export const SeenEvent = Type.Object({ ...Type.Pick(Event, [...listed]).properties, id })
export type SeenEvent = Static<typeof SeenEvent>

const whole = Type.Pick(EventDetail, [...listed, 'headers', 'body', 'attempts'])
export const SeenEventDetail = Type.Object({ ...whole.properties, id })
export type SeenEventDetail = Static<typeof SeenEventDetail>
