import type { CapturedSecrets } from '../handshakes/captured-secrets.ts'
import type { Operator } from './operator.ts'
import type { Quarantine } from './quarantine.ts'

/** What the operator's routes are given when they are loaded. */
export interface OperatorRoutes {
  readonly operator: Operator
  /** What senders brought in handshakes. */
  readonly captured: CapturedSecrets
  /** What is done with refused requests. */
  readonly quarantine: Quarantine
}
