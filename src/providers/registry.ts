import { generic } from './generic.ts'
import { github } from './github.ts'
import { hookmesh } from './hookmesh.ts'
import { shopify } from './shopify.ts'
import { slack } from './slack.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { stripe } from './stripe.ts'
import type { Provider } from './types.ts'

const rows: readonly Provider[] = [generic, github, hookmesh, shopify, slack, standardWebhooks, stripe]

/** Every sender the gateway knows, by name. */
export const providers: ReadonlyMap<string, Provider> = new Map(rows.map((row) => [row.name, row]))

/** `name` as in `/webhook/<name>`; undefined when there is no such row. */
export function findProvider(name: string): Provider | undefined {
  return providers.get(name)
}
