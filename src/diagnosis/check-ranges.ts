import { isIP } from 'node:net'
import { networkOf } from '../net/ranges.ts'

/** Ranges this short hold addresses of strangers, whatever else they hold. */
const shortestPrefix = 4

/** Whose an address, a range or a host is. `private`: also names that only a private network can have. */
export function rangesOf(text: string): 'everybody' | 'private' | 'public' {
  const [address = '', length] = text.replace(/^\[|\]$/g, '').split('/', 2)
  if (length !== undefined && Number(length) < shortestPrefix) return 'everybody'
  if (isIP(address) !== 0) return networkOf(address) === 'public' ? 'public' : 'private'
  return address.includes('.') && !/\.(?:internal|local|localhost|lan|home|intranet|svc)$/i.test(address)
    ? 'public'
    : 'private'
}
