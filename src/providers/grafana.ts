import type { Provider } from './types.ts'

/** Set the timestamp header of the contact point to X-Grafana-Alerting-Timestamp to have the time signed. */
export const grafana: Provider = {
  name: 'grafana',
  title: 'Grafana',
  docs: 'https://github.com/grafana/alerting/blob/main/http/hmac.go',
  confidence: 'computed',
  schemes: [
    {
      name: 'timed',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-grafana-alerting-signature',
      encoding: 'hex',
      when: { at: 'header:x-grafana-alerting-timestamp' },
      signed: '{timestamp}:{body}',
      timestamp: { from: 'header:x-grafana-alerting-timestamp', unit: 's', tolerance: 300 },
      key: { form: 'utf8' },
    },
    {
      name: 'untimed',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-grafana-alerting-signature',
      encoding: 'hex',
      weak: true,
      signed: '{body}',
      foreign: ['{timestamp}:'],
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/status'],
  setup: 'Alerting → Contact points → the webhook → HMAC signature → Secret.',
}
