import type { GatewayOptions } from '../api/gateway.ts'

/** What `posthorn events` was told. */
export interface EventsOptions extends GatewayOptions {
  readonly source?: string
  readonly type?: string
  readonly status?: string
  /** ISO 8601. */
  readonly from?: string
  readonly until?: string
  readonly text?: string
  readonly limit: number
  readonly all?: true
  readonly body?: true
  readonly json?: true
}
