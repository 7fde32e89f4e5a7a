import type { Samples } from './types.ts'

export const work: Samples = {
  airtable: { json: { base: { id: 'app00000000000000' }, webhook: { id: 'ach00000000000000' }, timestamp: '{iso}' } },
  asana: {
    json: { events: [{ action: 'changed', resource: { gid: '1337', resource_type: 'task' }, created_at: '{iso}' }] },
  },
  box: {
    headers: { 'box-delivery-id': 'f96bb54b-ee16-4fc5-aa65-8c2d9e5b546f' },
    json: {
      type: 'webhook_event',
      webhook: { id: '1234567890' },
      trigger: 'FILE.UPLOADED',
      id: '{uuid}',
      source: { id: '1234567890', type: 'file', name: 'Test.txt' },
    },
  },
  'cal-com': {
    json: { triggerEvent: 'BOOKING_CREATED', createdAt: '{iso}', payload: { uid: 'bFJeNb2uX8ANpT3JL5EfXw' } },
  },
  calendly: {
    json: {
      event: 'invitee.created',
      created_at: '{iso}',
      created_by: 'https://api.calendly.com/users/AAAAAAAAAAAAAAAA',
      payload: {
        uri: 'https://api.calendly.com/scheduled_events/AAAAAAAAAAAAAAAA/invitees/{upper:16}',
        email: 'ada@example.com',
        name: 'Ada Lovelace',
        status: 'active',
        timezone: 'Europe/Berlin',
      },
    },
  },
  clickup: {
    json: {
      event: 'taskUpdated',
      webhook_id: '7689a169-a000-4985-8676-6902b96d6627',
      history_items: [{ id: '2800763136717140857', field: 'status' }],
      task_id: 'c0j',
    },
  },
  docusign: {
    json: {
      event: 'envelope-completed',
      apiVersion: 'v2.1',
      generatedDateTime: '{iso}',
      data: { envelopeId: '6fb4a4c3-0000-0000-0000-000000000000' },
    },
  },
  dropbox: {
    json: { list_folder: { accounts: ['dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc'] }, delta: { users: [12345678] } },
  },
  'dropbox-sign': {
    multipart: {
      json: {
        event: {
          event_type: 'signature_request_sent',
          event_time: '{digits-seconds}',
          event_metadata: {
            related_signature_id: null,
            reported_for_account_id: '63522885f9261e2b04eea043933ee7313eb674fd',
          },
        },
        signature_request: {
          signature_request_id: 'fa5c8a0b0f492d768749333ad6fcc214c111e967',
          title: 'NDA with Acme Co.',
          is_complete: false,
        },
      },
    },
  },
  figma: { json: { event_type: 'FILE_COMMENT', timestamp: '{iso}', webhook_id: '22', file_key: 'zH3k' } },
  hubspot: {
    json: [
      {
        eventId: '{number:9}',
        subscriptionId: 12345,
        portalId: 62515,
        appId: 54321,
        occurredAt: '{ms}',
        subscriptionType: 'contact.creation',
        attemptNumber: 0,
        objectId: 123,
        changeSource: 'CRM',
        changeFlag: 'NEW',
      },
    ],
  },
  'incident-io': {
    json: {
      event_type: 'public_incident.incident_created_v2',
      'public_incident.incident_created_v2': { id: '01FCNDV6P870EA6S7TK1DSYDG0', name: 'Lüftung' },
    },
  },
  jira: {
    headers: { 'x-atlassian-webhook-identifier': '{uuid}', 'x-atlassian-webhook-flow': 'Primary' },
    json: {
      timestamp: '{ms}',
      webhookEvent: 'jira:issue_updated',
      issue_event_type_name: 'issue_generic',
      user: { accountId: '99:27935d01-92a7-4687-8272-a9b8d3b2ae2e', displayName: 'Ada Lovelace' },
      issue: {
        id: '10002',
        key: 'ED-1',
        fields: { summary: 'Main order flow broken', status: { name: 'In Progress' } },
      },
      changelog: { id: '10124', items: [{ field: 'status', fromString: 'To Do', toString: 'In Progress' }] },
    },
  },
  linear: {
    headers: { 'linear-event': 'Issue', 'linear-delivery': '{uuid}' },
    json: {
      action: 'create',
      type: 'Issue',
      createdAt: '{iso}',
      data: { id: '{uuid}', title: 'Verify webhooks', number: 42, team: { key: 'ENG' } },
      url: 'https://linear.app/example/issue/ENG-42',
      webhookTimestamp: '{ms}',
      webhookId: '000042e3-d123-4980-b49f-8e140eef9329',
    },
  },
  mixpanel: {
    json: {
      action: 'add_members',
      parameters: {
        mixpanel_project_id: '1',
        mixpanel_session_id: 's1',
        page_info: { total_pages: 1, page_count: 1 },
        members: [],
      },
    },
  },
  monday: { json: { event: { type: 'create_pulse', triggerUuid: '{hex:32}', pulseId: 1 } } },
  msgraph: {
    json: {
      value: [
        {
          id: '{alnum:13}',
          subscriptionId: '0c1f8e0a-1f6d-4f6f-9d6c-2b1f1a5b3c4d',
          subscriptionExpirationDateTime: '{iso}',
          clientState: '',
          changeType: 'created',
          resource: 'users/1/messages/2',
          tenantId: '84bd8158-6d4d-4958-8b9f-9d6445542f95',
        },
      ],
    },
  },
  notion: {
    json: {
      id: '{uuid}',
      timestamp: '{iso}',
      workspace_id: '13950b26-c203-4f3b-b97d-93ec06319565',
      type: 'page.created',
      authors: [{ id: 'c7c11cca-1d73-471d-9b6e-bdef51470190', type: 'person' }],
      attempt_number: 1,
      entity: { id: '153104cd-477e-809d-8dc4-ff2d96ae3090', type: 'page' },
    },
  },
  pandadoc: {
    json: [{ event: 'document_state_changed', data: { id: 'j3p94zG8YzqxcxRq4VfD2m', status: 'document.completed' } }],
  },
  pipedrive: {
    json: {
      meta: { id: '{alnum:12}', action: 'create', entity: 'deal', version: '2.0' },
      data: { id: 1 },
      previous: null,
    },
  },
  'salesforce-ens': {
    json: [{ eventCategoryType: 'TransactionalSendEvents.EmailSent', timestampUTC: '{ms}', compositeId: 'a.b' }],
  },
  segment: {
    json: {
      version: 1,
      type: 'track',
      userId: '019mr8mf4r',
      event: 'Purchased an Item',
      properties: { revenue: '39.95' },
      messageId: '{alnum:12}',
      timestamp: '{iso}',
    },
  },
  shortcut: {
    json: {
      id: '{uuid}',
      changed_at: '{iso}',
      version: 'v1',
      actions: [{ id: 1, entity_type: 'story', action: 'update' }],
    },
  },
  strava: {
    json: {
      aspect_type: 'update',
      event_time: '{seconds}',
      object_id: '{number:10}',
      object_type: 'activity',
      owner_id: 134815,
      subscription_id: 120475,
      updates: { title: 'Messy' },
    },
  },
  tally: { json: { eventId: '{uuid}', eventType: 'FORM_RESPONSE', createdAt: '{iso}', data: {} } },
  trello: {
    query: { memberID: '14', mainModel: 'true' },
    json: { action: { id: '{hex:24}', type: 'updateCard' }, model: { id: '4d5ea62fd76aa1136000000c' } },
  },
  typeform: {
    json: {
      event_id: '{alnum:10}',
      event_type: 'form_response',
      form_response: {
        form_id: 'lT4Z3j',
        token: 'a3a12ec67a1365927098a606107fac15',
        submitted_at: '{iso}',
        answers: [{ type: 'text', text: 'Blue', field: { id: 'JwWggjAKtOkA', type: 'short_text' } }],
      },
    },
  },
  zendesk: {
    headers: { 'x-zendesk-webhook-id': '01GAQYJ2Z7R5W4VQ9K3N8M6H1T', 'x-zendesk-webhook-invocation-id': '{upper:26}' },
    json: {
      account_id: 12514403,
      detail: { id: '35436', status: 'OPEN', subject: 'Help, my printer is on fire!', priority: 'HIGH' },
      event: {},
      id: '{uuid}',
      subject: 'zen:ticket:35436',
      time: '{iso}',
      type: 'zen:event-type:ticket.created',
      zendesk_event_version: '2022-11-06',
    },
  },
}
