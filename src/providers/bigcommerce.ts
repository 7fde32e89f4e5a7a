import { standardWebhooksV1 } from './standard-webhooks.ts'
import type { Provider } from './types.ts'

/** Standard Webhooks, but the key is the client secret's text. */
export const bigcommerce: Provider = {
  name: 'bigcommerce',
  title: 'BigCommerce',
  docs: 'https://github.com/bigcommerce/docs/blob/main/docs/integrations/webhooks/https-webhook-overview.mdx',
  confidence: 'computed',
  schemes: [{ ...standardWebhooksV1, key: { form: 'utf8' } }],
  id: ['header:webhook-id'],
  type: ['body:/scope'],
  retries: '60 s to 24 h apart, for 48 h',
  setup: "The client secret of the app's API account.",
}
