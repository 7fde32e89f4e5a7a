import type { Transform } from '../delivery/transform.ts'
import type { Provider } from '../providers/types.ts'

/** A length of time: a number of seconds, or a number with `ms`, `s`, `m`, `h` or `d`, such as `'90s'` or `'1.5h'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

/** A text that stands in the environment under this name, so that it need not stand in the file. */
export interface FromEnvironment {
  readonly env: string
}

/** A text, or the environment variable that holds it. In TypeScript and JavaScript `process.env.NAME` does as well. */
export type Text = string | FromEnvironment

/**
 * How a home-grown sender signs, names and expects its events to be answered: the same data that the known senders have
 * in `src/providers/`. See docs/adding-a-provider.md for the meaning of each field.
 */
export type CustomProvider = Pick<Provider, 'schemes' | 'payload' | 'answer' | 'refusal' | 'handshakes' | 'getEvents'> &
  Partial<Pick<Provider, 'title' | 'type' | 'id'>>

/** A path that a sender posts to: `/webhook/<name>`. */
export interface SourceOptions {
  /**
   * Whose signatures it gets: the name of a known sender, or how a home-grown one signs. By default the provider with the
   * name of the source, else `generic`.
   */
  readonly provider?: string | CustomProvider
  /** By default `<SOURCE>_WEBHOOK_SECRET` in the environment; the secret can be in one of the two places only. */
  readonly secret?: Text
  /** Also accepted, while the sender moves from this secret to the new one. */
  readonly previousSecret?: Text
  /** What its sender must say to register the URL; by default `<SOURCE>_WEBHOOK_VERIFY_TOKEN`. */
  readonly verifyToken?: Text
  /** How far a signed time may be from now, both ways; by default `TIMESTAMP_TOLERANCE_SECONDS`. */
  readonly tolerance?: Duration
  /** Largest body taken, in bytes or as in `'10mb'`; by default `BODY_LIMIT`. */
  readonly bodyLimit?: number | string
  /** Whether the answer repeats the payload; by default `ECHO`. */
  readonly echo?: boolean
}

/** Which events are meant. All that is given must be true of an event; nothing given means every event. */
export interface Route {
  /**
   * Sources: a name, or a pattern in which `*` stands for any characters; one or several. `default` is the source of all
   * paths that name no source.
   */
  readonly from?: string | readonly string[]
  /** Types of event: `'invoice.paid'`, `'invoice.*'`; `*` stands for any characters, dots and slashes included. */
  readonly types?: string | readonly string[]
  /** What its headers and body must hold besides. */
  readonly filter?: Filter
}

/**
 * A query as MongoDB has them, over `headers.<name>` (lower case) and `body.<path>`:
 * `{ 'body.action': { $in: ['opened', 'closed'] }, 'headers.x-region': 'eu' }`. See docs/configuration.md for the operators.
 */
export interface Filter {
  readonly [path: `headers.${string}` | `body.${string}`]: Condition
  /** The body as a whole. */
  readonly body?: Condition
  readonly $and?: readonly Filter[]
  readonly $or?: readonly Filter[]
  readonly $nor?: readonly Filter[]
}

/** A value, a regular expression for a text, or operators: `{ $gt: 100, $lte: 500 }`. */
export type Condition =
  | string
  | number
  | boolean
  | null
  | RegExp
  | readonly unknown[]
  | Readonly<Record<`$${string}`, unknown>>

/** When a failed delivery is tried again, how many at once, and in which order. */
export interface DeliveryOptions {
  /**
   * The waits between attempts: `['5s', '1m', '1h']` makes four attempts at most. `'default'` tries for 72 hours,
   * a handler for 24 (docs/delivery.md), `'none'` once.
   */
  readonly schedule?: 'default' | 'none' | readonly Duration[]
  /** From 0 to 1: each wait is spread by this share either way. By default 0.2. */
  readonly jitter?: number
  /** Attempts in all; cuts the schedule short. */
  readonly maxAttempts?: number
  /** No attempt is scheduled later than this after the first one; cuts the schedule short. */
  readonly giveUpAfter?: Duration
  /** How long one attempt may take; by default `DELIVERY_TIMEOUT_SECONDS`. */
  readonly timeout?: Duration
  /** How many attempts may be under way at once; by default `DELIVERY_CONCURRENCY`. */
  readonly concurrency?: number
  /**
   * A JSON pointer into the body (`'/data/customer'`) or a header (`'header:x-customer'`): events with the same value there
   * are handed on one after the other, as they were accepted (docs/delivery.md#order).
   */
  readonly orderBy?: `/${string}` | `header:${string}`
}

/** What every destination may say. */
export interface TargetOptions extends Route, DeliveryOptions {
  /**
   * Changes what is handed on: gets the event, returns `{ type, headers, body }` (what is left out stays) or null to leave the
   * event out. Not in JSON.
   */
  readonly transform?: Transform
  /** Attempts begun per second at most. */
  readonly rate?: number
  /** When to leave a failing destination alone, without spending attempts; false: never. */
  readonly breaker?: false | BreakerOptions
}

/** A BullMQ queue that events are put into, and which ones. */
export interface QueueOptions extends TargetOptions {
  /** Its name, as the workers have it. */
  readonly queue: string
  /** As `REDIS_URL`: `redis://`, `rediss://` or `unix://`; one server, Sentinels or a Cluster. */
  readonly redis: Text
  /** Authorities to trust beside the usual ones: certificates as PEM, or the path of a PEM file. */
  readonly ca?: string
  /** What its keys begin with; by default `bull`, as BullMQ has it. */
  readonly prefix?: string
  /** Options of its jobs, with BullMQ's names and units. */
  readonly jobOptions?: QueueJobOptions
}

/** Those of BullMQ's options that make sense for every event of a queue: https://docs.bullmq.io/guide/jobs/job-options */
export interface QueueJobOptions {
  readonly attempts?: number
  /** Milliseconds. */
  readonly backoff?:
    | number
    | { readonly type: 'fixed' | 'exponential'; readonly delay?: number; readonly jitter?: number }
  /** Milliseconds. */
  readonly delay?: number
  readonly priority?: number
  readonly lifo?: boolean
  /** By default a day: `{ age: 86400 }`. Jobs that are gone are not recognised when their event comes again. */
  readonly removeOnComplete?: KeptJobs
  readonly removeOnFail?: KeptJobs
  readonly keepLogs?: number
  readonly stackTraceLimit?: number
}

/** A number of jobs, or an age in seconds. */
export type KeptJobs = boolean | number | { readonly age: number; readonly count?: number }

/** An HTTP endpoint that events are posted to, and which ones. */
export interface UrlOptions extends TargetOptions {
  /** An http(s) URL. A user name and a password in it are sent as Basic authorization. */
  readonly url: Text
  /**
   * Signs what is posted, as Standard Webhooks describes: `whsec_…`. By default `FORWARD_SECRET`; false: not signed even if
   * that is set.
   */
  readonly secret?: Text | false
  /** Sent with every request, in place of a sender's header of the same name. */
  readonly headers?: Readonly<Record<string, Text>>
  /** How long connecting may take; by default 2 seconds. */
  readonly connectTimeout?: Duration
  /**
   * Statuses that end a delivery at once, as dead: `[400, 422]`; `'4xx'` stands for all of them but 408, 425 and 429, `'5xx'` and
   * `'3xx'` for all. By default none: what is wrong with a receiver today may be right tomorrow.
   */
  readonly fatalStatuses?: readonly (number | '3xx' | '4xx' | '5xx')[]
  /** Certificate authorities to trust beside the usual ones: PEM, or the path of a PEM file. */
  readonly ca?: string
}

/** Where events go: a URL or a queue. */
export type DestinationOptions = UrlOptions | QueueOptions

export interface BreakerOptions {
  /** Failures in a row after which it is left alone. */
  readonly failures?: number
  /** For how long. */
  readonly pause?: Duration
}

/** Options for a file in `handlers/`. `types` takes the place of the type that the file's name says. */
export interface HandlerOptions extends Route, DeliveryOptions {}

/** What `posthorn.config.ts` exports by default. See docs/configuration.md. */
export interface PosthornConfig {
  /** By name, as in `/webhook/<name>`: lower-case letters and digits, joined by dashes. */
  readonly sources?: Readonly<Record<string, SourceOptions>>
  /** By name. Deliveries are stored under it: what waits for `orders` goes to whatever is named `orders`. */
  readonly destinations?: Readonly<Record<string, DestinationOptions>>
  /** By the name of the file in `handlers/`, without its ending: `push`, `orders/create`, `_all`. */
  readonly handlers?: Readonly<Record<string, HandlerOptions>>
}

/** Gives a configuration its types: `export default defineConfig({ … })`. */
export function defineConfig(config: PosthornConfig): PosthornConfig {
  return config
}
