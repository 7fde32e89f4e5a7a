import { BlockList, isIP } from 'node:net'

/**
 * Whether an address is one of these, or in one of these ranges (`10.0.0.0/8`, `2001:db8::/32`). An IPv4 address inside an
 * IPv6 one (`::ffff:10.0.0.1`, as a socket for both tells it) counts as what it is. What is no address is in none.
 */
export function createAllowList(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', length] = entry.split('/', 2)
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    if (length === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(length), family)
  }
  return (given) => {
    // A zone (`%eth0`) says by which interface, not from where.
    const address = given.includes('%') ? given.slice(0, given.indexOf('%')) : given
    const version = isIP(address)
    return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6')
  }
}
