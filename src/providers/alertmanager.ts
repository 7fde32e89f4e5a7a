import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const alertmanager: Provider = {
  name: 'alertmanager',
  title: 'Prometheus Alertmanager',
  docs: 'https://prometheus.io/docs/alerting/latest/configuration/',
  confidence: 'unsigned',
  known:
    'Nothing is signed; http_config of the receiver can send basic auth, an Authorization header or a client certificate.',
  schemes: tokenSchemes,
  id: [],
  type: ['body:/status'],
  setup:
    'A token of your own: webhook_configs → http_config → authorization → credentials; or basic_auth, given here as user:password.',
}
