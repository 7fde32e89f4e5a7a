import '@shopify/shopify-api/adapters/web-api'
import { ApiVersion, shopifyApi } from '@shopify/shopify-api'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'shopify',
  name: '@shopify/shopify-api',
  verify: async ({ url, headers, body, secret }) => {
    const { webhooks } = shopifyApi({
      apiKey: 'unused',
      apiSecretKey: secret,
      apiVersion: ApiVersion.July25,
      hostName: 'hooks.example.com',
      isEmbeddedApp: false,
      logger: { level: 0 },
    })
    const rawRequest = new Request(url, { method: 'POST', headers, body })
    return (await webhooks.validate({ rawBody: body, rawRequest })).valid
  },
}
