import type { Provider } from './types.ts'

/** Versions 2 and 3 sign the URL: set PUBLIC_URL. Where version 3 comes too, it decides. */
export const hubspot: Provider = {
  name: 'hubspot',
  title: 'HubSpot',
  docs: 'https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-hubspot-signature-v3',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-hubspot-signature-v3',
      encoding: 'base64',
      signed: '{method}{url-hubspot}{body}{timestamp}',
      timestamp: { from: 'header:x-hubspot-request-timestamp', unit: 'ms', tolerance: 300 },
      key: { form: 'utf8' },
    },
    {
      name: 'x-hubspot-signature-v2',
      kind: 'hash',
      hash: 'sha256',
      at: 'header:x-hubspot-signature',
      encoding: 'hex',
      when: { at: 'header:x-hubspot-signature-version', is: 'v2' },
      weak: true,
      secretAt: 'start',
      signed: '{method}{url}{body}',
      key: { form: 'utf8' },
    },
    {
      name: 'x-hubspot-signature-v1',
      kind: 'hash',
      hash: 'sha256',
      at: 'header:x-hubspot-signature',
      encoding: 'hex',
      when: { at: 'header:x-hubspot-signature-version', is: 'v1' },
      weak: true,
      secretAt: 'start',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/0/subscriptionType'],
  deadlineSeconds: 5,
  setup: "The app's client secret.",
}
