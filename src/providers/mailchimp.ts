import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const mailchimp: Provider = {
  name: 'mailchimp',
  title: 'Mailchimp Marketing',
  docs: 'https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/',
  confidence: 'unsigned',
  known:
    'Nothing is signed (Mailchimp Transactional is another sender: mandrill), and headers cannot be added; its addresses change.',
  schemes: tokenSchemes,
  id: [],
  type: ['body:/type'],
  deadlineSeconds: 10,
  retries: 'for 75 minutes',
  handshakes: [{ method: 'GET', answer: {} }],
  setup: 'A token of your own: Audience → Settings → Webhooks → Callback URL, with ?token=… at its end.',
}
