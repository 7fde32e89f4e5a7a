import { randomBytes } from 'node:crypto'
import type { Signing } from '../load/types.ts'

/** A server that is measured, and what it must do to count as what its name says. */
export interface Contender {
  readonly name: string
  readonly about: string
  /** Relative to `bench/`. */
  readonly file: string
  readonly path: string
  readonly signing: Signing
  /** It answers 401 to a body that its signature does not cover. */
  readonly verifies: boolean
  /** It tells the same event again from a new one. */
  readonly deduplicates: boolean
  readonly env: Readonly<Record<string, string>>
  /** Of Node, before the file. */
  readonly nodeArguments?: readonly string[]
  /** It is given a directory to keep events in. */
  readonly stores: boolean
  /** It hands every event on to a sink beside the generator. */
  readonly forwards: boolean
  /** The variable that is told the sink's URL (FORWARD_URL). */
  readonly sinkVariable?: string
}

export const secret = randomBytes(24).toString('base64url')

const plain = {
  path: '/webhook/order.created',
  signing: 'generic',
  verifies: true,
  deduplicates: false,
  stores: false,
  forwards: false,
  env: { WEBHOOK_SECRET: secret },
} as const

/**
 * Posthorn as in production: no payloads in the log, one line per event. Two limits are raised: bodies of any benchmarked
 * size are taken, and 64 large ones at once may wait for a slow disk instead of being answered 503.
 */
const posthornEnv = {
  WEBHOOK_SECRET: secret,
  HOST: '127.0.0.1',
  LOG_PAYLOADS: 'false',
  BODY_LIMIT: String(32 * 1024 * 1024),
  STORE_TIMEOUT_MS: '20000',
  DRAIN_SECONDS: '0',
}

const posthorn = {
  ...plain,
  name: 'posthorn',
  about: 'verify, dedup, durable store, echo, one log line',
  file: '../src/server.ts',
  // As `npm start` and the image have it.
  nodeArguments: ['--v8-pool-size=1', '--max-semi-space-size=16'],
  deduplicates: true,
  stores: true,
  env: posthornEnv,
} satisfies Contender

export const contenders: readonly Contender[] = [
  {
    ...plain,
    name: 'tutorial',
    about: 'Express 5 as in tutorials, without their console.log: verify, echo; stores nothing',
    file: 'servers/tutorial-server.js',
  },
  {
    ...plain,
    name: 'tutorial-logging',
    about: 'the same, printing headers and body of every event as tutorials do',
    file: 'servers/tutorial-server.js',
    env: { ...plain.env, TUTORIAL_LOG: 'true' },
  },
  {
    ...plain,
    name: 'tutorial-guide',
    about: 'Express 5 as in provider guides: raw body, ids in a Set; stores nothing',
    file: 'servers/tutorial-guide.js',
    signing: 'timestamped',
    deduplicates: true,
  },
  {
    ...plain,
    name: 'fastify-bare',
    about: 'Fastify 5, JSON parsed and echoed; verifies and stores nothing',
    file: 'servers/fastify-bare.ts',
    verifies: false,
  },
  {
    ...plain,
    name: 'fastify-verify',
    about: 'the reference: Fastify 5, raw body, HMAC; stores nothing',
    file: 'servers/fastify-verify.ts',
  },
  {
    ...posthorn,
    name: 'posthorn-without-store',
    about: 'Posthorn over a store that says yes and keeps nothing: what storing adds',
    file: 'servers/posthorn-without-store.ts',
    deduplicates: false,
    stores: false,
  },
  posthorn,
  {
    ...posthorn,
    name: 'posthorn-source',
    about: 'the same through a named source: `t=…,v1=…` signature, no echo',
    path: '/webhook/hookmesh',
    signing: 'timestamped',
    env: { ...posthornEnv, HOOKMESH_WEBHOOK_SECRET: secret },
  },
  {
    ...posthorn,
    name: 'posthorn-forward',
    about: 'the same as posthorn, and every event is handed on to a destination meanwhile',
    forwards: true,
  },
]

/** Who hands on what comes to one path, and not what comes to the other: what that adds is seen in one process. */
export const forwarding = {
  posting: {
    ...posthorn,
    name: 'posthorn-posting',
    about: 'Posthorn without what delivers: orders are posted at once by a bare undici, and forgotten',
    file: 'servers/posthorn-posting.ts',
    forwards: true,
  },
  delivering: {
    ...posthorn,
    name: 'posthorn-delivering',
    about: 'Posthorn, which delivers orders',
    forwards: true,
    sinkVariable: 'SINK_URL',
    env: { ...posthornEnv, CONFIG: 'bench/servers/only-orders.json' },
  },
} satisfies Readonly<Record<string, Contender>>
export const otherPath = '/webhook/order.seen'

/** What ratios are taken against. */
export const baselines = ['tutorial', 'tutorial-logging', 'fastify-verify'] as const

/** @throws {Error} when there is no such contender; the message lists those there are. */
export function findContenders(names: readonly string[]): readonly Contender[] {
  return names.map((name) => {
    const found = contenders.find((contender) => contender.name === name)
    if (found === undefined) {
      throw new Error(`No server "${name}" to measure. There are: ${contenders.map((each) => each.name).join(', ')}.`)
    }
    return found
  })
}
