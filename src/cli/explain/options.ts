import type { GatewayOptions } from '../api/gateway.ts'

/** What `posthorn explain` was told. */
export interface ExplainOptions extends GatewayOptions {
  readonly provider?: string
  readonly source?: string
  readonly secretFile?: string
  readonly publicUrl?: string
  /** Unix milliseconds. */
  readonly received?: number
  /** From 1. */
  readonly entry?: number
  readonly json?: true
}
