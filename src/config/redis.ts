import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseRedisUrl } from '../redis/address.ts'
import type { Findings } from './environment.ts'
import { quote } from './parse.ts'
import { neverContactedIn } from './reachable.ts'
import type { Settings } from './schema.ts'
import type { RedisConfig } from './types.ts'

/** Works out where the Redis of `REDIS_URL` is; null: events are not stored in one. */
export function readRedis(settings: Settings, cwd: string, findings: Findings): RedisConfig | null {
  const address = settings.REDIS_URL === undefined ? null : parseRedisUrl(settings.REDIS_URL)
  if (address === null) {
    if (settings.REDIS_CA_FILE !== undefined) {
      findings.warnings.push('REDIS_CA_FILE is set, but REDIS_URL is not: it is not used.')
    }
    return null
  }
  for (const blocked of neverContactedIn(address)) {
    findings.problems.push(`REDIS_URL: ${blocked}; give the URL of a server that the gateway may contact.`)
  }
  const ca = settings.REDIS_CA_FILE === undefined ? null : readCa(resolve(cwd, settings.REDIS_CA_FILE), findings)
  if (ca !== null && !address.tls) {
    findings.problems.push(
      'REDIS_CA_FILE: REDIS_URL does not begin with rediss://, so there is no TLS; correct one of them.',
    )
  }
  return Object.freeze({ address, prefix: settings.REDIS_PREFIX, ca, durability: settings.REDIS_DURABILITY })
}

function readCa(path: string, { problems }: Findings): string | null {
  try {
    const text = readFileSync(path, 'utf8')
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text
    problems.push(
      `REDIS_CA_FILE: ${quote(path)} holds no certificate; give a PEM file of the authorities' certificates.`,
    )
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    problems.push(`REDIS_CA_FILE: ${quote(path)} cannot be read (${why}); correct the path, or let this user read it.`)
  }
  return null
}
