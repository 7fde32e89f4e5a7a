import type { BreakerPolicy } from '../delivery/breaker.ts'
import type { Schedule } from '../delivery/schedule.ts'
import type { Transform } from '../delivery/transform.ts'
import type { Provider } from '../providers/types.ts'
import type { RedisAddress } from '../redis/address.ts'
import type { Address } from '../store/postgres/address.ts'
import type { SourceSecrets } from '../verification/types.ts'
import type { QueueJobOptions } from './define-config.ts'
import type { SettingView } from './described.ts'
import type { TracingConfig } from './tracing.ts'

/** A path that a sender posts to: `/webhook/<name>`. */
export interface SourceConfig {
  readonly name: string
  readonly provider: Provider
  /**
   * Null: nothing is verified, or the sender brings its secret in a handshake. Nothing is verified of the default source
   * where no secret at all is configured, and of a named one that is taken at its address alone: then `allow` is not null.
   */
  readonly secrets: SourceSecrets | null
  /** What a sender must say in its handshake; null: not configured. */
  readonly verifyToken: string | null
  /** Addresses and CIDR ranges that may send, beside having a secret; null: any. */
  readonly allow: readonly string[] | null
  /** Seconds; null: the provider's own. */
  readonly toleranceSeconds: number | null
  /** Bytes. */
  readonly bodyLimit: number
  /** Whether the 200 repeats the payload. */
  readonly echo: boolean
}

/** A query as MongoDB has them, over `{ headers, body }`; checked: data and regular expressions, no code. */
export type FilterQuery = Readonly<Record<string, unknown>>

/** Which events something takes: all that is not null must be true of them. */
export interface RouteConfig {
  /** Names of sources, or patterns. */
  readonly from: readonly string[] | null
  /** Types of event, or patterns. */
  readonly types: readonly string[] | null
  readonly filter: FilterQuery | null
}

/** How a delivery is attempted. */
export interface DeliverySettings {
  /** Attempts under way at once. */
  readonly concurrency: number
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number
  readonly schedule: Schedule
  /** What events are kept in order by: a JSON pointer, or `header:` and a name in lower case. Left out: no order. */
  readonly orderBy?: string
}

/** What every destination of the configuration file has, of whichever kind. */
export interface TargetConfig extends DeliverySettings {
  /** Deliveries are stored under it. */
  readonly name: string
  readonly route: RouteConfig
  /** Null: handed on as it came. */
  readonly transform: Transform | null
  /** Attempts begun per second; left out: no limit. */
  readonly ratePerSecond?: number
  /** When it is left alone because it only fails; null: never. Left out: as by default. */
  readonly breaker?: BreakerPolicy | null
}

/** A BullMQ queue of the configuration file. */
export interface QueueConfig extends TargetConfig {
  readonly queue: string
  /** May hold credentials: never log it. */
  readonly redis: RedisAddress
  /** PEM of the authorities that are trusted beside the usual ones; null: those alone. */
  readonly ca: string | null
  /** What its keys begin with; null: BullMQ's own. */
  readonly prefix: string | null
  readonly jobOptions: QueueJobOptions
}

/** A URL of the configuration file. */
export interface DestinationConfig extends TargetConfig {
  /** May hold credentials: never log it. */
  readonly url: URL
  /** `whsec_…`; null: not signed. */
  readonly secret: string | null
  /** Added to every request; names in lower case. May hold credentials. */
  readonly headers: Readonly<Record<string, string>>
  /** Null: the engine's own. */
  readonly connectTimeoutMs: number | null
  /** Statuses that end a delivery at once. */
  readonly fatalStatuses: readonly number[]
  /** PEM of the authorities that are trusted beside the usual ones; null: those alone. */
  readonly ca: string | null
}

/** What the configuration file says about a handler; what it leaves out is as for every handler. */
export interface HandlerConfig extends Partial<DeliverySettings> {
  /** Where it says so, for messages. */
  readonly at: string
  readonly route: RouteConfig
}

/** The PostgreSQL in which events are stored. */
export interface DatabaseConfig {
  /** Holds credentials: never log it. */
  readonly address: Address
  readonly schema: string
  readonly poolSize: number
}

/** The Redis in which events are stored. */
export interface RedisConfig {
  /** Holds credentials: never log it. */
  readonly address: RedisAddress
  readonly prefix: string
  /** PEM of the authorities that are trusted beside the usual ones; null: those alone. */
  readonly ca: string | null
  readonly durability: 'strict' | 'trusted' | 'relaxed'
}

/** Everything the gateway was told, validated; frozen. Secrets are in here: never log it. */
export interface Config {
  readonly production: boolean
  readonly port: number
  readonly host: string
  readonly dataDir: string
  /** Where events are stored instead of `dataDir`; null: they are not. */
  readonly database: DatabaseConfig | null
  /** Likewise. */
  readonly redis: RedisConfig | null
  /** The source of every event whose path segment names no source. */
  readonly defaultSource: SourceConfig
  /** False: named sources have secrets but the default source has none, so it rejects everything (401). */
  readonly defaultSourceOpen: boolean
  /** Named sources by name. */
  readonly sources: ReadonlyMap<string, SourceConfig>
  /** Milliseconds. */
  readonly dedupRetentionMs: number
  readonly eventRetentionMs: number
  /** The configuration file; null: there is none. */
  readonly configFile: string | null
  /** Of the configuration file, in its order. */
  readonly destinations: readonly DestinationConfig[]
  /** Of the configuration file too. */
  readonly queues: readonly QueueConfig[]
  /** By the name of the file in `handlers/`, without its ending. */
  readonly handlers: ReadonlyMap<string, HandlerConfig>
  /** Whether rejected requests are kept for the operator. */
  readonly keepRejections: boolean
  /** Opens the operator's routes. Null: they are open to this machine only, and in production to nobody. */
  readonly adminToken: string | null
  /** Opens them for looking only. Null: nobody may only look. */
  readonly viewerToken: string | null
  /** Hosts in private networks that the operator may send test requests to, as a URL writes them: with a port or without. */
  readonly sendHosts: readonly string[]
  /** `*` or one origin such as `https://example.com`. */
  readonly corsOrigin: string
  /** CIDRs or addresses whose forwarding headers are believed. */
  readonly trustProxy: readonly string[]
  /** Where those say the sender's address, in lower case; null: X-Forwarded-For. */
  readonly trustProxyHeader: string | null
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
  /** Whether traces are recorded, and how; `provided`: by an SDK that is there already; null: nobody asked. */
  readonly tracing: TracingConfig | 'provided' | null
  /** Things the operator should know, one line each; logged as warnings at start. */
  readonly warnings: readonly string[]
  /** Every setting as it counts, for the operator to look at; no secret is in here. */
  readonly settings: readonly SettingView[]
}
