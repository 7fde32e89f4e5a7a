import { databaseUrlForm, parseDatabaseUrl } from '../store/postgres/address.ts'
import type { Findings } from './environment.ts'
import { neverContacted } from './reachable.ts'
import type { Settings } from './schema.ts'
import type { DatabaseConfig } from './types.ts'

/** Works out where the PostgreSQL of `DATABASE_URL` is; null: events are not stored in one. */
export function readDatabase(settings: Settings, { problems }: Findings): DatabaseConfig | null {
  const { DATABASE_URL: text, DATABASE_SCHEMA: schema, DATABASE_POOL_SIZE: poolSize } = settings
  if (text === undefined) return null
  const address = parseDatabaseUrl(text)
  if ('problem' in address) {
    problems.push(`DATABASE_URL: ${address.problem}; give ${databaseUrlForm}.`)
    return null
  }
  if (!address.host.startsWith('/')) {
    const url = URL.parse(`http://${address.host.includes(':') ? `[${address.host}]` : address.host}/`)
    const blocked = url === null ? 'its host is none' : neverContacted(url)
    if (blocked !== null) {
      problems.push(`DATABASE_URL: ${blocked}; give the URL of a server that the gateway may contact.`)
      return null
    }
  }
  return Object.freeze({ address: Object.freeze(address), schema, poolSize })
}
