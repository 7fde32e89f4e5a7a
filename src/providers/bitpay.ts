import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const bitpay: Provider = {
  name: 'bitpay',
  title: 'BitPay',
  docs: 'https://developer.bitpay.com/reference/notifications',
  confidence: 'unsigned',
  known:
    'BitPay says that it does not sign its notifications and that its addresses change: take one as a hint and fetch the invoice. A newer x-signature header is spoken of elsewhere and could not be confirmed.',
  schemes: tokenSchemes,
  id: [],
  type: ['body:/event/name'],
  answer: { body: '' },
  setup: 'A token of your own, in the notificationURL of each invoice: ?token=… at its end.',
}
