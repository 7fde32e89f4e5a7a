import type { Provider } from './types.ts'

/** A JWS without a time whose claim binds the body; the body’s id is that of the deploy, which several events share. */
export const netlify: Provider = {
  name: 'netlify',
  title: 'Netlify',
  docs: 'https://docs.netlify.com/deploy/deploy-notifications/',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-webhook-signature',
      kind: 'jwt',
      at: 'header:x-webhook-signature',
      algorithms: ['HS256'],
      key: { form: 'utf8' },
      claims: { iss: 'netlify', sha256: '{body-sha256-hex}' },
    },
  ],
  id: [],
  type: ['header:x-netlify-event', 'body:/state'],
  setup: 'Deploy notifications → the HTTP POST request → JWS secret token.',
}
