import assert from 'node:assert/strict'
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { after, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startGateway } from '../../support/gateway.ts'
import { type Outgoing, send } from '../../support/http.ts'

const publicUrl = 'https://hooks.example.com'
const secret = 'a shared secret of some length'
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = ({ publicKey }: typeof rsa) => publicKey.export({ format: 'pem', type: 'spki' }).toString()
const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }

const signers = 'SQUARE TRELLO TWILIO HUBSPOT GITHUB GITEA SLACK STREAM NYLAS MOLLIE META STRIPE PANDADOC OKTA'.split(
  ' ',
)
const gateway = await startGateway(
  { after },
  {
    PUBLIC_URL: publicUrl,
    WEBHOOK_SECRET: 'the secret of the default source',
    TRAVIS_WEBHOOK_SECRET: pem(rsa),
    SENDGRID_WEBHOOK_SECRET: pem(ec),
    GITHUB_WEBHOOK_SECRET_PREVIOUS: 'the secret that was in use before',
    OTHER_HUB_WEBHOOK_SECRET: 'the secret of another organisation',
    OTHER_HUB_WEBHOOK_PROVIDER: 'github',
    LOGGED_WEBHOOK_SECRET: secret,
    LOGGED_WEBHOOK_PROVIDER: 'github',
    ...Object.fromEntries(signers.map((name) => [`${name}_WEBHOOK_SECRET`, secret])),
  },
)
const nowSeconds = () => Math.floor(Date.now() / 1000)
const mac = (content: string | Buffer, hash = 'sha256') => createHmac(hash, secret).update(content)
const post = async (outgoing: Outgoing) => (await send(gateway.port, outgoing)).status

describe('behind a proxy', () => {
  const path = '/webhook/square?source=a%20b&x=1'
  const body = '{"merchant_id":"M1","event_id":"e1"}'
  const signedFor = (url: string) => ({
    ...json,
    'x-square-hmacsha256-signature': mac(url + body).digest('base64'),
  })

  it('a signed URL is PUBLIC_URL with path and query as sent, whatever Host says', async () => {
    const proxied = { 'x-forwarded-host': 'internal:8080', 'x-forwarded-proto': 'http' }
    assert.equal(await post({ path, headers: { ...signedFor(publicUrl + path), ...proxied }, body }), 200)
    assert.equal(await post({ path: '/webhook/square?x=1', headers: signedFor(publicUrl + path), body }), 401)
    assert.equal(await post({ path: path.replace('%20', '+'), headers: signedFor(publicUrl + path), body }), 401)
  })

  it('a URL that the client says it is reached by counts for nothing', async () => {
    const { port } = gateway
    for (const origin of [`http://localhost:${port}`, 'http://localhost', 'https://evil.example']) {
      const forged = {
        ...signedFor(origin + path),
        'x-forwarded-host': new URL(origin).host,
        'x-forwarded-proto': new URL(origin).protocol.slice(0, -1),
        'x-original-url': path,
        forwarded: `host=${new URL(origin).host};proto=https`,
      }
      assert.equal(await post({ path, headers: forged, body }), 401, origin)
    }
  })

  it('Trello appends the URL, and HubSpot puts it before the body and decodes some of it', async () => {
    const trello = { ...json, 'x-trello-webhook': mac(`${body}${publicUrl}/webhook/trello`, 'sha1').digest('base64') }
    assert.equal(await post({ path: '/webhook/trello', headers: trello, body }), 200)
    const events = '[{"eventId":1}]'
    const time = `${nowSeconds()}000`
    const url = '/webhook/hubspot?next=https%3A%2F%2Fexample.com'
    const content = `POST${publicUrl}/webhook/hubspot?next=https://example.com${events}${time}`
    const hubspot = {
      ...json,
      'x-hubspot-request-timestamp': time,
      'x-hubspot-signature-v3': mac(content).digest('base64'),
    }
    assert.equal(await post({ path: url, headers: hubspot, body: events }), 200)
    assert.equal(await post({ path: '/webhook/hubspot', headers: hubspot, body: events }), 401)
  })
})

describe('forms', () => {
  it('of Slack are signed as the bytes they are: a command, and an interaction', async () => {
    for (const body of [
      'command=%2Fdeploy&text=a+b%20c&empty=&token=x',
      `payload=${encodeURIComponent('{"type":"block_actions","x":"é"}').toLowerCase()}`,
    ]) {
      const time = String(nowSeconds())
      const headers = (bytes: string) => ({
        ...form,
        'x-slack-request-timestamp': time,
        'x-slack-signature': `v0=${mac(`v0:${time}:${bytes}`).digest('hex')}`,
      })
      assert.equal(await post({ path: '/webhook/slack', headers: headers(body), body }), 200)
      const rewritten = new URLSearchParams(body).toString().replaceAll('+', '%20')
      assert.equal(await post({ path: '/webhook/slack', headers: headers(body), body: rewritten }), 401)
    }
  })

  it('of Twilio are signed as their decoded fields in order, spaces kept', async () => {
    const path = '/webhook/twilio?flow=1'
    const content = `${publicUrl}${path}Body a & b Fromtwilio+1To+2To+3`
    const headers = { ...form, 'x-twilio-signature': mac(content, 'sha1').digest('base64') }
    const body = 'To=%2B3&From=twilio%2B1&To=%2B2&Body=+a+%26+b+'
    assert.equal(await post({ path, headers, body }), 204)
    assert.equal(await post({ path, headers, body: body.replace('+a', 'a') }), 401)
    assert.equal(await post({ path: '/webhook/twilio', headers, body }), 401)
  })

  it('are not parsed for Twilio’s JSON, whose hash is in the signed URL', async () => {
    const body = '{"a":1}'
    const path = `/webhook/twilio?bodySHA256=${createHash('sha256').update(body).digest('hex')}`
    const headers = { ...json, 'x-twilio-signature': mac(publicUrl + path, 'sha1').digest('base64') }
    assert.equal(await post({ path, headers, body }), 204)
    assert.equal(await post({ path, headers, body: '{"a":2}' }), 401)
  })

  it('of GitHub are signed as bytes; of Gitea and Travis as the JSON in them', async () => {
    const payload = '{"ref":"refs/heads/é","n":1}'
    const body = `payload=${encodeURIComponent(payload)}`
    const hub = (content: string) => ({ ...form, 'x-hub-signature-256': `sha256=${mac(content).digest('hex')}` })
    assert.equal(await post({ path: '/webhook/github', headers: hub(body), body }), 200)
    assert.equal(await post({ path: '/webhook/github', headers: hub(payload), body }), 401)

    const tea = (content: string) => ({ ...form, 'x-gitea-signature': mac(content).digest('hex') })
    assert.equal(await post({ path: '/webhook/gitea', headers: tea(payload), body }), 200)
    assert.equal(await post({ path: '/webhook/gitea', headers: tea(payload), body: `${body}&payload=1` }), 401)

    const ci = (content: string) => ({
      ...form,
      signature: sign('sha1', Buffer.from(content), rsa.privateKey).toString('base64'),
    })
    assert.equal(await post({ path: '/webhook/travis', headers: ci(payload), body }), 200)
    assert.equal(await post({ path: '/webhook/travis', headers: ci(body), body }), 401)
  })
})

describe('packed bodies', () => {
  const packed = gzipSync('{"type":"message.new"}')
  const encoded = { ...json, 'content-encoding': 'gzip' }
  it('are signed packed by Nylas, and unpacked by Stream', async () => {
    const nylas = (content: string | Buffer) => ({ ...encoded, 'x-nylas-signature': mac(content).digest('hex') })
    assert.equal(await post({ path: '/webhook/nylas', headers: nylas(packed), body: packed }), 200)
    assert.equal(await post({ path: '/webhook/nylas', headers: nylas('{"type":"message.new"}'), body: packed }), 401)
    const stream = (content: string | Buffer) => ({ ...encoded, 'x-signature': mac(content).digest('hex') })
    const right = stream('{"type":"message.new"}')
    assert.equal(await post({ path: '/webhook/stream', headers: right, body: packed }), 200)
    assert.equal(await post({ path: '/webhook/stream', headers: right, body: '{"type":"message.new"}' }), 200)
    assert.equal(await post({ path: '/webhook/stream', headers: stream(packed), body: packed }), 401)
  })
})

describe('bytes that parsers would change', () => {
  it('are kept: line ends of SendGrid, escapes of Meta, a byte order mark, no UTF-8', async () => {
    const time = String(nowSeconds())
    const events = '[{"email":"a@example.com","event":"open"}]\r\n'
    const sendgrid = (bytes: string) => ({
      ...json,
      'x-twilio-email-event-webhook-timestamp': time,
      'x-twilio-email-event-webhook-signature': sign('sha256', Buffer.from(time + bytes), ec.privateKey).toString(
        'base64',
      ),
    })
    assert.equal(await post({ path: '/webhook/sendgrid', headers: sendgrid(events), body: events }), 200)
    assert.equal(await post({ path: '/webhook/sendgrid', headers: sendgrid(events), body: events.trim() }), 401)

    const hub = (bytes: string | Buffer) => ({ 'x-hub-signature-256': `sha256=${mac(bytes).digest('hex')}` })
    const escaped = '{"text":"\\u00e9\\/ \\ud83d\\ude00","id":12345678901234567890}'
    assert.equal(await post({ path: '/webhook/meta', headers: { ...json, ...hub(escaped) }, body: escaped }), 200)
    const written = JSON.stringify(JSON.parse(escaped))
    assert.equal(await post({ path: '/webhook/meta', headers: { ...json, ...hub(escaped) }, body: written }), 401)
    for (const body of [Buffer.from('\ufeff{}'), Buffer.from([0xff, 0xfe, 0x00, 0x7b])]) {
      const headers = { 'content-type': 'application/octet-stream', ...hub(body) }
      assert.equal(await post({ path: '/webhook/github', headers, body }), 200)
    }
  })
})

describe('several signatures', () => {
  const body = '{"id":"evt_several"}'
  it('in one header, and in a header that comes twice: one that is right is enough', async () => {
    const time = nowSeconds()
    const right = mac(`${time}.${body}`).digest('hex')
    const stripe = (...v1: readonly string[]) => ({
      ...json,
      'stripe-signature': [`t=${time}`, ...v1.map((one) => `v1=${one}`), 'v0=ignored'].join(','),
    })
    assert.equal(await post({ path: '/webhook/stripe', headers: stripe('0'.repeat(64), right), body }), 200)
    assert.equal(await post({ path: '/webhook/stripe', headers: stripe('0'.repeat(64)), body }), 401)

    const mollie = (...values: readonly string[]) => values.flatMap((value) => ['X-Mollie-Signature', value])
    const fits = mac(body).digest('hex')
    const wrong = `sha256=${'0'.repeat(64)}`
    assert.equal(await post({ path: '/webhook/mollie', headers: mollie(wrong, `sha256=${fits}`), body }), 200)
    assert.equal(await post({ path: '/webhook/mollie', headers: mollie(wrong, wrong), body }), 401)
    const twice = ['X-Hub-Signature-256', `sha256=${fits}`, 'X-Hub-Signature-256', `sha256=${fits}`]
    assert.equal(await post({ path: '/webhook/github', headers: twice, body }), 401, 'nobody else sends a header twice')
  })

  it('do not include a second Authorization, although Node shows only the first', async () => {
    const authorization = ['Authorization', `Bearer ${secret}`]
    const plain = ['Authorization', secret]
    assert.equal(await post({ path: '/webhook/okta', headers: plain, body }), 200)
    assert.equal(await post({ path: '/webhook/okta', headers: [...plain, ...authorization], body }), 401)
  })

  it('may be in the address, once', async () => {
    const value = mac(body).digest('hex')
    assert.equal(await post({ path: `/webhook/pandadoc?signature=${value}`, headers: json, body }), 200)
    const twice = `/webhook/pandadoc?signature=${value}&signature=${value}`
    assert.equal(await post({ path: twice, headers: json, body }), 401)
    assert.equal(await post({ path: `/webhook/pandadoc?signature=${value}%20`, headers: json, body }), 401)
  })
})

describe('a source', () => {
  const body = '{"for":"github"}'
  const signed = (key: string) => ({
    ...json,
    'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
  })
  it('takes what is signed for it, under no other path, and from no other organisation', async () => {
    assert.equal(await post({ path: '/webhook/github', headers: signed(secret), body }), 200)
    for (const path of ['/webhook/other-hub', '/webhook/GitHub', '/webhook/github.created', '/webhook/github%20']) {
      assert.equal(await post({ path, headers: signed(secret), body }), 401, path)
    }
    const other = signed('the secret of another organisation')
    assert.equal(await post({ path: '/webhook/other-hub', headers: other, body }), 200)
    assert.equal(await post({ path: '/webhook/github', headers: other, body }), 401)
    assert.equal(
      await post({ path: '/webhook/github', headers: signed('the secret of the default source'), body }),
      401,
    )
  })

  it('tells its operator the cause of a refusal in one line without secrets, and the sender nothing', async () => {
    const wrong = signed('no secret of ours')
    const path = '/webhook/logged'
    const answers = [
      await send(gateway.port, { path, headers: wrong, body }),
      await send(gateway.port, { path, headers: json, body }),
      await send(gateway.port, { path, headers: { 'x-hub-signature-256': 'sha256=x' }, body }),
    ]
    for (const { status, text } of answers) assert.deepEqual([status, text], [401, '{"error":"Invalid signature."}'])
    await gateway.logged(({ source, cause }) => source === 'logged' && cause === 'malformed')
    const lines = gateway.lines.filter(({ source }) => source === 'logged')
    assert.deepEqual(
      lines.map(({ level, code, cause }) => [level, code, cause]),
      ['mismatch', 'missing', 'malformed'].map((cause) => [40, 'INVALID_SIGNATURE', cause]),
    )
    for (const { msg } of lines) {
      assert.match(msg, /^rejected: [^\n]+\.$/)
      assert.ok(!msg.includes(secret) && !msg.includes(wrong['x-hub-signature-256'].slice(7)))
    }
  })
})
