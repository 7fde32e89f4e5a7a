import type { Provider } from './types.ts'

/** Unsigned, with a payload of your own: the header is the one that we ask you to add. */
export const datadog: Provider = {
  name: 'datadog',
  title: 'Datadog',
  docs: 'https://docs.datadoghq.com/integrations/webhooks/',
  confidence: 'computed',
  schemes: [{ name: 'x-webhook-token', kind: 'token', at: 'header:x-webhook-token', key: { form: 'utf8' } }],
  id: [],
  type: [],
  setup: 'A token of your own, as custom header {"X-Webhook-Token": "…"} of the webhook.',
}
