import type { GatewayOptions } from '../api/gateway.ts'
import type { SelectionOptions } from '../api/selection.ts'

/** What `posthorn listen` was told. */
export interface ListenOptions extends GatewayOptions, SelectionOptions {
  readonly forwardTo: URL
  /** The id after which to begin. */
  readonly since?: string
  readonly resume?: true
  readonly cursor?: string
  /** JSON, or a file with it. */
  readonly filter?: string
  readonly secretFile?: string
  readonly unsigned?: true
  /** Name and value. */
  readonly header?: readonly (readonly [string, string])[]
  readonly retry?: true
  /** Seconds. */
  readonly timeout: number
  readonly concurrency: number
  readonly lines?: true
  readonly json?: true
}
