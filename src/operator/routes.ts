import type { CapturedSecrets } from '../handshakes/captured-secrets.ts'
import type { Operator } from './operator.ts'
import type { Quarantine } from './quarantine.ts'

/** What the operator's routes are given when they are loaded. */
export interface OperatorRoutes {
  readonly operator: Operator
  /** What senders brought in handshakes. */
  readonly captured: CapturedSecrets
  /** What the paths of all routes begin with, where another app has the server; without a slash at its end. */
  readonly below: string
  /** What is done with rejected requests. */
  readonly quarantine: Quarantine
}
