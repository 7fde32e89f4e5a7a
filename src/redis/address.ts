/** Where a Redis is, read from its URL. Holds the password: never log it; `label` is what may be shown. */
export interface RedisAddress {
  readonly kind: 'single' | 'socket' | 'sentinel' | 'cluster'
  /** The server, the Sentinels, or some nodes of the Cluster; none for a socket. */
  readonly nodes: readonly RedisNode[]
  /** Of a socket. */
  readonly path: string | null
  readonly tls: boolean
  readonly username: string | null
  readonly password: string | null
  readonly db: number
  /** What the Sentinels call it, and what they want to be asked with. */
  readonly sentinel: {
    readonly name: string
    readonly username: string | null
    readonly password: string | null
  } | null
  /** Hosts and ports, without credentials. */
  readonly label: string
}

export interface RedisNode {
  readonly host: string
  readonly port: number
}

/** Completes "give …" in an error. */
export const redisUrlForms =
  'redis://user:password@host:6379/0, rediss:// for TLS, several hosts with ?cluster=true or ?sentinel=name, or unix:///path/to/redis.sock'

const defaultPort = 6379
const defaultSentinelPort = 26_379
const allowed: Readonly<Record<RedisAddress['kind'], readonly string[]>> = {
  single: [],
  socket: ['db'],
  cluster: ['cluster'],
  sentinel: ['sentinel', 'sentinelUsername', 'sentinelPassword'],
}

/**
 * Reads the URL of a Redis. Null: it is none.
 * https://www.iana.org/assignments/uri-schemes/prov/redis; several hosts and what the query says are our own.
 */
export function parseRedisUrl(text: string): RedisAddress | null {
  const match = /^(redis|rediss|unix):\/\/(?:([^@/?#\s]*)@)?([^/?#\s]*)(\/[^?#\s]*)?(?:\?([^#\s]*))?$/i.exec(text)
  if (match === null) return null
  const [, protocol = '', credentials, hosts = '', path = '', search = ''] = match
  const query = new URLSearchParams(search)
  const scheme = protocol.toLowerCase()
  const kind = kindOf(scheme, query)
  if (kind === null || ![...query.keys()].every((key) => allowed[kind].includes(key))) return null
  const login = readLogin(credentials)
  const name = query.get('sentinel')
  const db = readDb(kind === 'socket' ? (query.get('db') ?? '') : path.slice(1))
  if (login === null || db === null || (kind === 'cluster' && db !== 0)) return null
  const common = { kind, tls: scheme === 'rediss', ...login, db } as const
  if (kind === 'socket') {
    const file = decode(path)
    return hosts === '' && file !== null && file.length > 1
      ? { ...common, nodes: [], path: file, sentinel: null, label: file }
      : null
  }
  const nodes = readNodes(hosts, kind === 'sentinel' ? defaultSentinelPort : defaultPort)
  if (nodes === null || (kind === 'single' && nodes.length > 1)) return null
  const sentinel =
    kind === 'sentinel' && name !== null
      ? { name, username: query.get('sentinelUsername'), password: query.get('sentinelPassword') }
      : null
  const places = nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(',')
  const label = sentinel === null ? places : `${sentinel.name} of the Sentinels ${places}`
  return { ...common, nodes, path: null, sentinel, label }
}

function kindOf(scheme: string, query: URLSearchParams): RedisAddress['kind'] | null {
  if (scheme === 'unix') return 'socket'
  if (query.has('sentinel')) return query.get('sentinel') === '' ? null : 'sentinel'
  if (query.has('cluster')) return query.get('cluster') === 'true' ? 'cluster' : null
  return 'single'
}

function readLogin(credentials = ''): Pick<RedisAddress, 'username' | 'password'> | null {
  const at = credentials.indexOf(':')
  const username = decode(at === -1 ? credentials : credentials.slice(0, at))
  const password = decode(at === -1 ? '' : credentials.slice(at + 1))
  if (username === null || password === null) return null
  return { username: username === '' ? null : username, password: password === '' ? null : password }
}

function readDb(text: string): number | null {
  if (text === '') return 0
  return /^\d{1,5}$/.test(text) ? Number(text) : null
}

function readNodes(hosts: string, port: number): readonly RedisNode[] | null {
  const nodes = hosts.split(',').map((one) => {
    const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?$/i.exec(one)
    const host = match?.[1] ?? match?.[2]
    const given = match?.[3] === undefined ? port : Number(match[3])
    return host === undefined || given < 1 || given > 65_535 ? null : { host, port: given }
  })
  return nodes.every((node) => node !== null) ? nodes : null
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
