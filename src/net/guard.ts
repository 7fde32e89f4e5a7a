import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { type Network, networkOf } from './ranges.ts'

/** Which networks may be contacted besides the public one. What is `forbidden` cannot be allowed. */
export interface NetworkPolicy {
  readonly allow: readonly Exclude<Network, 'public' | 'forbidden'>[]
}

/** For addresses that anybody but the operator has a say in. */
export const publicOnly: NetworkPolicy = Object.freeze({ allow: Object.freeze([]) })
/** For addresses from the operator's own configuration: their services are often in a private network. */
export const operatorNetworks: NetworkPolicy = Object.freeze({
  allow: Object.freeze(['private', 'loopback', 'shared'] as const),
})

/** An address that may not be contacted. The message says which one, and why. */
export class BlockedAddressError extends Error {
  override readonly name = 'BlockedAddressError'
  readonly code = 'EBLOCKED'
}

/** Resolves a name to all its addresses, as `dns.lookup` does with `all`. */
export type Resolve = (
  hostname: string,
  options: { readonly all: true; readonly family?: number; readonly hints?: number },
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void

export interface Guard {
  /**
   * The host in one spelling, for connecting to it.
   * @throws {BlockedAddressError} when it is an address, however written, or a name that may not be contacted
   */
  checkHost(host: string): string
  /**
   * @param host for the message
   * @throws {BlockedAddressError}
   */
  checkAddress(address: string, host?: string): void
  /**
   * For `net.connect` and `tls.connect`: hands over only addresses that were checked, so that nothing is resolved a second
   * time; one that may not be contacted refuses the whole name.
   */
  readonly lookup: LookupFunction
}

/** Under these names clouds serve their metadata, whatever they resolve to. */
const metadataHosts: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
  'instance-data',
  'instance-data.ec2.internal',
])

const words = {
  forbidden: 'an address that is never contacted (link-local, metadata service or otherwise special)',
  private: 'a private address, which may not be contacted from here',
  loopback: 'a loopback address, which may not be contacted from here',
  shared: 'an address of a provider’s own network, which may not be contacted from here',
} as const

/** Decides what may be dialled. `resolve`: by default the system's. */
export function createGuard({ allow }: NetworkPolicy, resolve: Resolve = systemResolve): Guard {
  const allowed: ReadonlySet<Network> = new Set<Network>(['public', ...allow])

  function checkAddress(address: string, host: string = address): void {
    const network = networkOf(address)
    if (network === null) throw new BlockedAddressError(`${host} gave "${address}", which is no address`)
    if (network === 'public' || (network !== 'forbidden' && allowed.has(network))) return
    throw new BlockedAddressError(`${host === address ? host : `${host} (${address})`} is ${words[network]}`)
  }

  function checkHost(host: string): string {
    const name = canonicalHost(host)
    if (isIP(name) !== 0) checkAddress(name)
    else if (metadataHosts.has(name)) throw new BlockedAddressError(`${name} is the metadata service of a cloud`)
    return name
  }

  const lookup: LookupFunction = (hostname, options, done) => {
    const answer = (error: Error | null, addresses: readonly LookupAddress[]) => {
      const [first] = addresses
      if (error !== null) return done(error, [])
      if (first === undefined) return done(new Error(`${hostname} has no address`), [])
      try {
        for (const { address } of addresses) checkAddress(address, hostname)
      } catch (blocked) {
        return done(asError(blocked), [])
      }
      if (options.all) done(null, [...addresses])
      else done(null, first.address, first.family)
    }
    try {
      const family = familyOf(options.family)
      resolve(checkHost(hostname), { all: true, ...(family === 0 ? {} : { family }) }, answer)
    } catch (error) {
      done(asError(error), [])
    }
  }

  return { checkHost, checkAddress, lookup }
}

/**
 * A host as the URL standard writes it: decimal, octal and hex addresses become dotted ones, the root's dot at the end goes,
 * and no brackets. A zone is refused: only link-local addresses need one.
 */
function canonicalHost(host: string): string {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  const isIpv6 = isIP(bare) === 6
  const url = URL.parse(`http://${isIpv6 ? `[${bare}]` : bare}/`)
  // Anything that would be more than a host, such as "a@b" or "a/b", has another meaning here than where it came from.
  if (url === null || (!isIpv6 && /[:/\\?#@]/.test(bare))) throw new BlockedAddressError('that is no host name')
  const name = url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '')
  if (name === '') throw new BlockedAddressError('that is no host name')
  return name
}

function familyOf(family: number | 'IPv4' | 'IPv6' | undefined): number {
  return family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : (family ?? 0)
}

function systemResolve(...[hostname, options, done]: Parameters<Resolve>): void {
  systemLookup(hostname, options, (error, addresses) => done(error, addresses ?? []))
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
