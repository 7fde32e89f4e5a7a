import { BlockList, isIP } from 'node:net'

/**
 * What an address leads to. `private`, `loopback` and `shared` (carrier-grade NAT) may be an operator's own network;
 * `forbidden` is never a place to send anything to: link-local with the metadata services of clouds, unspecified,
 * multicast, broadcast, documentation and what else is set apart.
 */
export type Network = 'public' | 'private' | 'loopback' | 'shared' | 'forbidden'

/** Metadata and control services of clouds that are not link-local; looked up before everything else. */
const services = [
  '100.100.100.200/32', // Alibaba Cloud
  '168.63.129.16/32', // Azure
  'fd00:ec2::/32', // AWS: metadata at ::254, DNS at ::253, pod identity at ::23
  'fd20:ce::/32', // Google Cloud: metadata at ::254
  'fd00:42::42/128', // Scaleway
]

/** https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry, most of them RFC 6890. */
const special: Readonly<Record<Exclude<Network, 'public'>, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
  shared: ['100.64.0.0/10'],
  forbidden: [
    '0.0.0.0/8',
    '169.254.0.0/16',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
    '2001::/23',
    '2001:db8::/32',
    '3fff::/20',
  ],
}

const serviceAddresses = blockList(services)
const specialAddresses = Object.entries(special).map(([network, ranges]) => ({
  network: network as keyof typeof special,
  addresses: blockList(ranges),
}))
/** All of IPv6 that is handed out (RFC 4291 section 2.4); the rest is special or nobody's. */
const globalUnicast = blockList(['2000::/3'])

/** Null when the text is no address. A zone (`%eth0`) says by which interface, not where to. */
export function networkOf(text: string): Network | null {
  const address = text.split('%', 1)[0] ?? ''
  const version = isIP(address)
  if (version === 0) return null
  return version === 4 ? ipv4Network(address) : ipv6Network(address)
}

function ipv4Network(address: string): Network {
  if (serviceAddresses.check(address, 'ipv4')) return 'forbidden'
  return specialAddresses.find(({ addresses }) => addresses.check(address, 'ipv4'))?.network ?? 'public'
}

function ipv6Network(address: string): Network {
  const groups = groupsOf(address)
  const { ipv4, same } = embeddedIn(groups)
  const inner = ipv4 === null ? null : ipv4Network(ipv4)
  // The same address, written otherwise.
  if (inner !== null && same) return inner
  // Through a translator or a tunnel: whoever writes an address so that means a private one hides it.
  if (inner !== null && inner !== 'public') return 'forbidden'
  if (isNat64(groups)) return 'public'
  const written = groups.map((group) => group.toString(16)).join(':')
  if (serviceAddresses.check(written, 'ipv6')) return 'forbidden'
  const found = specialAddresses.find(({ addresses }) => addresses.check(written, 'ipv6'))
  return found?.network ?? (globalUnicast.check(written, 'ipv6') ? 'public' : 'forbidden')
}

/** RFC 6052: how hosts without IPv4 reach those without IPv6. */
function isNat64([a, b, c, d, e, f]: readonly number[]): boolean {
  return a === 0x64 && b === 0xff9b && c === 0 && d === 0 && e === 0 && f === 0
}

/** The IPv4 address inside an IPv6 one; `same`: the system connects to that one itself. */
function embeddedIn(groups: readonly number[]): { readonly ipv4: string | null; readonly same: boolean } {
  const [a = 0, b = 0, c = 0, , e = 0, f = 0, g = 0, h = 0] = groups
  const zeros = groups.slice(0, 4).every((group) => group === 0)
  if (zeros && e === 0 && f === 0xffff) return { ipv4: dotted(g, h), same: true }
  // IPv4-compatible (deprecated) and translated (RFC 2765); `::` and `::1` are themselves.
  if (zeros && e === 0 && f === 0 && (g !== 0 || h > 1)) return { ipv4: dotted(g, h), same: true }
  if (zeros && e === 0xffff && f === 0) return { ipv4: dotted(g, h), same: false }
  if (isNat64(groups)) return { ipv4: dotted(g, h), same: false }
  // 6to4 (RFC 3056) and ISATAP (RFC 5214).
  if (a === 0x2002) return { ipv4: dotted(b, c), same: false }
  if ((e === 0 || e === 0x200) && f === 0x5efe) return { ipv4: dotted(g, h), same: false }
  return { ipv4: null, same: false }
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** The eight groups of a well-formed IPv6 address, however it is written: the URL parser writes all alike. */
function groupsOf(address: string): readonly number[] {
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = written.split('::', 2)
  const read = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const before = read(head)
  const after = tail === undefined ? [] : read(tail)
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', length] = range.split('/')
    list.addSubnet(address, Number(length), isIP(address) === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}
