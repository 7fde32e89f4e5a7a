import type { Samples } from './types.ts'

export const operations: Samples = {
  alertmanager: {
    json: {
      version: '4',
      groupKey: '{}:{}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'webhook',
      groupLabels: { alertname: 'InstanceDown' },
      commonLabels: { alertname: 'InstanceDown', severity: 'critical' },
      commonAnnotations: {},
      externalURL: 'http://alertmanager.example.com',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'InstanceDown', instance: 'web-1' },
          annotations: { summary: 'web-1 is down' },
          startsAt: '{iso}',
          fingerprint: '{hex:16}',
        },
      ],
    },
  },
  cloudevents: {
    headers: {
      'ce-specversion': '1.0',
      'ce-type': 'com.example.order.created',
      'ce-source': '/orders',
      'ce-id': '{uuid}',
      'ce-time': '{iso}',
    },
    json: { order: 1042, total: 4200 },
  },
  'cloudflare-notifications': {
    json: {
      name: 'Universal SSL',
      text: 'A certificate was issued.',
      ts: '{seconds}',
      account_id: 'c9ae23e1eb0bf0dea9b1b2ea9ba6e4c8',
      policy_id: '0da2b59e-f118-439d-8097-bdfb215203c9',
      alert_type: 'universal_ssl_event_type',
      data: {},
    },
  },
  convoy: { json: { event: 'charge.success', amount: 1000, currency: 'NGN', reference: '{alnum:12}' } },
  datadog: { json: { id: '7894561230', event_type: 'metric_alert_monitor', title: '[Triggered]' } },
  eventgrid: {
    headers: { 'aeg-event-type': 'Notification' },
    json: [
      {
        id: '2d1781af',
        topic: '/subscriptions/x',
        subject: '',
        eventType: 'Microsoft.Storage.BlobCreated',
        eventTime: '{iso}',
        data: {},
        dataVersion: '1',
        metadataVersion: '1',
      },
    ],
  },
  generic: {
    json: {
      id: 'evt_{alnum:16}',
      type: 'user.created',
      created_at: '{iso}',
      data: { id: 'usr_1042', name: 'Ada Lovelace', email: 'ada@example.com' },
    },
  },
  grafana: {
    json: {
      receiver: 'My Super Webhook',
      status: 'firing',
      orgId: 1,
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'High memory usage', team: 'blue' },
          annotations: { summary: 'Memory is above 90 %' },
          startsAt: '{iso}',
          fingerprint: '{hex:16}',
        },
      ],
      groupKey: '{}:{}',
      version: '1',
      title: '[FIRING:1] (High memory usage blue)',
      state: 'alerting',
    },
  },
  hookdeck: {
    headers: { 'x-hookdeck-eventid': 'evt_{alnum:24}', 'x-hookdeck-attempt-count': '1' },
    json: { id: 'ord_1042', type: 'order.created', total: 4200 },
  },
  hookmesh: {
    json: {
      id: 'evt_{alnum:16}',
      type: 'order.created',
      created_at: '{iso}',
      data: { order_id: 'ord_1042', total: 4200, currency: 'EUR' },
    },
  },
  outpost: {
    headers: { 'x-outpost-event-id': 'evt_{alnum:16}', 'x-outpost-topic': 'user.created' },
    json: { user_id: 'usr_1042', email: 'ada@example.com' },
  },
  pagerduty: {
    headers: { 'x-webhook-subscription': 'PXXXXXX' },
    json: {
      event: {
        id: '{upper:26}',
        event_type: 'incident.triggered',
        resource_type: 'incident',
        occurred_at: '{iso}',
        agent: { id: 'PLH1HKV', summary: 'Tenex Engineer', type: 'user_reference' },
        client: null,
        data: {
          id: 'PGR0VU2',
          type: 'incident',
          html_url: 'https://acme.pagerduty.com/incidents/PGR0VU2',
          number: 2,
          status: 'triggered',
          title: 'A little bump in the road',
          urgency: 'high',
        },
      },
    },
  },
  sentry: {
    headers: { 'sentry-hook-resource': 'issue', 'request-id': '{hex:32}' },
    json: {
      action: 'created',
      data: {
        issue: { id: '1170820242', title: 'Error: it broke', level: 'error', status: 'unresolved', firstSeen: '{iso}' },
      },
      installation: { uuid: '7a485448-a9e2-4c85-8a3c-4f44175783c9' },
      actor: { type: 'application', id: 'sentry', name: 'Sentry' },
    },
  },
  'standard-webhooks': {
    json: {
      type: 'contact.created',
      timestamp: '{iso}',
      data: { id: '1f81eb52-5198-4599-803e-771906343485', email: 'ada@example.com' },
    },
  },
  svix: { json: { type: 'invoice.paid', timestamp: '{iso}', data: { id: 'inv_1042', amount: 4200, currency: 'usd' } } },
  token: {
    headers: { 'webhook-id': 'msg_{alnum:20}' },
    json: { type: 'order.created', created_at: '{iso}', data: { order_id: 'ord_1042', total: 4200 } },
  },
}
