import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const fastly: Provider = {
  name: 'fastly',
  title: 'Fastly log streaming',
  docs: 'https://www.fastly.com/documentation/guides/integrations/logging-endpoints/log-streaming-https/',
  confidence: 'unsigned',
  known:
    'Nothing is signed; one custom header can be added. Before the first batch Fastly asks for /.well-known/fastly/logging/challenge on the same host.',
  schemes: tokenSchemes,
  id: [],
  type: [],
  setup: 'A token of your own: Logging → HTTPS → Custom header name X-Webhook-Token and its value.',
}
