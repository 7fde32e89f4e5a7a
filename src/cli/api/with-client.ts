import type { Io } from '../io.ts'
import { type Client, createClient } from './client.ts'
import { type GatewayOptions, gatewayOf } from './gateway.ts'

/** Has something done with the gateway that the options name, and lets go of it afterwards. */
export async function withClient<T>(io: Io, options: GatewayOptions, work: (client: Client) => Promise<T>): Promise<T> {
  const client = createClient(await gatewayOf(io, options))
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}
