import type { GatewayOptions } from '../api/gateway.ts'

/** Which deliveries, and how. */
export interface ManyOptions extends GatewayOptions {
  readonly state?: string
  readonly destination?: string
  readonly source?: string
  readonly type?: string
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

export type DiscardOptions = ManyOptions

/** What `posthorn replay` was told. */
export interface ReplayOptions extends ManyOptions {
  readonly to?: string
  readonly move?: true
}
