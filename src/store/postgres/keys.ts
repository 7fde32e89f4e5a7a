import { hash } from 'node:crypto'

/**
 * A key as it is stored: the first 16 bytes of its SHA-256, in the type whose 16 bytes PostgreSQL compares fastest. The
 * same for ids, signatures and ordering keys.
 */
export function hashKey(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32)
}
