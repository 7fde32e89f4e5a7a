import { parseRedisUrl } from '../../src/redis/address.ts'
import { openRedisStore, type RedisStoreOptions } from '../../src/store/redis/store.ts'
import type { Store } from '../../src/store/types.ts'
import { tempDir } from './temp-dir.ts'

/** Flags with which a Redis loses nothing, in a directory of its own. */
export function durable(): readonly string[] {
  return ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction', '--dir', tempDir()]
}

/** The store in the Redis at a URL, with a retention of 35 days unless told otherwise. */
export function openOn(url: URL | string, options: Partial<RedisStoreOptions> = {}): Promise<Store> {
  const address = parseRedisUrl(typeof url === 'string' ? url : url.href)
  if (address === null) throw new Error('not the URL of a Redis')
  return openRedisStore({ address, dedupRetentionMs: 35 * 86_400_000, ...options })
}
