import type { Samples } from './types.ts'

export const identity: Samples = {
  auth0: {
    json: { specversion: '1.0', type: 'user.created', id: 'evt_{hex:12}', source: 'urn:auth0:example', data: {} },
  },
  clerk: {
    json: {
      type: 'user.created',
      object: 'event',
      timestamp: '{ms}',
      instance_id: 'ins_2Xe4mVb0rP1sQw',
      data: {
        id: 'user_2g7np7Hrk0SN6kj5EDMLDaKNL0S',
        object: 'user',
        first_name: 'Ada',
        last_name: 'Lovelace',
        email_addresses: [{ id: 'idn_2g7np6', email_address: 'ada@example.com' }],
        created_at: '{ms}',
      },
    },
  },
  fusionauth: { json: { event: { id: '{hex:12}', type: 'user.create.complete', createInstant: '{ms}' } } },
  okta: {
    json: {
      eventType: 'com.okta.event_hook',
      eventTypeVersion: '1.0',
      cloudEventsVersion: '0.1',
      eventId: '{uuid}',
      data: { events: [{ uuid: 'f1d0b993', eventType: 'user.lifecycle.create' }] },
    },
  },
  onfido: {
    json: {
      payload: { resource_type: 'check', action: 'check.completed', object: { id: 'check-123', status: 'complete' } },
    },
  },
  persona: { json: { data: { type: 'event', id: 'evt_{alnum:16}', attributes: { name: 'inquiry.completed' } } } },
  stytch: {
    json: { action: 'CREATE', event_id: 'webhook-event-test-1', object_type: 'user', project_id: 'project-test-1' },
  },
  sumsub: {
    headers: { 'x-payload-digest-alg': 'HMAC_SHA512_HEX' },
    json: {
      applicantId: '5cb744200a975a67ed1798a4',
      type: 'applicantReviewed',
      correlationId: 'req-1',
      reviewStatus: 'completed',
    },
  },
  'supabase-auth-hook': {
    json: {
      user: { id: '8484b834-f29e-4af2-bf42-80644d154f76', email: 'ada@example.com', role: 'authenticated' },
      email_data: { token: '305805', email_action_type: 'signup', site_url: 'http://localhost:9999' },
    },
  },
  veriff: {
    headers: { 'x-auth-client': '8e4f1f7a-0000' },
    json: { id: 'f04bdb47-d3be-4b28-b028-a652feb060b5', feature: 'selfid', code: 7001, action: 'started' },
  },
  workos: { json: { id: 'wh_{hex:12}', event: 'connection.activated', data: { id: 'conn_1' } } },
}
