import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type { ClientConfig } from 'pg'
import { StoreOpenError } from '../errors.ts'
import type { Address } from './address.ts'

/**
 * An address as `pg` wants it. `pg` itself takes `require` for `verify-full`, which no host with a certificate of its own
 * authority passes; here the names mean what libpq means by them.
 * @throws {StoreOpenError} when a certificate's file cannot be read
 */
export function clientConfig(address: Address): ClientConfig {
  const { host, port, database, user, password, directTls } = address
  const ssl = tlsOptions(address)
  return {
    host,
    port,
    database,
    ...(user === null ? {} : { user }),
    ...(password === null ? {} : { password }),
    ssl: ssl ?? false,
    ...(directTls && ssl !== null ? { sslnegotiation: 'direct' as const } : {}),
    // Where the server offers it, the password is bound to this very connection.
    enableChannelBinding: true,
  }
}

function tlsOptions({ tls, rootCert, cert, key }: Address): ConnectionOptions | null {
  if (tls === 'disable') return null
  const options: ConnectionOptions = {
    ...(cert === null ? {} : { cert: readPem('sslcert', cert) }),
    ...(key === null ? {} : { key: readPem('sslkey', key) }),
    ...(rootCert === null || rootCert === 'system' ? {} : { ca: readPem('sslrootcert', rootCert) }),
  }
  if (tls === 'verify-full') return options
  if (tls === 'verify-ca') return { ...options, checkServerIdentity: () => undefined }
  return { ...options, rejectUnauthorized: false }
}

function readPem(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new StoreOpenError(`DATABASE_URL: the file of its ${parameter}, ${path}, cannot be read (${why})`)
  }
}
