import type { Samples } from './types.ts'

export const payments: Samples = {
  adyen: {
    json: {
      live: 'false',
      notificationItems: [
        {
          NotificationRequestItem: {
            additionalData: {},
            amount: { currency: 'EUR', value: 1130 },
            eventCode: 'AUTHORISATION',
            eventDate: '{iso}',
            merchantAccountCode: 'TestMerchant',
            merchantReference: 'TestPayment-1407325143704',
            originalReference: '',
            paymentMethod: 'visa',
            pspReference: '{digits:16}',
            reason: '',
            success: 'true',
          },
        },
      ],
    },
  },
  bitpay: {
    json: {
      event: { code: 1003, name: 'invoice_paidInFull' },
      data: { id: '{alnum:22}', status: 'paid', price: 10, currency: 'USD' },
    },
  },
  braintree: {
    form: {
      bt_payload:
        'base64:<notification><kind>subscription_charged_successfully</kind><timestamp type="datetime">{iso}</timestamp><subject><subscription><id>8m6k3w</id><price>20.00</price></subscription></subject></notification>\n',
    },
  },
  brex: { json: { event_type: 'TRANSFER_PROCESSED', transfer_id: 'dptx_1', company_id: 'cuacc_1' } },
  chargebee: {
    json: {
      id: 'ev_{hex:12}',
      occurred_at: '{seconds}',
      source: 'admin_console',
      object: 'event',
      api_version: 'v2',
      event_type: 'subscription_created',
      content: {},
    },
  },
  'checkout-com': {
    json: {
      id: 'evt_{alnum:26}',
      type: 'payment_captured',
      version: '1.0.0',
      created_on: '{iso}',
      data: { id: 'pay_1', amount: 6540 },
    },
  },
  'coinbase-cdp': {
    headers: { 'x-event-id': '{uuid}', 'x-event-type': 'onchain.activity.detected' },
    json: {
      eventId: '{uuid}',
      eventType: 'onchain.activity.detected',
      timestamp: '{iso}',
      data: { transactionHash: '0xabc' },
    },
  },
  'coinbase-commerce': {
    json: { attempt_number: 1, event: { id: '{uuid}', type: 'charge:created', data: { code: '66BEOV2A' } } },
  },
  flutterwave: {
    json: {
      webhook_id: 'wbk_{alnum:20}',
      timestamp: '{ms}',
      type: 'charge.completed',
      data: { id: 'chg_1', status: 'succeeded' },
    },
  },
  gocardless: {
    json: {
      events: [
        {
          id: 'EV00BD05S5VM2T',
          created_at: '{iso}',
          resource_type: 'subscriptions',
          action: 'created',
          links: { subscription: 'SB0003JJQ2MR06' },
        },
      ],
      meta: { webhook_id: '{upper:12}' },
    },
  },
  intuit: {
    json: {
      eventNotifications: [
        {
          realmId: '1185883450',
          dataChangeEvent: { entities: [{ name: 'Customer', id: '1', operation: 'Create', lastUpdated: '{iso}' }] },
        },
      ],
    },
  },
  lemonsqueezy: {
    headers: { 'x-event-name': 'order_created' },
    json: {
      meta: { test_mode: true, event_name: 'order_created', webhook_id: '{uuid}' },
      data: {
        type: 'orders',
        id: '1',
        attributes: {
          order_number: 1,
          user_email: 'ada@example.com',
          total: 999,
          currency: 'USD',
          status: 'paid',
          created_at: '{iso}',
        },
      },
    },
  },
  mercadopago: {
    query: { 'data.id': '123456', type: 'payment' },
    json: { id: '{number:9}', live_mode: true, type: 'payment', action: 'payment.created', data: { id: '123456' } },
  },
  mollie: {
    json: {
      resource: 'event',
      id: 'whe_{alnum:12}',
      type: 'payment-link.paid',
      entityId: 'pl_4Y0eZitmBnQ5jsBYZIBw',
      createdAt: '{iso}',
    },
  },
  paddle: {
    json: {
      event_id: 'evt_{alnum:18}',
      event_type: 'transaction.completed',
      occurred_at: '{iso}',
      notification_id: 'ntf_01hv8x2acma2gz7he8kg',
      data: { id: 'txn_01hv8wptq8987qeep44cyrewp9', status: 'completed' },
    },
  },
  'paddle-classic': {
    form: {
      alert_name: 'payment_succeeded',
      alert_id: '{digits:9}',
      currency: 'USD',
      customer_name: 'Ada Lovelace',
      email: 'ada@example.com',
      event_time: '2026-01-01 00:00:00',
      order_id: '{digits:7}',
      sale_gross: '20.00',
      status: 'active',
    },
  },
  paystack: {
    json: {
      event: 'charge.success',
      data: {
        id: '{number:9}',
        domain: 'test',
        status: 'success',
        reference: '{alnum:10}',
        amount: 10000,
        currency: 'NGN',
        paid_at: '{iso}',
        customer: { email: 'ada@example.com' },
      },
    },
  },
  polar: { json: { type: 'customer.deleted', timestamp: '{iso}', data: {} } },
  ramp: { json: { id: '{hex:12}', type: 'transactions.cleared', object: { id: 't1' } } },
  razorpay: {
    headers: { 'x-razorpay-event-id': 'evt_{hex:14}' },
    json: {
      entity: 'event',
      account_id: 'acc_BFQ7uQEaa7j2z7',
      event: 'payment.captured',
      contains: ['payment'],
      payload: { payment: { entity: { id: 'pay_DESlfW9H8K9uqM', amount: 100 } } },
      created_at: '{seconds}',
    },
  },
  recurly: {
    json: {
      id: '{alnum:12}',
      object_type: 'account',
      site_id: 's1',
      event_type: 'created',
      event_time: '{iso}',
      account_code: 'a1',
    },
  },
  revenuecat: { json: { api_version: '1.0', event: { id: '{uuid}', type: 'TEST', event_timestamp_ms: '{ms}' } } },
  square: {
    json: {
      merchant_id: '6SSW7HV8K2ST5',
      type: 'payment.updated',
      event_id: '{uuid}',
      created_at: '{iso}',
      data: {
        type: 'payment',
        id: 'KkAkhdMsgzn59SM8A89WgKwekxLZY',
        object: {
          payment: {
            id: 'KkAkhdMsgzn59SM8A89WgKwekxLZY',
            amount_money: { amount: 100, currency: 'USD' },
            status: 'COMPLETED',
          },
        },
      },
    },
  },
  stripe: {
    json: {
      id: 'evt_{alnum:24}',
      object: 'event',
      api_version: '2025-06-30.basil',
      created: '{seconds}',
      data: {
        object: {
          id: 'in_1MtHbELkdIwHu7ixl4OzzPMv',
          object: 'invoice',
          amount_due: 2000,
          amount_paid: 2000,
          currency: 'usd',
          customer: 'cus_NeZwdNtLEOXuvB',
          customer_email: 'ada@example.com',
          number: 'B3C8F9D2-0001',
          status: 'paid',
        },
      },
      livemode: false,
      pending_webhooks: 1,
      request: { id: 'req_{alnum:14}', idempotency_key: '{uuid}' },
      type: 'invoice.paid',
    },
  },
  wise: {
    headers: { 'x-delivery-id': '{uuid}' },
    json: {
      data: {
        resource: { id: 49983981, profile_id: 16055450, account_id: 14124090, type: 'transfer' },
        current_state: 'incoming_payment_waiting',
        previous_state: null,
        occurred_at: '{iso}',
      },
      subscription_id: '90aa8e14-4ef1-4a56-861c-f3c9cde097ea',
      event_type: 'transfers#state-change',
      schema_version: '2.0.0',
      sent_at: '{iso}',
    },
  },
  xendit: {
    headers: { 'webhook-id': '{hex:24}' },
    json: { event: 'account.verification', created: '{iso}', data: { id: '1' } },
  },
  xero: {
    json: {
      events: [
        {
          resourceUrl: 'https://api.xero.com/api.xro/2.0/Contacts/717f2bfc-c6d4-41fd-b238-3f2f0c0cf777',
          resourceId: '717f2bfc-c6d4-41fd-b238-3f2f0c0cf777',
          eventDateUtc: '{iso}',
          eventType: 'UPDATE',
          eventCategory: 'CONTACT',
          tenantId: 'c2cc9b6e-9458-4c7d-93cc-f02b81b0594f',
          tenantType: 'ORGANISATION',
        },
      ],
      firstEventSequence: 1,
      lastEventSequence: 1,
      entropy: '{upper:20}',
    },
  },
}
