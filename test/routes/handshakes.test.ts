import assert from 'node:assert/strict'
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { after, describe, it } from 'node:test'
import { providers } from '../../src/providers/registry.ts'
import { buildTestApp } from '../support/app.ts'
import { type Answer, type Outgoing, send } from '../support/http.ts'
import { hmacHex, slackHeaders } from '../support/sign.ts'

const now = 1_750_000_000
const secret = 'a secret that every source of this test has'
const token = 'the-token-of-this-test-0123456789'
const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const discordKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
const dailyKey = Buffer.from('the key of Daily, 32 bytes long.')

const hmac = (hash: string, encoding: 'hex' | 'base64', key: string | Buffer, ...content: string[]) =>
  createHmac(hash, key).update(content.join('')).digest(encoding)

const env = {
  PUBLIC_URL: 'https://hooks.example.com/in',
  ASANA_WEBHOOK_VERIFY_TOKEN: token,
  BRAINTREE_WEBHOOK_SECRET: secret,
  BRAINTREE_WEBHOOK_VERIFY_TOKEN: 'integration_public_key',
  CLOUDEVENTS_WEBHOOK_SECRET: secret,
  DAILY_WEBHOOK_SECRET: dailyKey.toString('base64'),
  DISCORD_WEBHOOK_SECRET: discordKey,
  DROPBOX_WEBHOOK_SECRET: secret,
  EBAY_WEBHOOK_SECRET: 'App-ID-0123456789:Cert-ID-0123456789',
  EBAY_WEBHOOK_VERIFY_TOKEN: token,
  EVENTGRID_WEBHOOK_SECRET: secret,
  FITBIT_WEBHOOK_SECRET: secret,
  FITBIT_WEBHOOK_VERIFY_TOKEN: token,
  FRONT_WEBHOOK_SECRET: secret,
  INTERCOM_WEBHOOK_SECRET: secret,
  MANDRILL_WEBHOOK_SECRET: secret,
  META_WEBHOOK_SECRET: secret,
  META_WEBHOOK_VERIFY_TOKEN: token,
  MONDAY_WEBHOOK_SECRET: secret,
  MSGRAPH_WEBHOOK_SECRET: secret,
  NOTION_WEBHOOK_VERIFY_TOKEN: token,
  NYLAS_WEBHOOK_SECRET: secret,
  OKTA_WEBHOOK_SECRET: secret,
  RINGCENTRAL_WEBHOOK_SECRET: secret,
  SLACK_WEBHOOK_SECRET: secret,
  SLACK_WEBHOOK_SECRET_PREVIOUS: 'the secret that came before it',
  TRELLO_WEBHOOK_SECRET: secret,
  TWITCH_WEBHOOK_SECRET: secret,
  WOOCOMMERCE_WEBHOOK_SECRET: secret,
  X_WEBHOOK_SECRET: secret,
  XERO_WEBHOOK_SECRET: secret,
  ZOOM_WEBHOOK_SECRET: secret,
  ZOOM_WEBHOOK_SECRET_PREVIOUS: 'the secret that came before it',
  MAILCHIMP_WEBHOOK_SECRET: secret,
  STRAVA_WEBHOOK_SECRET: secret,
  STRAVA_WEBHOOK_VERIFY_TOKEN: token,
  WITHINGS_WEBHOOK_SECRET: secret,
  // Without the token that it would need.
  INSTAGRAM_WEBHOOK_SECRET: secret,
  INSTAGRAM_WEBHOOK_PROVIDER: 'meta',
}

const { app, store, lines, setNow } = await buildTestApp({ after }, env)
setNow(now * 1000)
await app.listen({ port: 0, host: '127.0.0.1' })
const address = app.server.address()
assert.ok(address !== null && typeof address === 'object')
const { port } = address

/** What a provider asks, and that it is answered without anything being stored. */
interface Case {
  readonly title: string
  readonly ask: Outgoing
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly text?: string
}

const refused = '{"error":"Invalid signature."}'
const refusedHandshake = '{"error":"Handshake refused."}'
const notAllowed = '{"error":"Use POST."}'

const get = (path: string, headers: Outgoing['headers'] = {}): Outgoing => ({
  method: 'GET',
  path: `/webhook/${path}`,
  headers,
})
const head = (path: string): Outgoing => ({ method: 'HEAD', path: `/webhook/${path}` })
const post = (path: string, body = '', headers: Outgoing['headers'] = json): Outgoing => ({
  path: `/webhook/${path}`,
  headers,
  body,
})
const plain = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }

function discord(body: string, key = privateKey): Outgoing {
  const signature = sign(null, Buffer.from(`${now}${body}`), key).toString('hex')
  return post('discord', body, { ...json, 'x-signature-ed25519': signature, 'x-signature-timestamp': String(now) })
}
function front(body: string, key = secret): Outgoing {
  return post('front', body, {
    ...json,
    'x-front-signature': hmac('sha256', 'base64', key, `${now}000:`, body),
    'x-front-request-timestamp': `${now}000`,
    'x-front-challenge': 'a-random-string',
  })
}
function twitch(body: string, key = secret): Outgoing {
  const time = new Date(now * 1000).toISOString()
  return post('twitch', body, {
    ...json,
    'twitch-eventsub-message-id': 'm1',
    'twitch-eventsub-message-timestamp': time,
    'twitch-eventsub-message-type': 'webhook_callback_verification',
    'twitch-eventsub-message-signature': `sha256=${hmacHex(key, `m1${time}${body}`)}`,
  })
}
function xero(body: string, key = secret): Outgoing {
  return post('xero', body, { ...json, 'x-xero-signature': hmac('sha256', 'base64', key, body) })
}
function zoom(body: string, key = secret): Outgoing {
  return post('zoom', body, {
    ...json,
    'x-zm-request-timestamp': String(now),
    'x-zm-signature': `v0=${hmacHex(key, `v0:${now}:${body}`)}`,
  })
}
const validation = (code = '512d38b6') =>
  JSON.stringify([{ eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent', data: { validationCode: code } }])
const plainToken = '{"event":"endpoint.url_validation","payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1}'
const intent = '{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4Nd0mt3xt"}'
const zoomAnswer = (key: string) =>
  JSON.stringify({ plainToken: 'qgg8vlvZRS6UYooatFL8Aw', encryptedToken: hmacHex(key, 'qgg8vlvZRS6UYooatFL8Aw') })
const challenge20 = '20f9f8ed05f77439fe95'
const braintreeKey = createHash('sha1').update(secret).digest()
const subscribe = (source: string, given: string) =>
  get(`${source}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${given}`)

/** By provider; Asana and Notion, who bring a secret, have tests of their own. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  braintree: [
    {
      title: 'signs the challenge beside the public key',
      ask: get(`braintree?bt_challenge=${challenge20}`),
      text: `integration_public_key|${hmac('sha1', 'hex', braintreeKey, challenge20)}`,
    },
    {
      title: 'signs nothing else',
      ask: get('braintree?bt_challenge=PD94bWwgdmVyc2lvbj0iMS4wIj8'),
      status: 405,
      text: notAllowed,
    },
  ],
  cloudevents: [
    {
      title: 'lets the origin that asks deliver',
      ask: {
        method: 'OPTIONS',
        path: '/webhook/cloudevents',
        headers: { 'webhook-request-origin': 'eventemitter.example.com', 'webhook-request-rate': '120' },
      },
      headers: {
        'webhook-allowed-origin': 'eventemitter.example.com',
        'webhook-allowed-rate': '*',
        allow: 'POST',
      },
      text: '',
    },
    {
      title: 'takes a browser for a browser',
      ask: {
        method: 'OPTIONS',
        path: '/webhook/cloudevents',
        headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
      },
      status: 204,
      headers: { 'access-control-allow-methods': 'GET, HEAD, POST', 'webhook-allowed-origin': undefined },
    },
    {
      title: 'repeats no origin that is none',
      ask: { method: 'OPTIONS', path: '/webhook/cloudevents', headers: { 'webhook-request-origin': 'a b<script>' } },
      status: 204,
      headers: { 'webhook-allowed-origin': undefined },
    },
  ],
  daily: [
    { title: 'takes the test', ask: post('daily', '{"test":"test"}'), text: '' },
    {
      title: 'takes it signed too',
      ask: post('daily', '{"test":"test"}', {
        ...json,
        'x-webhook-timestamp': '1',
        'x-webhook-signature': hmac('sha256', 'base64', dailyKey, '1.{"test":"test"}'),
      }),
      text: '',
    },
    {
      title: 'takes nothing more unsigned',
      ask: post('daily', '{"test":"test","id":"1"}'),
      status: 401,
      text: refused,
    },
  ],
  discord: [
    {
      title: 'answers the ping of webhook events',
      ask: discord('{"version":1,"application_id":"1","type":0}'),
      status: 204,
      text: '',
    },
    {
      title: 'answers the ping of interactions',
      ask: discord('{"id":"1","type":1}'),
      headers: { 'content-type': 'application/json; charset=utf-8' },
      text: '{"type":1}',
    },
    {
      title: 'refuses a ping that another signed',
      ask: discord('{"type":1}', generateKeyPairSync('ed25519').privateKey),
      status: 401,
      text: refused,
    },
    { title: 'refuses a ping that nobody signed', ask: post('discord', '{"type":1}'), status: 401, text: refused },
  ],
  dropbox: [
    { title: 'repeats the challenge', ask: get('dropbox?challenge=abc%26%3C123'), headers: plain, text: 'abc&<123' },
    { title: 'repeats nothing where there is nothing', ask: get('dropbox?challenge='), status: 405, text: notAllowed },
    { title: 'repeats neither of two', ask: get('dropbox?challenge=a&challenge=b'), status: 405, text: notAllowed },
    { title: 'repeats no flood', ask: get(`dropbox?challenge=${'a'.repeat(2049)}`), status: 405, text: notAllowed },
    { title: 'takes no challenge for an event', ask: post('dropbox?challenge=abc'), status: 401, text: refused },
  ],
  ebay: [
    {
      title: 'hashes the code, the token and the URL under PUBLIC_URL, whatever the host',
      ask: {
        method: 'GET',
        path: '/webhook/ebay?challenge_code=a8628072-3d33',
        headers: { 'x-forwarded-host': 'evil.example' },
      },
      headers: { 'content-type': 'application/json; charset=utf-8' },
      text: JSON.stringify({
        challengeResponse: createHash('sha256')
          .update(`a8628072-3d33${token}https://hooks.example.com/in/webhook/ebay`)
          .digest('hex'),
      }),
    },
  ],
  eventgrid: [
    {
      title: 'repeats the code of the event',
      ask: post(`eventgrid?code=${encodeURIComponent(secret)}`, validation(), {
        ...json,
        'aeg-event-type': 'SubscriptionValidation',
      }),
      headers: { 'content-type': 'application/json; charset=utf-8' },
      text: '{"validationResponse":"512d38b6"}',
    },
    {
      title: 'repeats it for nobody who does not know the address',
      ask: post('eventgrid', validation(), { ...json, 'aeg-event-type': 'SubscriptionValidation' }),
      status: 401,
      text: refused,
    },
  ],
  fitbit: [
    { title: 'knows the right code', ask: get(`fitbit?verify=${token}`), status: 204, text: '' },
    {
      title: 'refuses the wrong one, as the test wants',
      ask: get('fitbit?verify=wrong'),
      status: 404,
      text: refusedHandshake,
    },
  ],
  front: [
    {
      title: 'repeats the challenge',
      ask: front('{"type":"sync","authorization":{"id":"cmp_abc"}}'),
      text: '{"challenge":"a-random-string"}',
    },
    {
      title: 'repeats it for nobody else',
      ask: front('{"type":"sync"}', 'another secret'),
      status: 401,
      text: refused,
    },
  ],
  intercom: [{ title: 'is there', ask: head('intercom'), text: '' }],
  mandrill: [
    { title: 'is there', ask: head('mandrill'), text: '' },
    { title: 'takes the empty test', ask: post('mandrill', 'mandrill_events=%5B%5D', form), text: '' },
    { title: 'takes it unescaped', ask: post('mandrill', 'mandrill_events=[]', form), text: '' },
    {
      title: 'takes no event unsigned',
      ask: post('mandrill', 'mandrill_events=%5B%7B%7D%5D', form),
      status: 401,
      text: refused,
    },
  ],
  meta: [
    {
      title: 'repeats the challenge to who knows the token',
      ask: subscribe('meta', token),
      headers: plain,
      text: '1158201444',
    },
    { title: 'repeats it to nobody else', ask: subscribe('meta', `${token}x`), status: 403, text: refusedHandshake },
    {
      title: 'nor without a token',
      ask: get('meta?hub.mode=subscribe&hub.challenge=1'),
      status: 403,
      text: refusedHandshake,
    },
    {
      title: 'nor with two',
      ask: get(`meta?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${token}&hub.verify_token=${token}`),
      status: 403,
      text: refusedHandshake,
    },
    {
      title: 'nor in another mode',
      ask: get(`meta?hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=${token}`),
      status: 405,
      text: notAllowed,
    },
    { title: 'nor where no token is configured', ask: subscribe('instagram', ''), status: 403, text: refusedHandshake },
  ],
  monday: [
    {
      title: 'repeats the challenge',
      ask: post('monday', '{"challenge":"3eZbrw1aBm2rZgRN"}'),
      headers: { 'content-type': 'application/json; charset=utf-8' },
      text: '{"challenge":"3eZbrw1aBm2rZgRN"}',
    },
    {
      title: 'repeats it beside nothing',
      ask: post('monday', '{"challenge":"3eZ","event":{}}'),
      status: 401,
      text: refused,
    },
    { title: 'repeats no markup', ask: post('monday', '{"challenge":"<script>"}'), status: 401, text: refused },
  ],
  msgraph: [
    {
      title: 'repeats the token, decoded',
      ask: post('msgraph?validationToken=Validation%3a+Testing+client', '', {
        'content-type': 'text/plain; charset=utf-8',
      }),
      headers: plain,
      text: 'Validation: Testing client',
    },
    { title: 'takes no event without clientState', ask: post('msgraph', '{"value":[{}]}'), status: 401, text: refused },
  ],
  nylas: [
    {
      title: 'repeats the challenge, with its length',
      ask: get('nylas?challenge=bc609b38-c81f-47fb-a275-1d9bd61be968'),
      headers: { ...plain, 'content-length': '36', 'transfer-encoding': undefined },
      text: 'bc609b38-c81f-47fb-a275-1d9bd61be968',
    },
  ],
  okta: [
    {
      title: 'repeats the header',
      ask: get('okta', { 'x-okta-verification-challenge': 'my-"challenge' }),
      headers: { 'content-type': 'application/json; charset=utf-8' },
      text: '{"verification":"my-\\"challenge"}',
    },
    { title: 'repeats nothing without it', ask: get('okta'), status: 405, text: notAllowed },
  ],
  ringcentral: [
    {
      title: 'repeats the header',
      ask: post('ringcentral', '', { 'validation-token': 'abc-123' }),
      headers: { 'validation-token': 'abc-123', 'content-type': 'application/json; charset=utf-8' },
      text: '',
    },
    {
      title: 'takes no event so',
      ask: post('ringcentral', '{"uuid":"1"}', { ...json, 'validation-token': 'abc-123' }),
      status: 401,
      text: refused,
    },
    {
      title: 'nor with a wrong token beside it',
      ask: post('ringcentral', '', { 'validation-token': 'abc', 'verification-token': 'wrong' }),
      status: 401,
      text: refused,
    },
  ],
  slack: [
    {
      title: 'repeats the challenge',
      ask: post('slack', '{"type":"url_verification","challenge":"3eZbé"}', {
        ...json,
        ...slackHeaders(secret, '{"type":"url_verification","challenge":"3eZbé"}', now),
      }),
      headers: plain,
      text: '3eZbé',
    },
    {
      title: 'repeats it to nobody else',
      ask: post('slack', '{"type":"url_verification","challenge":"3eZb"}'),
      status: 401,
      text: refused,
    },
    { title: 'lets its certificate be checked', ask: get('slack?ssl_check=1'), text: '' },
    { title: 'lets it be checked by a form', ask: post('slack', 'token=abc&ssl_check=1', form), text: '' },
    {
      title: 'takes no command so',
      ask: post('slack', 'token=abc&ssl_check=1&command=%2Fdeploy', form),
      status: 401,
      text: refused,
    },
  ],
  mailchimp: [{ title: 'is there', ask: get('mailchimp?token=x'), text: '' }],
  strava: [
    {
      title: 'repeats the challenge to who knows the token',
      ask: get(`strava?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=15f7d1a9`),
      headers: { 'content-type': 'application/json; charset=utf-8' },
      text: '{"hub.challenge":"15f7d1a9"}',
    },
    { title: 'repeats it to nobody else', ask: subscribe('strava', 'guess'), status: 403, text: refusedHandshake },
  ],
  withings: [
    { title: 'is there', ask: head('withings'), text: '' },
    { title: 'is there for GET', ask: get('withings'), text: '' },
    { title: 'takes nothing without the secret', ask: post('withings', 'userid=1', form), status: 401, text: refused },
  ],
  trello: [
    { title: 'is there', ask: head('trello'), text: '' },
    {
      title: 'is for HEAD and POST',
      ask: get('trello'),
      status: 405,
      headers: { allow: 'HEAD, POST' },
      text: notAllowed,
    },
  ],
  twitch: [
    {
      title: 'repeats the challenge',
      ask: twitch('{"challenge":"pogchamp-kappa-360noscope-vohiyo","subscription":{}}'),
      headers: plain,
      text: 'pogchamp-kappa-360noscope-vohiyo',
    },
    {
      title: 'repeats it to nobody else',
      ask: twitch('{"challenge":"pogchamp"}', 'another secret'),
      status: 401,
      text: refused,
    },
  ],
  woocommerce: [
    { title: 'takes the ping', ask: post('woocommerce', 'webhook_id=17', form), text: '' },
    {
      title: 'takes nothing more unsigned',
      ask: post('woocommerce', 'webhook_id=17&status=paid', form),
      status: 401,
      text: refused,
    },
    {
      title: 'nor with a wrong signature',
      ask: post('woocommerce', 'webhook_id=17', { ...form, 'x-wc-webhook-signature': 'AAAA' }),
      status: 401,
      text: refused,
    },
  ],
  x: [
    {
      title: 'signs the token',
      ask: get('x?crc_token=MGViYzM0&nonce=MWM'),
      headers: { 'content-type': 'application/json; charset=utf-8' },
      text: `{"response_token":"sha256=${hmac('sha256', 'base64', secret, 'MGViYzM0')}"}`,
    },
    {
      title: 'signs no event for a stranger',
      ask: get(`x?crc_token=${encodeURIComponent('{"for_user_id":"1"}')}`),
      status: 405,
      text: notAllowed,
    },
  ],
  xero: [
    { title: 'says yes to the right signature, with an empty body', ask: xero(intent), text: '' },
    { title: 'says no to the wrong one', ask: xero(intent, 'another key'), status: 401, text: refused },
  ],
  zoom: [
    {
      title: 'signs the token',
      ask: zoom(plainToken),
      headers: { 'content-type': 'application/json; charset=utf-8' },
      text: zoomAnswer(secret),
    },
    {
      title: 'signs it with the previous secret for who still has that',
      ask: zoom(plainToken, env.ZOOM_WEBHOOK_SECRET_PREVIOUS),
      text: zoomAnswer(env.ZOOM_WEBHOOK_SECRET_PREVIOUS),
    },
    { title: 'signs it for nobody else', ask: zoom(plainToken, 'another secret'), status: 401, text: refused },
    { title: 'signs nothing where there is nothing', ask: post('zoom', plainToken), status: 401, text: refused },
  ],
}

const stored = async () => (await store.list({ limit: 1 })).events[0]?.id

function check(answer: Answer, { status = 200, headers = {}, text }: Case): void {
  assert.equal(answer.status, status, JSON.stringify(lines.at(-1)))
  if (text !== undefined) assert.equal(answer.text, text)
  for (const [name, value] of Object.entries(headers)) assert.equal(answer.headers[name], value, name)
}

describe('the handshake', () => {
  for (const [provider, list] of Object.entries(cases)) {
    describe(`of ${provider}`, () => {
      for (const one of list) {
        it(one.title, async () => {
          const before = await stored()
          check(await send(port, one.ask), one)
          assert.equal(await stored(), before, 'nothing is stored')
        })
      }
    })
  }

  it('of every row that has one is tried here', () => {
    const rows = [...providers.values()].filter(({ handshakes }) => handshakes !== undefined)
    assert.deepEqual([...Object.keys(cases), 'asana', 'notion'].sort(), rows.map(({ name }) => name).sort())
  })

  it('never shows a secret or a token in the log', () => {
    const log = JSON.stringify(lines)
    for (const hidden of [secret, token, env.ZOOM_WEBHOOK_SECRET_PREVIOUS]) assert.ok(!log.includes(hidden))
  })

  it('tells the operator why it was refused', () => {
    const said = lines.map(({ msg }) => msg)
    assert.ok(
      said.includes('rejected: Meta asks for a token that is not configured: set INSTAGRAM_WEBHOOK_VERIFY_TOKEN.'),
    )
    assert.ok(said.includes('rejected: The verify parameter is not what FITBIT_WEBHOOK_VERIFY_TOKEN says.'))
  })

  it('is nobody else’s: other paths and methods are 405', async () => {
    for (const ask of [
      get('unknown?challenge=abc'),
      get('unknown?hub.mode=subscribe&hub.challenge=1&hub.verify_token=x'),
      head('unknown'),
      head('dropbox'),
      { method: 'PUT', path: '/webhook/dropbox?challenge=abc' },
      { method: 'DELETE', path: '/webhook/meta' },
    ]) {
      const answer = await send(port, ask)
      assert.deepEqual([answer.status, answer.headers['allow']], [405, 'POST'], ask.path)
    }
  })
})

describe('an event beside a handshake', () => {
  it('is stored where the challenge is not what it should be', async () => {
    for (const ask of [
      twitch('{"subscription":{"type":"stream.online"},"event":{}}'),
      discord('{"type":1,"event":{"type":"APPLICATION_AUTHORIZED"},"id":"e1"}'),
      zoom('{"event":"endpoint.url_validation","payload":{}}'),
      xero('{"events":[{"eventType":"UPDATE"}],"firstEventSequence":1,"lastEventSequence":1}'),
    ]) {
      const before = await stored()
      assert.ok((await send(port, ask)).status < 300)
      assert.notEqual(await stored(), before, ask.path)
    }
  })

  it('is stored where it is verified, whatever an unsigned handshake would make of it', async () => {
    const body = JSON.stringify({ value: [{ clientState: secret, changeType: 'updated' }] })
    const answer = await send(port, post('msgraph?validationToken=abc', body))
    assert.match(answer.text, /"event":"updated".*"duplicate":false/)
  })

  it('repeats the token of RingCentral', async () => {
    const answer = await send(
      port,
      post('ringcentral', '{"uuid":"1","event":"/presence"}', { ...json, 'validation-token': secret }),
    )
    assert.deepEqual([answer.status, answer.headers['validation-token']], [200, secret])
    assert.match(answer.text, /"event":"\/presence"/)
  })

  it('is none where a handshake signs it for whoever asks', async () => {
    const before = await stored()
    const asked = await send(port, get('x?crc_token=12345678'))
    const { response_token: signature } = JSON.parse(asked.text)
    const replayed = await send(port, post('x', '12345678', { ...json, 'x-twitter-webhooks-signature': signature }))
    assert.deepEqual([replayed.status, replayed.text], [401, refused])

    const [, digest] = (await send(port, get(`braintree?bt_challenge=${challenge20}`))).text.split('|')
    const body = new URLSearchParams({ bt_signature: `k|${digest}`, bt_payload: challenge20 }).toString()
    const forged = await send(port, post('braintree', body, form))
    assert.deepEqual([forged.status, forged.text], [401, refused])
    assert.equal(await stored(), before)
  })
})
