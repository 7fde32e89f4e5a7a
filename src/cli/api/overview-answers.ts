import { type Static, Type } from '@sinclair/typebox'
import { Overview, Warning } from '../../operator/overview-schema.ts'

/** What `posthorn status` reads of the overview; the rest, the counts of every minute, is for `--json`. */
export const SeenOverview = Type.Object({
  ...Type.Pick(Overview, ['version', 'uptimeSeconds', 'store', 'totals', 'backlog']).properties,
  warnings: Type.Array(Type.Pick(Warning, ['level', 'text'])),
})
export type SeenOverview = Static<typeof SeenOverview>
