import type { Operator } from './operator.ts'

/** What the operator's routes are given when they are loaded. */
export interface OperatorRoutes {
  readonly operator: Operator
}
