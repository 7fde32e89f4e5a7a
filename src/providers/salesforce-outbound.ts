import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const salesforceOutbound: Provider = {
  name: 'salesforce-outbound',
  title: 'Salesforce outbound messages',
  docs: 'https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging.htm',
  confidence: 'unsigned',
  known:
    'SOAP messages without a signature. Salesforce asks to let in its addresses only, which other customers share, and to compare OrganizationId in the message.',
  schemes: tokenSchemes,
  id: [],
  type: [],
  addresses:
    'https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging_security.htm',
  retries: 'for 24 hours',
  answer: {
    type: 'text/xml',
    body: '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>',
  },
  setup: 'A token of your own: Setup → Outbound Messages → Endpoint URL, with ?token=… at its end.',
}
