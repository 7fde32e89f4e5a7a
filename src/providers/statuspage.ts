import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const statuspage: Provider = {
  name: 'statuspage',
  title: 'Atlassian Statuspage',
  docs: 'https://support.atlassian.com/statuspage/docs/enable-webhook-notifications/',
  confidence: 'unsigned',
  known: 'Nothing is signed, and headers cannot be added. Atlassian says that the addresses have no fixed range.',
  schemes: tokenSchemes,
  id: [],
  type: [],
  deadlineSeconds: 30,
  setup: 'A token of your own, in the URL with which you subscribe: ?token=… at its end.',
}
