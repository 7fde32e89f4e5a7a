import { neverContacted } from '../reachable.ts'
import type { QueueConfig } from '../types.ts'
import { type Entry, resolveText } from './entry.ts'
import type { QueueData } from './schema.ts'
import { type FileTarget, readTarget } from './target.ts'

/** A queue as the file has it. */
export interface FileQueue extends FileTarget, Pick<QueueConfig, 'queue' | 'redis' | 'prefix' | 'jobOptions'> {}

/** Of which kind an entry of `destinations` is. What says nothing of it is meant to be a URL, of which there are more. */
export function kindOf(data: unknown): 'url' | 'queue' | 'both' {
  if (typeof data !== 'object' || data === null) return 'url'
  if (!('queue' in data || 'redis' in data)) return 'url'
  return 'url' in data ? 'both' : 'queue'
}

export function readQueue(name: string, data: QueueData, entry: Entry): FileQueue | null {
  const target = readTarget(name, data, entry)
  const redis = readRedis(data, entry)
  if (target === null || redis === null) return null
  const { queue, prefix = null, jobOptions = {} } = data
  return { ...target, queue, redis, prefix, jobOptions: Object.freeze(jobOptions) }
}

/** https://www.iana.org/assignments/uri-schemes/prov/redis; what a query would say is not taken. */
function readRedis(data: QueueData, entry: Entry): URL | null {
  const text = resolveText(data.redis, 'redis', entry)
  if (text === null) return null
  const url = URL.parse(text.trim())
  const usable =
    url !== null &&
    /^rediss?:$/.test(url.protocol) &&
    url.hostname !== '' &&
    /^(?:\/\d{0,5})?$/.test(url.pathname) &&
    !/[?#\s]/.test(text.trim())
  if (!usable) {
    const accepted = 'redis://host:6379 or rediss://user:password@host:6380/0, without query'
    entry.problem('redis', `the value given is not accepted; give a URL such as ${accepted}.`)
    return null
  }
  const blocked = neverContacted(url)
  if (blocked !== null) entry.problem('redis', `${blocked}; give the URL of a server that the gateway may contact.`)
  return url
}
