import type { AddressInfo } from 'node:net'

/** Where a process reaches itself, by what its server listens on; null: it listens nowhere, or on no port. */
export function ownOrigin(address: AddressInfo | string | null): string | null {
  if (address === null || typeof address === 'string') return null
  const { address: host, family, port } = address
  // What listens everywhere listens here.
  if (host === '::' || host === '0.0.0.0') return `http://127.0.0.1:${port}`
  return family === 'IPv6' ? `http://[${host}]:${port}` : `http://${host}:${port}`
}
