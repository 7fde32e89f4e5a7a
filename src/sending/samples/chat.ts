import type { Samples } from './types.ts'

export const chat: Samples = {
  ably: {
    headers: { 'x-ably-version': '1.2', 'x-ably-key': 'appid.keyid' },
    json: {
      items: [
        {
          webhookId: 'ABcDEf',
          source: 'channel.message',
          serial: 'a7bcdEFghIjklm123456789:4',
          timestamp: '{ms}',
          name: 'channel.message',
          data: { channelId: 'c', messages: [] },
        },
      ],
    },
  },
  discord: {
    json: {
      version: 1,
      application_id: '1234560123453231555',
      type: 1,
      event: {
        type: 'APPLICATION_AUTHORIZED',
        timestamp: '{iso}',
        data: { integration_type: 1, scopes: ['applications.commands'], user: { id: '{digits:18}', username: 'ada' } },
      },
    },
  },
  intercom: {
    json: {
      type: 'notification_event',
      app_id: 'a86dr8yl',
      topic: 'conversation.user.created',
      id: 'notif_{uuid}',
      created_at: '{seconds}',
      delivery_attempts: 1,
      data: { type: 'notification_event_data', item: { type: 'conversation', id: '147', created_at: '{seconds}' } },
    },
  },
  line: {
    json: {
      destination: 'U8e742f61d673b39c7fff3cecb7536ef0',
      events: [
        {
          type: 'message',
          mode: 'active',
          timestamp: '{ms}',
          webhookEventId: '{upper:26}',
          deliveryContext: { isRedelivery: false },
          source: { type: 'user', userId: 'U80696558e1aa831' },
          message: { id: '444573844083572737', type: 'text', text: 'Hello, world' },
        },
      ],
    },
  },
  meta: {
    json: {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '102290129340398',
          changes: [
            {
              field: 'messages',
              value: {
                messaging_product: 'whatsapp',
                metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' },
                messages: [
                  {
                    from: '16505551234',
                    id: 'wamid.{alnum:24}',
                    timestamp: '{digits-seconds}',
                    type: 'text',
                    text: { body: 'Does it come in another color?' },
                  },
                ],
              },
            },
          ],
        },
      ],
    },
  },
  pusher: {
    headers: { 'x-pusher-key': '278d425bdf160c739803' },
    json: { time_ms: '{ms}', events: [{ name: 'channel_occupied', channel: 'my-channel' }] },
  },
  slack: {
    json: {
      token: 'ZZZZZZWSxiZZZ2yIvs3peJ',
      team_id: 'T123ABC456',
      api_app_id: 'A123ABC456',
      event: {
        type: 'app_mention',
        user: 'U061F7AUR',
        text: '<@U0LAN0Z89> is it everything a river should be?',
        ts: '1515449522.000016',
        channel: 'C123ABC456',
        event_ts: '1515449522.000016',
      },
      type: 'event_callback',
      event_id: 'Ev{upper:9}',
      event_time: '{seconds}',
    },
  },
  stream: {
    headers: { 'x-api-key': 'k', 'x-webhook-id': '{alnum:12}' },
    json: { type: 'message.new', cid: 'messaging:fun', created_at: '{iso}' },
  },
  telegram: {
    json: {
      update_id: '{number:9}',
      message: {
        message_id: 1365,
        from: { id: 1111111, is_bot: false, first_name: 'Ada', username: 'ada' },
        chat: { id: 1111111, first_name: 'Ada', type: 'private' },
        date: '{seconds}',
        text: '/start',
      },
    },
  },
  twitch: {
    headers: {
      'twitch-eventsub-message-id': '{uuid}',
      'twitch-eventsub-message-type': 'notification',
      'twitch-eventsub-message-retry': '0',
      'twitch-eventsub-subscription-type': 'channel.follow',
      'twitch-eventsub-subscription-version': '2',
    },
    json: {
      subscription: {
        id: 'f1c2a387-161a-49f9-a165-0f21d7a4e1c4',
        status: 'enabled',
        type: 'channel.follow',
        version: '2',
        condition: { broadcaster_user_id: '12826' },
      },
      event: { user_id: '1337', user_login: 'awesome_user', broadcaster_user_id: '12826', followed_at: '{iso}' },
    },
  },
  viber: {
    json: {
      event: 'message',
      timestamp: '{ms}',
      chat_hostname: 'SN-CHAT-05_',
      message_token: '{number:15}',
      sender: { id: '01234567890A=', name: 'Ada' },
      message: { type: 'text', text: 'Hello' },
    },
  },
  webex: {
    json: {
      id: 'Y2lzY29zcGFyazov',
      name: 'My Awesome Webhook',
      resource: 'messages',
      event: 'created',
      data: { id: 'm1' },
    },
  },
}
