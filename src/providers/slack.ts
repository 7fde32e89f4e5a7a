import type { Provider } from './types.ts'

/**
 * One signature for three kinds of body: the Events API (JSON), slash commands (a form) and interactivity (a form whose
 * `payload` field is JSON). Only the Events API names its events; slash commands are typed by their `command`, and a
 * repeat of either form is recognised by its signature, which carries a time.
 */
export const slack: Provider = {
  name: 'slack',
  title: 'Slack',
  docs: 'https://docs.slack.dev/authentication/verifying-requests-from-slack/',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-slack-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-slack-signature',
      encoding: 'hex',
      prefix: 'v0=',
      signed: 'v0:{timestamp}:{body}',
      timestamp: { from: 'header:x-slack-request-timestamp', unit: 's', tolerance: 300 },
      // It looks like hex, but is used as text.
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/event_id'],
  type: ['body:/event/type', 'body:/type', 'body:/command'],
  deadlineSeconds: 3,
  retries: 'at once, after 1 min and after 5 min',
  // https://docs.slack.dev/reference/events/url_verification/
  handshakes: [
    { method: 'GET', when: [{ at: 'query:ssl_check', is: '1' }], answer: {} },
    { method: 'POST', proof: 'none', body: '(?:token=\\w*&)?ssl_check=1(?:&token=\\w*)?', answer: {} },
    {
      method: 'POST',
      when: [{ at: 'body:/type', is: 'url_verification' }],
      answer: { text: '{json:/challenge}' },
    },
  ],
  setup: 'api.slack.com/apps → the app → Basic Information → App Credentials → Signing Secret.',
}
