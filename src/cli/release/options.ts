import type { GatewayOptions } from '../api/gateway.ts'

/** What `posthorn release` was told. */
export interface ReleaseOptions extends GatewayOptions {
  readonly source?: string
  readonly cause?: string
  /** ISO 8601. */
  readonly from?: string
  readonly until?: string
  readonly all?: true
  /** Per second. */
  readonly rate: number
  readonly dryRun?: true
  readonly yes?: true
  readonly json?: true
}
