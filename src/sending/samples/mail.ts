import type { Samples } from './types.ts'

export const mail: Samples = {
  courier: {
    json: { type: 'message:updated', data: { id: '1-5e2b2615-{hex:24}', status: 'DELIVERED', recipient: 'ada' } },
  },
  customerio: {
    json: {
      event_id: '{upper:26}',
      object_type: 'customer',
      metric: 'subscribed',
      timestamp: '{seconds}',
      data: { customer_id: '42' },
    },
  },
  front: { json: { type: 'inbound_received', authorization: { id: 'cmp_abc' }, payload: { id: 'evt_{hex:12}' } } },
  mailchimp: {
    form: {
      type: 'subscribe',
      fired_at: '2026-01-01 12:00:00',
      'data[id]': '{hex:10}',
      'data[list_id]': 'a6b5da1054',
      'data[email]': 'ada@example.com',
      'data[email_type]': 'html',
    },
  },
  mailgun: {
    json: {
      signature: { timestamp: '{digits-seconds}', token: '{hex:50}' },
      'event-data': {
        event: 'delivered',
        id: '{alnum:22}',
        timestamp: '{seconds}',
        recipient: 'ada@example.com',
        message: { headers: { subject: 'Welcome' } },
      },
    },
  },
  mandrill: {
    form: {
      mandrill_events: [
        {
          event: 'send',
          _id: '{hex:32}',
          ts: '{seconds}',
          msg: { ts: '{seconds}', email: 'ada@example.com', subject: 'Welcome', state: 'sent' },
        },
      ],
    },
  },
  nylas: {
    json: {
      specversion: '1.0',
      type: 'message.created',
      source: '/google/emails/realtime',
      id: 'mock-{alnum:12}',
      time: '{seconds}',
      data: {},
    },
  },
  postmark: {
    json: {
      RecordType: 'Delivery',
      MessageID: '{uuid}',
      Recipient: 'ada@example.com',
      Tag: 'welcome-email',
      DeliveredAt: '{iso}',
      Details: 'Test delivery',
      ServerID: 23,
    },
  },
  resend: {
    json: {
      type: 'email.delivered',
      created_at: '{iso}',
      data: {
        email_id: '56761188-7520-42d8-8898-ff6fc54ce618',
        from: 'Acme <onboarding@example.com>',
        to: ['ada@example.com'],
        subject: 'Welcome',
        created_at: '{iso}',
      },
    },
  },
  sendgrid: {
    json: [
      {
        email: 'ada@example.com',
        timestamp: '{seconds}',
        'smtp-id': '<14c5d75ce93.dfd.64b469@ismtpd-555>',
        event: 'delivered',
        category: ['welcome'],
        sg_event_id: '{alnum:22}',
        sg_message_id: '14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0',
        response: '250 OK',
      },
    ],
  },
  sparkpost: {
    headers: { 'x-messagesystems-batch-id': 'c4c2d7d6-{hex:12}' },
    json: [{ msys: { message_event: { type: 'delivery', event_id: '92356927693813856' } } }],
  },
}
