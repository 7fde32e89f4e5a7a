import type { Samples } from './types.ts'

export const telephony: Samples = {
  agora: {
    json: {
      noticeId: '{uuid}',
      productId: 1,
      eventType: 101,
      notifyMs: '{ms}',
      payload: { channelName: 'test_webhook', ts: '{seconds}' },
    },
  },
  aircall: { json: { event: 'call.created', resource: 'call', timestamp: '{seconds}', data: { id: 812 } } },
  daily: {
    json: { version: '1.0.0', type: 'meeting.started', id: 'mtg-str-{hex:12}', payload: {}, event_ts: '{seconds}' },
  },
  livekit: {
    type: 'application/webhook+json',
    json: { event: 'room_finished', id: 'EV_{hex:12}', createdAt: '{digits-seconds}' },
  },
  messagebird: { json: { id: '{hex:32}', status: 'delivered', recipient: '31612345678', statusDatetime: '{iso}' } },
  plivo: {
    form: {
      CallUUID: '97ceeb52-58b6-11e1-86da-77300b68f8bb',
      Event: 'StartApp',
      From: '14156667777',
      To: '14156667778',
    },
  },
  ringcentral: {
    json: {
      uuid: '{digits:16}',
      event: '/restapi/v1.0/account/1/extension/2/presence',
      timestamp: '{iso}',
      subscriptionId: 's',
      body: {},
    },
  },
  'sinch-conversation': {
    json: {
      app_id: '01EB37HMH1M6SV18ASNS3G135H',
      accepted_time: '{iso}',
      event_time: '{iso}',
      project_id: 'c36f3d3d-1523-4edd-ae42-11995557ff61',
      message: {
        id: '{upper:26}',
        direction: 'TO_APP',
        contact_message: { text_message: { text: 'Hello' } },
        channel_identity: { channel: 'MESSENGER', identity: '2742085512340733' },
      },
    },
  },
  'sinch-numbers': { json: { eventId: '{alnum:26}', timestamp: '{iso}', eventType: 'PROVISIONING_TO_VOICE_PLATFORM' } },
  'sinch-voice': {
    type: 'application/json; charset=utf-8',
    json: {
      event: 'ice',
      callid: '{uuid}',
      timestamp: '{iso}',
      version: 1,
      cli: '46708000000',
      to: { type: 'number', endpoint: '+46700000000' },
    },
  },
  telnyx: {
    json: {
      data: {
        event_type: 'message.received',
        id: '{uuid}',
        occurred_at: '{iso}',
        payload: { text: 'hi' },
        record_type: 'event',
      },
      meta: { attempt: 1 },
    },
  },
  twilio: {
    scheme: 'x-twilio-signature-form-url',
    headers: { 'i-twilio-idempotency-token': '{uuid}' },
    form: {
      MessageSid: 'SM{hex:32}',
      SmsStatus: 'delivered',
      MessageStatus: 'delivered',
      To: '+15558675310',
      From: '+15017122661',
      AccountSid: 'AC00000000000000000000000000000000',
      ApiVersion: '2010-04-01',
    },
  },
  vonage: {
    json: {
      to: '447700900000',
      from: '447700900001',
      channel: 'sms',
      message_uuid: '{uuid}',
      timestamp: '{iso}',
      message_type: 'text',
      text: 'Hello',
    },
  },
  zoom: {
    json: {
      event: 'meeting.started',
      payload: {
        account_id: 'AAAAAABBBB',
        object: {
          id: '{digits:11}',
          uuid: '{alnum:22}==',
          host_id: 'x1yCzABCDEfg23HiJKl4mN',
          topic: 'My Meeting',
          type: 2,
          start_time: '{iso}',
          timezone: 'Europe/Berlin',
        },
      },
      event_ts: '{ms}',
    },
  },
}
