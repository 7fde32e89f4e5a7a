import type { ClientConfig } from 'pg'

/** Where the database is and how it is spoken to. */
export interface Address {
  readonly url: string
}

/** As `pg` wants it. */
export function clientConfig({ url }: Address): ClientConfig {
  return { connectionString: url }
}
