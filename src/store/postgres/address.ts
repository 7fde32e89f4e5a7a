import { isIP } from 'node:net'

/**
 * How the connection is secured, as libpq means its names (https://www.postgresql.org/docs/current/libpq-ssl.html), which is
 * what every host's instructions are written for. `prefer` encrypts where the server can; `require` always does. Neither
 * looks at the certificate: `verify-ca` asks who signed it, `verify-full` for whom too.
 */
export type TlsMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'

/** Where the database is and how it is spoken to. */
export interface Address {
  /** A host, or the directory of a Unix socket. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string | null
  /** Never log it. */
  readonly password: string | null
  readonly tls: TlsMode
  /** Files in PEM; `rootCert` may be `system`, for the authorities that Node trusts. */
  readonly rootCert: string | null
  readonly cert: string | null
  readonly key: string | null
  /** TLS from the first byte (PostgreSQL 17). */
  readonly directTls: boolean
  readonly applicationName: string | null
}

/** For logs and messages: host, port and database. */
export function labelOf({ host, port, database }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}/${database}`
}

/** A phrase that says what is wrong with the URL, without anything of it that may be secret. */
export interface WrongUrl {
  readonly problem: string
}

export const databaseUrlForm = 'postgres://user:password@host:5432/database'

const tlsModes: Readonly<Record<string, TlsMode>> = {
  disable: 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  'no-verify': 'require',
  'verify-ca': 'verify-ca',
  'verify-full': 'verify-full',
}

/** What hosts and other programs' instructions put there, and what needs nothing done about it here. */
const harmless = new Set([
  'channel_binding',
  'connect_timeout',
  'connection_limit',
  'gssencmode',
  'keepalives',
  'keepalives_idle',
  'keepalives_interval',
  'keepalives_count',
  'pgbouncer',
  'pool_timeout',
  'statement_cache_size',
  'uselibpqcompat',
])
/** Only a server that takes writes is ever used. */
const primaries = new Set(['any', 'read-write', 'primary', 'prefer-standby'])

/** Reads `DATABASE_URL`. */
export function parseDatabaseUrl(text: string): Address | WrongUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme !== 'postgres' && scheme !== 'postgresql') return { problem: `it must begin with postgres://` }
  const authority = /^[^/]*\/\/([^/?#]*)/.exec(text)?.[1] ?? ''
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) {
    return { problem: 'it names several hosts; give the one address that leads to the primary' }
  }
  // A host that is written as an encoded directory, or left out, is none to the URL parser.
  const socket = /%2f/i.test(authority.slice(authority.lastIndexOf('@') + 1))
  const url = URL.parse(
    socket ? text.replace(/(@|\/\/)[^@/?]*%2f[^/?]*/i, '$1socket') : text.replace(/(\/\/|@)(?=\/|$)/, '$1socket'),
  )
  if (url === null || url.hash !== '') {
    return { problem: 'it cannot be read; characters such as # / ? @ and % in the password have to be percent-encoded' }
  }
  try {
    return read(url, socket ? decodeURIComponent(authority.slice(authority.lastIndexOf('@') + 1)) : null)
  } catch {
    return { problem: 'a % in it is not followed by two hexadecimal digits; in a password it has to be written %25' }
  }
}

function read(url: URL, socketDir: string | null): Address | WrongUrl {
  const given = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]))
  const take = (name: string) => {
    const value = given.get(name)
    given.delete(name)
    return value === undefined || value === '' ? null : value
  }
  const written = url.hostname === 'socket' ? '' : decodeURIComponent(url.hostname).replace(/^\[(.+)\]$/, '$1')
  const host = take('host') ?? socketDir ?? written
  const port = Number(take('port') ?? (url.port || '5432'))
  const user = take('user') ?? (decodeURIComponent(url.username) || null)
  const password = take('password') ?? (decodeURIComponent(url.password) || null)
  const database = take('dbname') ?? (decodeURIComponent(url.pathname.slice(1)) || user)
  const mode = take('sslmode') ?? (take('ssl') === 'true' ? 'require' : null)
  const tls = mode === null ? defaultTls(host) : tlsModes[mode.toLowerCase()]
  const rootCert = take('sslrootcert')
  const [cert, key, negotiation] = [take('sslcert'), take('sslkey'), take('sslnegotiation')]
  const applicationName = take('application_name')
  const target = take('target_session_attrs')
  if (host === '') return { problem: 'it names no host' }
  if (database === null) return { problem: 'it names no database' }
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return { problem: 'its port is not a number from 1 to 65535' }
  if (tls === undefined) return { problem: `its sslmode is none of ${Object.keys(tlsModes).join(', ')}` }
  if ((cert === null) !== (key === null)) return { problem: 'sslcert and sslkey go together' }
  if (target !== null && !primaries.has(target)) {
    return { problem: 'its target_session_attrs asks for a standby, and events can only be stored in the primary' }
  }
  const unknown = [...given.keys()].find((name) => !harmless.has(name))
  if (unknown !== undefined) return { problem: `there is no parameter ${JSON.stringify(unknown.slice(0, 40))}` }
  return {
    host,
    port,
    database,
    user,
    password,
    // A file of authorities says that they are to be asked: https://www.postgresql.org/docs/current/libpq-ssl.html
    tls: rootCert !== null && (tls === 'require' || rootCert === 'system') ? stricter(tls, rootCert) : tls,
    rootCert,
    cert,
    key,
    directTls: negotiation === 'direct',
    applicationName,
  }
}

function stricter(tls: TlsMode, rootCert: string): TlsMode {
  if (rootCert === 'system') return 'verify-full'
  return tls === 'require' ? 'verify-ca' : tls
}

/** As libpq: encrypted where the server can, except through a socket of this machine. */
function defaultTls(host: string): TlsMode {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
    ? 'disable'
    : 'prefer'
}
