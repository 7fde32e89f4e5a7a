import type { Provider } from './types.ts'

/**
 * JSON in a field of a multipart body, of which only the event's time and type are signed. The time is that of the event,
 * not of the request, so it limits nothing.
 */
export const dropboxSign: Provider = {
  name: 'dropbox-sign',
  title: 'Dropbox Sign',
  docs: 'https://developers.hellosign.com/docs/events/walkthrough/',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'event-hash',
      kind: 'hmac',
      hash: 'sha256',
      at: 'multipart:json#/event/event_hash',
      encoding: 'hex',
      signed: '{multipart:json#/event/event_time}{multipart:json#/event/event_type}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: [],
  retries: '6 times',
  answer: { body: 'Hello API Event Received' },
  setup: 'Settings → API → API key.',
}
