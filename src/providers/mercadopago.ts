import type { Provider } from './types.ts'

/** The body is not signed: fetch what data.id names from the API. */
export const mercadopago: Provider = {
  name: 'mercadopago',
  title: 'Mercado Pago',
  docs: 'https://www.mercadopago.com.br/developers/es/docs/checkout-api-v2/notifications',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'v1' },
      signed: '[id:{query-lower:data.id};][request-id:{header:x-request-id};]ts:{timestamp};',
      timestamp: { from: 'list:ts', unit: 's-or-ms', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/type'],
  deadlineSeconds: 22,
  retries: 'every 15 min',
  setup: 'Your integrations → the application → Webhooks → Secret signature.',
}
