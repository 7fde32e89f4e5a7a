import type { DestinationOptions, HandlerOptions, SourceOptions } from '../config/define-config.ts'
import type { Environment } from '../config/environment.ts'
import type { Handler } from '../delivery/define-handler.ts'

/** A function for one type of event, with how it is called where that differs from every handler's. */
export interface HandlerEntry extends HandlerOptions {
  readonly handler: Handler
}

/**
 * What `app.register(posthorn, …)` takes: what a configuration file says, the settings of docs/settings.md in camel case,
 * and what only a program can say. Nothing is read from the environment, and no file, unless an option says so.
 */
export interface PosthornOptions extends SettingOptions {
  /** By name, as in `/webhook/<name>`: lower-case letters and digits, joined by dashes. */
  readonly sources?: Readonly<Record<string, SourceOptions>>
  /** By name. Deliveries are stored under it: what waits for `orders` goes to whatever is named `orders`. */
  readonly destinations?: Readonly<Record<string, DestinationOptions>>
  /** Functions by the type of event they take; `_all` takes every event. Their deliveries are stored as `handler:<name>`. */
  readonly handlers?: Readonly<Record<string, Handler | HandlerEntry>>
  /** What all routes begin with, below the prefix of the scope they are registered in: `/hooks` makes `/hooks/webhook/…`. */
  readonly prefix?: string
  /** Where variables are read from: `process.env` for all that docs/settings.md lists. By default nowhere. */
  readonly env?: Environment
  /** Whether the operator's routes and the console are there, behind `adminToken`. By default not. */
  readonly operator?: boolean
  /** Whether `GET /health` is there. By default not: `app.posthorn.isReady()` is for a health route of your own. */
  readonly health?: boolean
  /** The least serious messages that are logged; by default as the app's own log. */
  readonly logLevel?: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  /** Told when only a restart can repair the store. Until then every event is answered 503. */
  readonly onBroken?: (error: Error) => void
}

/** Settings of docs/settings.md under their names in camel case; a test keeps the two together. */
export interface SettingOptions {
  /** Where events are stored; made if missing. By default `./data`. */
  readonly dataDir?: string
  /** `postgres://…`: events are stored there instead, and any number of processes may share it. */
  readonly databaseUrl?: string
  /** The schema of that database in which the tables are. By default `posthorn`. */
  readonly databaseSchema?: string
  /** Connections of this process to that database, at most. By default 10. */
  readonly databasePoolSize?: number
  /** `redis://…`: events are stored there instead, and any number of processes may share it. */
  readonly redisUrl?: string
  /** What the keys in that Redis begin with. By default `posthorn`. */
  readonly redisPrefix?: string
  /** A PEM file of authorities that may have signed its certificate, beside the usual ones. */
  readonly redisCaFile?: string
  /** Whether to start where it could lose accepted events. By default `strict`: no. */
  readonly redisDurability?: 'strict' | 'trusted' | 'relaxed'
  /** Of every path that names no source. Taken exactly, spaces and all. */
  readonly webhookSecret?: string
  /** Also accepted, while the sender moves from this secret to the new one. */
  readonly webhookSecretPrevious?: string
  /** The one header in which senders of the default source carry an HMAC over the body. */
  readonly webhookHeader?: string
  /** Addresses and CIDR ranges that may send to the default source, beside having its secret. */
  readonly webhookAllow?: string | readonly string[]
  /** False: start even where events would be taken without a secret, to try things out. By default true. */
  readonly requireSignature?: boolean
  /** How far a signed time may be from now; by default the provider's own. */
  readonly timestampToleranceSeconds?: number
  /** How long an event is remembered so that its repeat is known. */
  readonly dedupRetentionDays?: number
  /** How long an event's headers and body are kept. By default 14. */
  readonly eventRetentionDays?: number
  /** Whether rejected requests are kept for the operator. By default true. */
  readonly keepRejections?: boolean
  /** Largest body taken, in bytes or as in `'10mb'`. The app's own `bodyLimit` does not count here. */
  readonly bodyLimit?: number | string
  /** Where senders reach the app, without any prefix: for signatures that cover the URL. */
  readonly publicUrl?: string
  /** The web origin that may call the webhook routes from a browser; by default `*`. */
  readonly corsOrigin?: string
  /** URLs to which every accepted event is delivered. */
  readonly forwardUrl?: string | readonly string[]
  /** `whsec_…`: signs what is delivered. */
  readonly forwardSecret?: string
  /** A folder of handlers, as in docs/delivery.md. By default there is none. */
  readonly handlersDir?: string
  /** Whether headers and body of every event are logged. By default false. */
  readonly logPayloads?: boolean
  /** Whether the answer to an event repeats its payload. */
  readonly echo?: boolean
  /** How long an event may wait to be stored before it is answered 503. */
  readonly storeTimeoutMs?: number
  /** How many events may wait to be stored at once. */
  readonly maxPendingEvents?: number
  /** Opens the operator's routes to whoever has it. */
  readonly adminToken?: string
  /** Opens them to whoever has it, for looking only. */
  readonly viewerToken?: string
  /** Hosts in private networks to which the console may post test events too. */
  readonly sendHosts?: string | readonly string[]
  /** Requests that one client address may make to the webhook routes in a minute; 0: no limit. */
  readonly rateLimitPerMinute?: number
  /** How many deliveries to one destination may be under way at once. */
  readonly deliveryConcurrency?: number
  /** How long a destination may take to answer. */
  readonly deliveryTimeoutSeconds?: number
}
