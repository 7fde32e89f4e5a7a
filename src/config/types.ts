import type { Provider } from '../providers/types.ts'
import type { SourceSecrets } from '../verification/types.ts'

/** A path that a sender posts to: `/webhook/<name>`. */
export interface SourceConfig {
  readonly name: string
  readonly provider: Provider
  /** Null: nothing is verified (only ever the default source, and only when no secret at all is configured). */
  readonly secrets: SourceSecrets | null
  /** Seconds; null: the provider's own. */
  readonly toleranceSeconds: number | null
  /** Bytes. */
  readonly bodyLimit: number
  /** Whether the 200 repeats the payload. */
  readonly echo: boolean
}

/** Everything the gateway was told, validated; frozen. Secrets are in here: never log it. */
export interface Config {
  readonly production: boolean
  readonly port: number
  readonly host: string
  readonly dataDir: string
  /** The source of every event whose path segment names no source. */
  readonly defaultSource: SourceConfig
  /** False: named sources have secrets but the default source has none, so it refuses everything (401). */
  readonly defaultSourceOpen: boolean
  /** Named sources by name. */
  readonly sources: ReadonlyMap<string, SourceConfig>
  /** Milliseconds. */
  readonly dedupRetentionMs: number
  readonly eventRetentionMs: number
  /** `*` or one origin such as `https://example.com`. */
  readonly corsOrigin: string
  /** CIDRs or addresses whose forwarding headers are believed. */
  readonly trustProxy: readonly string[]
  /** Without a slash at its end. */
  readonly publicUrl: string | null
  /** May hold credentials: never log one. */
  readonly forwardUrls: readonly string[]
  /** `whsec_…` */
  readonly forwardSecret: string | null
  readonly handlersDir: string
  readonly logLevel: string
  readonly logPretty: boolean
  readonly logPayloads: boolean
  readonly drainMs: number
  /** How long an accept may wait for the store before it is answered 503. */
  readonly storeTimeoutMs: number
  /** How many events may wait for a commit before new ones are answered 503. */
  readonly maxPendingEvents: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  readonly maxConnections: number
  /** Requests that one client address may make to the webhook routes in a minute; 0: no limit. */
  readonly rateLimitPerMinute: number
  /** Deliveries in flight per destination. */
  readonly deliveryConcurrency: number
  readonly deliveryTimeoutMs: number
  /** Things the operator should know, one line each; logged as warnings at start. */
  readonly warnings: readonly string[]
}
