import type { Provider } from './types.ts'

/** Only the time and the id of the event are signed: fetch what it is about from the API. The time is that of the event, so it limits nothing. */
export const ecwid: Provider = {
  name: 'ecwid',
  title: 'Ecwid',
  docs: 'https://docs.ecwid.com/',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-ecwid-webhook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-ecwid-webhook-signature',
      encoding: 'base64',
      signed: '{json:/eventCreated}.{json:/eventId}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/eventId'],
  type: ['body:/eventType'],
  setup: "The app's client_secret.",
}
