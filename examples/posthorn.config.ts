// The gateway with a configuration file: CONFIG=examples/posthorn.config.ts npm start
// Its keys are described in docs/configuration.md; your editor shows what each one means.
import { defineConfig } from 'posthorn'

export default defineConfig({
  sources: {
    // A sender of your own: HMAC-SHA256 over time and body, as `X-Acme-Signature: t=1700000000,v1=<hex>`.
    acme: {
      provider: {
        schemes: [
          {
            name: 'acme-v1',
            kind: 'hmac',
            hash: 'sha256',
            at: 'header:x-acme-signature',
            list: { separator: ',', assign: '=', label: 'v1' },
            encoding: 'hex',
            signed: '{timestamp}.{body}',
            timestamp: { from: 'list:t', unit: 's', tolerance: 300 },
            key: { form: 'utf8' },
          },
        ],
        id: ['body:/id'],
        type: ['body:/kind'],
        payload: 'json',
      },
      secret: { env: 'ACME_SECRET' },
    },
  },

  destinations: {
    // Paid invoices go to billing, one at a time, and not for longer than a day.
    billing: {
      url: process.env['BILLING_URL'] ?? 'http://localhost:4000/billing',
      secret: { env: 'BILLING_SECRET' },
      headers: { 'x-team': 'billing' },
      from: 'acme',
      types: ['invoice.*', 'refund.created'],
      // Only what is worth a cent, and only what billing needs of it.
      filter: { 'body.total': { $gt: 0 } },
      transform: ({ type, json }) => ({ body: { type, invoice: json() } }),
      concurrency: 1,
      schedule: ['10s', '1m', '10m', '1h', '6h', '12h'],
      giveUpAfter: '1d',
    },
  },
})
