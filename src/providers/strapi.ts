import type { Provider } from './types.ts'

/** Unsigned: a bearer token from the default headers. */
export const strapi: Provider = {
  name: 'strapi',
  title: 'Strapi',
  docs: 'https://docs.strapi.io/cms/backend-customization/webhooks',
  confidence: 'computed',
  schemes: [
    { name: 'authorization', kind: 'token', at: 'header:authorization', prefix: 'Bearer ', key: { form: 'utf8' } },
  ],
  id: [],
  type: ['header:x-strapi-event', 'body:/event'],
  setup: 'The token of the Authorization header that Strapi is set to send.',
}
