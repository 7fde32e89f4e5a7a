import { BlockedAddressError, createGuard, operatorNetworks } from '../net/guard.ts'
import type { RedisAddress } from '../redis/address.ts'
import { quote } from './parse.ts'

const guard = createGuard(operatorNetworks)

/**
 * Why the gateway will never contact a URL's host, so that each delivery there would fail; null: it may. Only what the URL
 * itself says is looked at: a name is resolved, and looked at again, when it is dialled.
 */
export function neverContacted({ hostname }: URL): string | null {
  try {
    guard.checkHost(hostname)
    return null
  } catch (error) {
    if (error instanceof BlockedAddressError) return error.message
    throw error
  }
}

/** The same of each server that the URL of a Redis names: those that a Cluster or Sentinels name are not known yet. */
export function neverContactedIn({ nodes }: RedisAddress): readonly string[] {
  return nodes.flatMap(({ host }) => {
    const url = URL.parse(`http://${host.includes(':') ? `[${host}]` : host}/`)
    return (url === null ? `${quote(host)} is no host` : neverContacted(url)) ?? []
  })
}
