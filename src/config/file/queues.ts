import { parseRedisUrl, type RedisAddress, redisUrlForms } from '../../redis/address.ts'
import { neverContactedIn } from '../reachable.ts'
import type { QueueConfig } from '../types.ts'
import { readCa } from './authorities.ts'
import { type Entry, resolveText } from './entry.ts'
import type { QueueData } from './schema.ts'
import { type FileTarget, readTarget } from './target.ts'

/** A queue as the file has it. */
export interface FileQueue extends FileTarget, Pick<QueueConfig, 'queue' | 'redis' | 'ca' | 'prefix' | 'jobOptions'> {}

/** Of which kind an entry of `destinations` is. What says nothing of it is meant to be a URL, of which there are more. */
export function kindOf(data: unknown): 'url' | 'queue' | 'both' {
  if (typeof data !== 'object' || data === null) return 'url'
  if (!('queue' in data || 'redis' in data)) return 'url'
  return 'url' in data ? 'both' : 'queue'
}

export function readQueue(name: string, data: QueueData, entry: Entry): FileQueue | null {
  const target = readTarget(name, data, entry)
  const redis = readRedis(data, entry)
  const ca = readCa(data.ca, entry)
  if (target === null || redis === null) return null
  const { queue, prefix = null, jobOptions = {} } = data
  if (ca !== null && !redis.tls) {
    entry.problem('ca', 'redis does not begin with rediss://, so there is no TLS; correct one of them.')
  }
  if (redis.kind === 'cluster' && !isInOneSlot(queue, prefix)) {
    entry.problem(
      'prefix',
      'a Cluster keeps the keys of a queue together only where a part of their names is in braces; give one such as {bull}, and its workers the same.',
    )
  }
  return { ...target, queue, redis, ca, prefix, jobOptions: Object.freeze(jobOptions) }
}

/** A Redis in every form that REDIS_URL has. */
function readRedis(data: QueueData, entry: Entry): RedisAddress | null {
  const text = resolveText(data.redis, 'redis', entry)
  if (text === null) return null
  const address = parseRedisUrl(text.trim())
  if (address === null) {
    entry.problem('redis', `the value given is not accepted; give ${redisUrlForms}.`)
    return null
  }
  for (const blocked of neverContactedIn(address)) {
    entry.problem('redis', `${blocked}; give the URL of a server that the gateway may contact.`)
  }
  return address
}

/** https://docs.bullmq.io/bull/patterns/redis-cluster: a job's keys change together, so that they must be in one slot. */
function isInOneSlot(queue: string, prefix: string | null): boolean {
  return [queue, prefix ?? ''].some((part) => /\{[^}]+\}/.test(part))
}
