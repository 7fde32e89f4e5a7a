import type { Redis } from 'ioredis'
import type { RedisAddress } from '../../redis/address.ts'
import type { RedisClient } from '../../redis/client.ts'

/**
 * What the operator says about losing events. `strict`: the Redis must show that it keeps them. `trusted`: one that does not
 * let itself be asked is believed, as with many managed services. `relaxed`: losses are accepted, with a warning each start.
 */
export type Durability = 'strict' | 'trusted' | 'relaxed'

export interface DurabilityReport {
  /** Ways in which accepted events are lost, one line each. */
  readonly faults: readonly string[]
  /** What could not be asked; null: everything could. */
  readonly unknown: string | null
  /** What cannot be used at all, whoever accepts losses; null: nothing. */
  readonly unusable: string | null
}

const settings = ['appendonly', 'appendfsync', 'no-appendfsync-on-rewrite', 'maxmemory-policy', 'maxmemory'] as const
type Setting = (typeof settings)[number]

/** BullMQ's own Lua needs it, and scripts whose effects are written to the log as one. */
const oldestVersion = [6, 2] as const

/**
 * Asks every server that may hold our keys what it would lose.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ and …/reference/eviction/
 */
export async function reportDurability(client: RedisClient): Promise<DurabilityReport> {
  const servers: readonly Redis[] = 'nodes' in client ? client.nodes('master') : [client]
  const asked = await Promise.allSettled(servers.map(ask))
  const reports = asked.filter((one) => one.status === 'fulfilled').map(({ value }) => value)
  // A part of a Cluster that is away holds up nobody who does not need it.
  const failed = asked.find((one) => one.status === 'rejected')
  if (reports.length === 0) throw failed?.reason ?? new Error('no server is known')
  return {
    faults: [...new Set(reports.flatMap(({ faults }) => faults))],
    unknown: reports.find(({ unknown }) => unknown !== null)?.unknown ?? null,
    unusable: reports.find(({ unusable }) => unusable !== null)?.unusable ?? null,
  }
}

/** What of a report keeps the store from being used; null: nothing. */
export function refusalOf({ faults, unknown, unusable }: DurabilityReport, durability: Durability): string | null {
  if (unusable !== null) return unusable
  if (durability === 'relaxed') return null
  const accept = 'or set REDIS_DURABILITY=relaxed to accept the loss'
  if (faults.length > 0) return `${faults.join('; ')}; correct it, ${accept}`
  if (unknown === null || durability === 'trusted') return null
  return (
    `${unknown}, so nobody knows whether it keeps what it took; if its provider says that it runs with appendonly yes, ` +
    `appendfsync always and maxmemory-policy noeviction, set REDIS_DURABILITY=trusted, ${accept}`
  )
}

/** Ways in which accepted events may be lost by a Redis that is used all the same, one line each; none: it keeps them. */
export function doubtsOf(
  { kind }: Pick<RedisAddress, 'kind'>,
  { faults, unknown }: DurabilityReport,
): readonly string[] {
  const failover =
    'when a replica takes over from its primary, events that were accepted in the last moments before may be lost: a ' +
    'primary answers before its replicas have what it took'
  return [
    ...faults,
    ...(unknown === null ? [] : [`${unknown}; that it keeps every event is taken on trust`]),
    ...(kind === 'cluster' || kind === 'sentinel' ? [failover] : []),
  ]
}

/** What else an operator should know before relying on it. */
export function remarksOf({ kind }: Pick<RedisAddress, 'kind'>): readonly string[] {
  return kind === 'cluster' ? ['all keys are in one slot, so one primary of the Cluster does all the work'] : []
}

async function ask(server: Redis): Promise<DurabilityReport> {
  const [server_, replication] = [await info(server, 'server'), await info(server, 'replication')]
  const unusable = tooOld(field(server_, 'redis_version')) ?? wrongRole(field(replication, 'role'))
  try {
    const known = new Map<Setting, string>()
    for (const name of settings) {
      const answer: unknown = await server.config('GET', name)
      if (Array.isArray(answer) && typeof answer[1] === 'string') known.set(name, answer[1])
    }
    const missing = settings.slice(0, 2).filter((name) => !known.has(name))
    const unknown = missing.length === 0 ? null : `it does not tell its ${missing.join(' and ')}`
    return { faults: faultsOf(known), unknown, unusable }
  } catch (error) {
    if (!(error instanceof Error) || !/^(?:NOPERM|ERR)\b/.test(error.message)) throw error
    const unknown = 'it does not allow CONFIG GET'
    return { faults: faultsOf(await fromInfo(server)), unknown, unusable }
  }
}

/** Some of it is told in INFO, which is allowed where CONFIG is not. */
async function fromInfo(server: Redis): Promise<ReadonlyMap<Setting, string>> {
  const known = new Map<Setting, string>()
  const aof = field(await info(server, 'persistence'), 'aof_enabled')
  if (aof !== null) known.set('appendonly', aof === '1' ? 'yes' : 'no')
  const memory = await info(server, 'memory')
  const [policy, maxmemory] = [field(memory, 'maxmemory_policy'), field(memory, 'maxmemory')]
  if (policy !== null) known.set('maxmemory-policy', policy)
  if (maxmemory !== null) known.set('maxmemory', maxmemory)
  return known
}

async function info(server: Redis, section: string): Promise<string> {
  try {
    return await server.info(section)
  } catch (error) {
    if (error instanceof Error && /^(?:NOPERM|ERR)\b/.test(error.message)) return ''
    throw error
  }
}

function field(text: string, name: string): string | null {
  return new RegExp(`^${name}:(\\S+)`, 'm').exec(text)?.[1] ?? null
}

function tooOld(version: string | null): string | null {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
  const [oldestMajor, oldestMinor] = oldestVersion
  if (version === null || major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null
  return `it is version ${version}; ${oldestVersion.join('.')} or newer is needed`
}

function wrongRole(role: string | null): string | null {
  if (role !== 'slave') return null
  return 'it is a replica, which takes no writes; give its primary'
}

function faultsOf(known: ReadonlyMap<Setting, string>): string[] {
  const [appendonly, appendfsync] = [known.get('appendonly'), known.get('appendfsync')]
  const [rewrite, policy] = [known.get('no-appendfsync-on-rewrite'), known.get('maxmemory-policy')]
  const faults: string[] = []
  if (appendonly !== undefined && appendonly !== 'yes') {
    faults.push(
      `it writes no log (appendonly ${appendonly}): a crash loses every event since its last snapshot; set appendonly yes and appendfsync always`,
    )
  } else if (appendfsync !== undefined && appendfsync !== 'always') {
    const lost = appendfsync === 'everysec' ? 'a second' : 'half a minute'
    faults.push(
      `it answers before its log is on disk (appendfsync ${appendfsync}): a loss of power loses the events of up to ${lost}; set appendfsync always`,
    )
  } else if (rewrite === 'yes') {
    faults.push(
      'it does not wait for the disk while it rewrites its log (no-appendfsync-on-rewrite yes): a loss of power then loses events; set it to no',
    )
  }
  if (policy !== undefined && policy !== 'noeviction') {
    const limit = known.get('maxmemory') === '0' ? ', once a maxmemory is set' : ''
    faults.push(
      `it removes what it holds when its memory is full (maxmemory-policy ${policy}${limit}): events and ids would vanish; set maxmemory-policy noeviction`,
    )
  }
  return faults
}
