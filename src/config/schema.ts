import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { redisUrlForms } from '../redis/address.ts'
import { databaseUrlForm } from '../store/postgres/address.ts'
import type { Kind } from './parse.ts'

/** What a person must know about a setting beside its type; `docs/settings.md` shows the same words. */
export interface SettingNotes {
  /** How its text is read. */
  readonly kind: Kind
  /** Completes "give …" in an error. */
  readonly accepted: string
  readonly description: string
  /** As a person would write it. */
  readonly defaultText: string
}

type Setting = TSchema & Omit<SettingNotes, 'defaultText'>

const setting = <T extends TSchema>(schema: T, kind: Kind, accepted: string, description: string) =>
  Object.assign(schema, { kind, accepted, description })

const integer = (minimum: number, maximum: number, description: string) =>
  setting(Type.Integer({ minimum, maximum }), 'integer', `a whole number from ${minimum} to ${maximum}`, description)

const flag = (description: string) => setting(Type.Boolean(), 'boolean', 'true or false', description)

const choice = <T extends string>(values: readonly T[], description: string) =>
  setting(Type.Union(values.map((value) => Type.Literal(value))), 'word', `one of ${values.join(', ')}`, description)

const text = (kind: Kind, accepted: string, description: string) => setting(Type.String(), kind, accepted, description)

const list = (kind: Kind, accepted: string, description: string) =>
  setting(Type.Array(Type.String()), kind, accepted, description)

const byDefault = <T extends Setting>(schema: T, value: string | number | boolean) =>
  Object.assign(schema, { default: value, defaultText: String(value) })

/** No fixed default: none, or one that depends on what else is known. */
const optional = <T extends Setting>(schema: T, defaultText = 'none') =>
  Type.Optional(Object.assign(schema, { defaultText }))

const MEBIBYTE = 1024 * 1024
const DIRECTORY = 'a directory'
const ADDRESSES = 'IP addresses or CIDR ranges such as 10.0.0.0/8, separated by commas or spaces'
const HEADER = 'the name of a header, such as X-Signature'
const SECRET = 'the secret exactly as the sender has it'

/** The body limit of a source whose sender documents nothing larger, in bytes. */
export const DEFAULT_BODY_LIMIT = 5 * MEBIBYTE
/** How long ids are remembered unless events are kept longer, in days: some senders retry for a month. */
export const DEFAULT_DEDUP_RETENTION_DAYS = 35

/** Every setting under its environment variable's name; `<SOURCE>_…` stands for one variable per named source. */
export const Settings = Type.Object({
  NODE_ENV: optional(
    text('word', 'a word', '`production` keeps payloads out of the log unless `LOG_PAYLOADS` says otherwise.'),
  ),
  CONFIG: optional(
    text(
      'path',
      'a file that ends in .ts, .mts, .js, .mjs or .json',
      'The configuration file: sources, destinations, which events go where (docs/configuration.md).',
    ),
    './posthorn.config.ts, .mts, .js, .mjs or .json, where there is one',
  ),
  PORT: byDefault(integer(0, 65535, 'Port to listen on; 0 takes any free one.'), 3000),
  HOST: byDefault(
    text(
      'host',
      'an IP address or a host name, without port or brackets',
      'Address to listen on. `::` takes IPv4 too; where the machine has no IPv6, `0.0.0.0` is used instead.',
    ),
    '::',
  ),
  DATA_DIR: optional(
    text('path', DIRECTORY, 'Where events are stored; made if missing.'),
    "./data; on Railway the volume's mount path",
  ),
  DATABASE_URL: optional(
    text(
      'database',
      databaseUrlForm,
      'Events are stored in this PostgreSQL, which any number of replicas may share, instead of in `DATA_DIR`: see ' +
        '[Postgres](postgres.md).',
    ),
  ),
  DATABASE_SCHEMA: byDefault(
    text(
      'schemaName',
      'a name of small letters, digits and _',
      'The schema of that database in which the tables are; made if missing.',
    ),
    'posthorn',
  ),
  DATABASE_POOL_SIZE: byDefault(
    integer(3, 100, 'Connections of one replica to that database, at most. Two of them are for storing events.'),
    10,
  ),
  REDIS_URL: optional(
    text(
      'redis',
      redisUrlForms,
      'Events are stored in this Redis, which any number of replicas may share, instead of in `DATA_DIR`: see ' +
        '[Redis](redis.md).',
    ),
  ),
  REDIS_PREFIX: byDefault(
    text('redisPrefix', 'letters, digits, - and _', 'What the keys in that Redis begin with: `{posthorn}:…`.'),
    'posthorn',
  ),
  REDIS_CA_FILE: optional(
    text(
      'path',
      'a PEM file',
      'Authorities that may have signed the certificate of that Redis, beside the usual ones.',
    ),
  ),
  REDIS_DURABILITY: byDefault(
    choice(
      ['strict', 'trusted', 'relaxed'],
      'Whether to start where that Redis could lose accepted events: `strict` refuses, `trusted` believes one that does ' +
        'not allow its settings to be asked, `relaxed` warns.',
    ),
    'strict',
  ),
  WEBHOOK_SECRET: optional(
    text(
      'secret',
      SECRET,
      'Secret of the default source: every path that names no source. Taken exactly, spaces and all. With no secret ' +
        'set anywhere every event is accepted; once any is set, a path that none covers answers 401.',
    ),
  ),
  WEBHOOK_SECRET_PREVIOUS: optional(
    text('secret', SECRET, 'Also accepted, while the sender moves from this secret to the new one.'),
  ),
  '<SOURCE>_WEBHOOK_SECRET': optional(
    text(
      'secret',
      SECRET,
      'Defines the source `/webhook/<source>` (lower case, `_` becomes `-`) and is its secret: ' +
        '`GITHUB_WEBHOOK_SECRET` makes `/webhook/github`.',
    ),
  ),
  '<SOURCE>_WEBHOOK_SECRET_PREVIOUS': optional(
    text('secret', SECRET, 'Also accepted for that source, while its sender moves to the new one.'),
  ),
  '<SOURCE>_WEBHOOK_PROVIDER': optional(
    text('word', 'the name of a provider', 'Whose signatures are checked, for a source with a name of its own.'),
    'the provider with the name of the source, else generic',
  ),
  '<SOURCE>_WEBHOOK_VERIFY_TOKEN': optional(
    text(
      'secret',
      'the token exactly as the sender has it',
      'What the sender must say when it registers the URL of that source, for senders that have such a token: ' +
        'see [handshakes](handshakes.md).',
    ),
  ),
  WEBHOOK_HEADER: optional(
    text('header', HEADER, 'The one header in which senders of the default source carry an HMAC over the body.'),
  ),
  '<SOURCE>_WEBHOOK_HEADER': optional(
    text(
      'header',
      HEADER,
      'The one header in which that sender carries its proof: an HMAC over the body (provider generic), or the secret ' +
        'itself (token, and senders that sign nothing).',
    ),
    'those of the provider',
  ),
  WEBHOOK_ALLOW: optional(
    list('addresses', ADDRESSES, 'Addresses that may send to the default source, beside having its secret.'),
    'any',
  ),
  '<SOURCE>_WEBHOOK_ALLOW': optional(
    list('addresses', ADDRESSES, 'Addresses that may send to that source, beside having its secret.'),
    'any',
  ),
  '<SOURCE>_WEBHOOK_UNSIGNED': optional(
    flag('Take that source at its address alone: it has no secret, only `<SOURCE>_WEBHOOK_ALLOW`.'),
    'false',
  ),
  REQUIRE_SIGNATURE: byDefault(
    flag('Refuse to start where events would be taken without a secret: with none at all, or at their address alone.'),
    false,
  ),
  TIMESTAMP_TOLERANCE_SECONDS: optional(
    integer(1, 86400, 'How far a signed timestamp may be from now, in the past or the future.'),
    "the provider's own, mostly 300",
  ),
  DEDUP_RETENTION_DAYS: optional(
    integer(
      1,
      3650,
      'How long an event is remembered so that its repeat is known. Not less than `EVENT_RETENTION_DAYS`.',
    ),
    `${DEFAULT_DEDUP_RETENTION_DAYS}, or EVENT_RETENTION_DAYS where that is longer`,
  ),
  EVENT_RETENTION_DAYS: byDefault(integer(1, 3650, "How long an event's headers and body are kept."), 14),
  KEEP_REJECTIONS: byDefault(
    flag(
      'Keep rejected requests for the operator, headers and body included: the newest 10,000 in 256 MiB, for ' +
        '`EVENT_RETENTION_DAYS`.',
    ),
    true,
  ),
  BODY_LIMIT: optional(
    setting(
      Type.Integer({ minimum: 1024, maximum: 256 * MEBIBYTE }),
      'size',
      'a size from 1kb to 256mb: bytes, or a whole number with kb, mb, KiB or MiB',
      'Largest body taken, for every source; a larger one is answered 413. Units count in 1024s.',
    ),
    "5mb, or the sender's documented maximum where that is larger",
  ),
  PUBLIC_URL: optional(
    text(
      'url',
      'an http(s) URL without user name, query or fragment',
      'Where senders reach the gateway, for signatures that cover the URL.',
    ),
    'none; on Railway the public domain of the service',
  ),
  TRUST_PROXY: optional(list('addresses', ADDRESSES, 'Proxies whose forwarding headers are believed.')),
  TRUST_PROXY_HEADER: optional(
    text(
      'header',
      HEADER,
      "Where those proxies write the sender's address. They must overwrite what a sender put there.",
    ),
    'X-Forwarded-For; on Railway X-Real-IP',
  ),
  CORS_ORIGIN: byDefault(
    text(
      'origin',
      'an origin such as https://example.com, or *',
      'The web origin that may call the webhook and health routes from a browser.',
    ),
    '*',
  ),
  FORWARD_URL: optional(
    list(
      'urls',
      'http(s) URLs without fragment, separated by white space',
      'Destinations: every accepted event is delivered to each of them.',
    ),
  ),
  FORWARD_SECRET: optional(
    text(
      'whsec',
      'whsec_ followed by the base64 of 24 to 64 random bytes',
      'Signs what is delivered to destinations, as Standard Webhooks describes.',
    ),
  ),
  HANDLERS_DIR: byDefault(
    text(
      'path',
      DIRECTORY,
      'Where your own handlers are: `<event>.ts` for one type of event, `_all.ts` for every one.',
    ),
    './handlers',
  ),
  LOG_LEVEL: byDefault(
    choice(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'The least serious messages that are logged.',
    ),
    'info',
  ),
  LOG_FORMAT: optional(
    choice(['json', 'pretty'], 'One JSON object per line for machines, or coloured lines for people.'),
    'pretty under `npm run dev`, otherwise json',
  ),
  LOG_PAYLOADS: optional(
    flag('Log the headers, credentials removed, and the body of every event.'),
    'true, but false where NODE_ENV is production',
  ),
  ECHO: optional(
    flag('Whether the answer to an event repeats its payload.'),
    'true for the default source, false for named ones',
  ),
  DRAIN_SECONDS: byDefault(
    integer(
      0,
      300,
      'After SIGTERM: how long events are still taken while `/health` already answers 503, so that a load balancer moves on.',
    ),
    5,
  ),
  STORE_TIMEOUT_MS: byDefault(
    integer(10, 60000, 'How long an event may wait to be stored before it is answered 503, in milliseconds.'),
    1000,
  ),
  MAX_PENDING_EVENTS: byDefault(
    integer(1, 1000000, 'How many events may wait to be stored at once; further ones are answered 503.'),
    5000,
  ),
  HEADERS_TIMEOUT_SECONDS: byDefault(
    integer(1, 3600, 'How long a request may take to send its headers. Not more than `REQUEST_TIMEOUT_SECONDS`.'),
    10,
  ),
  REQUEST_TIMEOUT_SECONDS: byDefault(integer(1, 3600, 'How long a whole request may take to arrive.'), 15),
  KEEP_ALIVE_TIMEOUT_SECONDS: byDefault(
    integer(1, 3600, "How long an idle connection stays open; longer than your load balancer's own idle time."),
    75,
  ),
  MAX_CONNECTIONS: byDefault(
    integer(1, 1000000, 'How many connections may be open at once; further ones are closed.'),
    10000,
  ),
  ADMIN_TOKEN: optional(
    text(
      'token',
      'letters, digits and -._~+/ only',
      'Opens the console, `/api`, `/metrics` and their description to whoever signs in with it or sends it as ' +
        '`Authorization: Bearer …`. Without it they are open to requests from the same machine only, and where NODE_ENV is ' +
        'production to nobody.',
    ),
  ),
  VIEWER_TOKEN: optional(
    text(
      'token',
      'letters, digits and -._~+/ only',
      'Opens the same for looking only: whoever has it sees every event and changes nothing. Not the same as `ADMIN_TOKEN`.',
    ),
  ),
  SEND_HOSTS: optional(
    list(
      'hosts',
      'host names or addresses, with a port where only that one is meant, separated by commas or spaces',
      "Hosts in private networks to which the console's Send page may post too, beside those of destinations. Any public one is allowed.",
    ),
  ),
  RATE_LIMIT_PER_MINUTE: byDefault(
    integer(
      0,
      1000000,
      'How many requests one client address may make to the webhook routes in a minute; further ones are answered 429. 0 is ' +
        'no limit. Many senders share few addresses; behind a proxy set `TRUST_PROXY` too, or all share one.',
    ),
    0,
  ),
  DELIVERY_CONCURRENCY: byDefault(
    integer(1, 1000, 'How many deliveries to one destination may be under way at once.'),
    10,
  ),
  DELIVERY_TIMEOUT_SECONDS: byDefault(integer(1, 300, 'How long a destination may take to answer.'), 15),
})

export type Settings = Static<typeof Settings>
