import type { RedisAddress } from '../../redis/address.ts'
import { createRedisClient } from '../../redis/client.ts'
import { byServerClock } from '../by-server-clock.ts'
import { StoreOpenError } from '../errors.ts'
import { beforeAllEvents, isEventId } from '../event-id.ts'
import { type RejectionLimits, rejectionLimits } from '../rejection-limits.ts'
import { createServerClock } from '../server-clock.ts'
import type { Store, StoreStatus } from '../types.ts'
import { createAcceptQueue, hashKey } from './accept-queue.ts'
import { createAttempts } from './attempts.ts'
import { type Durability, doubtsOf, refusalOf, remarksOf, reportDurability } from './durability.ts'
import { openLink } from './link.ts'
import { createNotes } from './notes.ts'
import { queueOf, tagOf } from './queue-names.ts'
import { createRejections } from './rejections.ts'
import { listOf, numberOf, textOf } from './replies.ts'
import { toDescribed } from './rows.ts'
import { createSearch } from './search.ts'
import { readStatistics } from './statistics.ts'
import { changeDestination, prune, readDestinations } from './upkeep.ts'

export interface RedisStoreOptions {
  readonly address: RedisAddress
  /** PEM of the authorities that are trusted beside the usual ones. */
  readonly ca?: string | null
  /** What our keys begin with (`posthorn`); it becomes a hash tag. */
  readonly prefix?: string
  readonly durability?: Durability
  readonly dedupRetentionMs: number
  /** How long an accept may wait, in milliseconds (1,000). */
  readonly timeoutMs?: number
  /** How many events may wait to be stored (10,000). */
  readonly maxPendingEvents?: number
  /** How many bytes of bodies may wait (128 MiB). */
  readonly maxPendingBytes?: number
  /** This machine's clock (`Date.now`). */
  readonly clock?: () => number
  /** How long to wait for the first connection, in milliseconds (10,000). */
  readonly connectWaitMs?: number
  /** How many rejections are kept, and how large (10,000 in 256 MiB, bodies up to 1 MiB). */
  readonly rejections?: Partial<RejectionLimits>
  /** How many rows one question may look at (50,000). */
  readonly scanRows?: number
  /** Told what the operator should know of this Redis, one line each, mostly at the start. */
  readonly onWarning?: (warning: string) => void
  /** Told of every commit: how many events shared it, and the seconds until it was durable. */
  readonly onCommit?: (events: number, seconds: number) => void
}

const connectTimeoutMs = 2_000
/** Once a write has failed, one of this size must succeed before the store is called ready. */
const distrustBytes = 256 * 1024

/**
 * The store in a Redis that many replicas share: deliveries are BullMQ jobs, one queue per destination.
 * @throws {StoreOpenError} when the Redis is not there, or would lose accepted events; the message says what to do.
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<Store> {
  const { address, durability = 'strict', onWarning = () => {} } = options
  const timeoutMs = options.timeoutMs ?? 1000
  const client = createRedisClient({ address, ca: options.ca ?? null, connectTimeoutMs })
  const { label } = address
  let warned = false
  let doubts: readonly string[] = []

  const link = openLink({
    client,
    label,
    prefix: tagOf(options.prefix ?? 'posthorn'),
    timeoutMs,
    async check() {
      const report = await reportDurability(client)
      const refusal = refusalOf(report, durability)
      // Asked anew at each connect: whoever took over may be set up in another way.
      doubts = doubtsOf(address, report).map((doubt) => `Redis at ${label}: ${doubt}`)
      if (refusal === null && !warned) {
        warned = true
        for (const warning of doubts) onWarning(warning)
        for (const remark of remarksOf(address)) onWarning(`Redis at ${label}: ${remark}`)
      }
      return refusal
    },
  })

  let status: StoreStatus = { state: 'ready', error: null }
  const learn = (error: string | null) => {
    status = error === null ? { state: 'ready', error: null } : { state: 'failing', error }
  }
  const clock = createServerClock({
    ask: async () => numberOf(await link.run('time', [])),
    local: options.clock,
    server: `Redis at ${label}`,
    onWarning,
  })
  // Whoever took over has a clock of its own.
  link.onUsable(() => void clock.compare())
  const queue = createAcceptQueue({
    link,
    clock,
    dedupRetentionMs: options.dedupRetentionMs,
    timeoutMs,
    maxPendingEvents: options.maxPendingEvents ?? 10_000,
    maxPendingBytes: options.maxPendingBytes ?? 128 * 1024 * 1024,
    onCommit: options.onCommit ?? (() => {}),
    learn,
  })
  const attempts = createAttempts(link)
  const search = createSearch(link, options.scanRows ?? 50_000)
  const rejections = createRejections(link, clock, { ...rejectionLimits, ...options.rejections })

  try {
    await link.opened(options.connectWaitMs ?? 10_000)
    await clock.compare()
    clock.keep()
  } catch (error) {
    await link.close()
    throw new StoreOpenError(`REDIS_URL: ${error instanceof Error ? error.message : String(error)}`)
  }

  async function describe(id: string, withPayload: boolean) {
    const [found] = isEventId(id) ? listOf(await link.run('describe', [withPayload ? 1 : 0, id])) : []
    return found === undefined ? null : toDescribed(found)
  }

  let closed: Promise<void> | null = null

  const store: Store = {
    engine: 'redis',
    shared: true,
    clockAhead: clock.ahead,
    ...createNotes(link),
    accept: queue.accept,
    claim: attempts.claim,
    settle: attempts.settle,
    list: search.list,
    get: async (id) => (await describe(id, true))?.stored ?? null,
    async find(dedupKey) {
      const id = textOf(await link.run('lookUp', [hashKey(dedupKey)]))
      return id === '' ? null : id
    },
    attempts: async (id) => (isEventId(id) ? attempts.of(id) : []),
    async changes(after, limit) {
      if (!isEventId(after)) return []
      const ids = listOf(await link.run('changes', [after, limit])).map(textOf)
      if (ids.length === 0) return []
      return listOf(await link.run('describe', [0, ...ids])).map((one) => toDescribed(one).summary)
    },
    async newest() {
      const [id] = listOf(await link.run('newest', []))
      return id === undefined ? beforeAllEvents : textOf(id)
    },
    deliveries: search.deliveries,
    countDeliveries: search.count,
    async replay(id, now, destination) {
      if (!isEventId(id)) return false
      return (await link.run('replay', [id, destination === undefined ? '' : queueOf(destination), now])) === 1
    },
    replayBatch: (query, now, target = {}) => search.replay(query, now, target),
    discardBatch: search.discard,
    destinations: () => readDestinations(link, clock.now()),
    setDestination: (name, change, now) => changeDestination(link, name, change, now),
    reject: rejections.add,
    rejections: rejections.list,
    getRejection: rejections.get,
    deleteRejection: rejections.remove,
    statistics: (query) => readStatistics(link, query),
    prune: (pruneOptions) => prune(link, pruneOptions),
    async probe() {
      const filler = Buffer.alloc(status.state === 'ready' ? 0 : distrustBytes, ' ')
      await link.run('probe', [clock.now(), filler], timeoutMs).then(
        () => learn(null),
        (error: unknown) => learn(error instanceof Error ? error.message : String(error)),
      )
      return status
    },
    status() {
      const trouble = link.trouble()
      return trouble === null ? status : { state: 'failing', error: trouble }
    },
    doubts: () => doubts,
    backlog: queue.backlog,
    close() {
      closed ??= (async () => {
        clock.stop()
        await queue.drain()
        await attempts.letGo(clock.now()).catch(() => {})
        await link.close()
      })()
      return closed
    },
  }
  return byServerClock(store, clock)
}
