import { resolve } from 'node:path'
import { type Address, databaseUrlForm, labelOf, parseDatabaseUrl } from '../../store/postgres/address.ts'
import { environmentOf } from '../environment.ts'
import { CliError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { MigrateOptions } from './options.ts'

/** From where to where. */
export interface Between {
  readonly dataDir: string
  readonly address: Address
  readonly schema: string
  /** The target for people: host, port and database, and nothing that is secret. */
  readonly label: string
}

/** Reads the command line and the environment. Throws `CliError`. */
export function betweenOf(io: Io, options: MigrateOptions): Between {
  const env = environmentOf(io)
  const url = options.to ?? env['DATABASE_URL'] ?? ''
  const name = options.to === undefined ? 'DATABASE_URL' : '--to'
  if (url === '') {
    throw new CliError('nothing says where to', `Set DATABASE_URL, or give --to ${databaseUrlForm}.`)
  }
  const address = parseDatabaseUrl(url)
  if ('problem' in address) throw new CliError(`${name}: ${address.problem}`, `Give ${databaseUrlForm}.`)
  const schema = env['DATABASE_SCHEMA'] || 'posthorn'
  return {
    dataDir: resolve(io.cwd, options.from ?? (env['DATA_DIR'] || 'data')),
    address,
    schema,
    label: schema === 'posthorn' ? labelOf(address) : `${labelOf(address)}, schema ${schema}`,
  }
}
