import { BlockedAddressError, createGuard, operatorNetworks } from '../net/guard.ts'

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
