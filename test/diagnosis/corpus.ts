import { createHash, createHmac } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Cause } from '../../src/diagnosis/types.ts'
import { github, nowSeconds, order, type Sent, secrets, standard, stripe, vector } from './senders.ts'

/** A rightly signed request, and what happened to it on the way. */
export interface Broken {
  readonly name: string
  readonly expected: Cause
  readonly env: Readonly<Record<string, string>>
  readonly method?: string
  readonly path: string
  /** A list holds a name twice. */
  readonly headers: Readonly<Record<string, string>> | readonly string[]
  readonly body: string | Uint8Array
  /** Unix seconds. */
  readonly receivedAt: number
  /** How other sources' times were off, in seconds. */
  readonly others?: readonly number[]
  /** Where its path does not say it. */
  readonly source?: string
}

interface Change {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly raw?: readonly string[]
  readonly body?: string | Uint8Array
  /** Of the gateway; `SECRET` stands for the source's own variable. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly receivedAt?: number
  readonly others?: readonly number[]
}

/** One provider's source, named as it. */
function broken(name: string, expected: Cause, source: string, sent: Sent, change: Change = {}): Broken {
  const variable =
    source === 'default' ? 'WEBHOOK_SECRET' : `${source.toUpperCase().replaceAll('-', '_')}_WEBHOOK_SECRET`
  const { SECRET, ...others } = change.env ?? {}
  const env = {
    [variable]: SECRET ?? sent.secret,
    ...(sent.publicUrl === undefined ? {} : { PUBLIC_URL: sent.publicUrl }),
    ...others,
  }
  const headers = { ...sent.headers, ...change.headers }
  return {
    name,
    expected,
    env: defined(env),
    path:
      change.path ??
      sent.path.replace(/^\/in\/|^\/webhook\/test/, (text) => (text === '/in/' ? '/in/' : '/webhook/test')),
    headers: change.raw ?? defined(headers),
    body: change.body ?? sent.body,
    receivedAt: change.receivedAt ?? sent.nowSeconds,
    ...(change.method === undefined ? {} : { method: change.method }),
    ...(change.others === undefined ? {} : { others: change.others }),
  }
}

function defined(record: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

const other = 'another-secret-of-a-good-length-42'
const notAscii = /[^\p{ASCII}]/gu
const python = (text: string) =>
  text
    .replace(/"(?:[^"\\]|\\.)*"|[:,]/g, (token) => (token === ':' || token === ',' ? `${token} ` : token))
    .replace(notAscii, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
const php = (text: string) =>
  text.replaceAll('/', '\\/').replace(notAscii, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
const lines = '{\n  "id": "evt_9",\n  "type": "order.created"\n}\n'
const octet = (text: string) => Buffer.from(text).toString('base64')

/** Made anew for each run, since libraries sign. */
export async function corpus(): Promise<readonly Broken[]> {
  const gh = await github()
  const acme = { ACME_WEBHOOK_PROVIDER: 'standard-webhooks' }
  const hub = gh.headers['x-hub-signature-256'] ?? ''
  const hex = hub.replace('sha256=', '')
  const stripeHeader = stripe().headers['stripe-signature'] ?? ''
  const twilio = vector('twilio', 'Twilio: form')
  const square = vector('square')
  const bare = (path: string, headers: Record<string, string>, body = order): Sent => ({
    path,
    headers: { 'content-type': 'application/json', ...headers },
    body,
    secret: secrets.generic,
    nowSeconds,
  })
  const own = (body = order, secret = secrets.generic) => createHmac('sha256', secret).update(body).digest('hex')
  const genericBody = bare('/webhook/order.created', { 'x-webhook-signature': `sha256=${own()}` })
  return [
    // Secrets
    broken('Stripe, secret of another endpoint', 'other_environment', 'stripe', stripe(), {
      env: { SECRET: 'whsec_0000000000000000000000000000' },
    }),
    broken('GitHub, wrong secret', 'wrong_secret', 'github', gh, { env: { SECRET: other } }),
    broken('GitHub, secret configured with a space at its end', 'secret_white_space', 'github', gh, {
      env: { SECRET: `${gh.secret} ` },
    }),
    broken('GitHub, secret configured with a line break', 'secret_white_space', 'github', gh, {
      env: { SECRET: `${gh.secret}\n` },
    }),
    broken(
      'GitHub, secret at the sender with a line break',
      'secret_white_space',
      'github',
      await github(order, { secret: `${secrets.github}\n` }),
      { env: { SECRET: secrets.github } },
    ),
    broken('Stripe, secret configured in quotes', 'secret_quotes', 'stripe', stripe(), {
      env: { SECRET: `"${secrets.stripe}"` },
    }),
    broken('Stripe, secret configured without whsec_', 'secret_encoding', 'stripe', stripe(), {
      env: { SECRET: secrets.stripe.slice(6) },
    }),
    broken('GitHub, secret configured in base64', 'secret_encoding', 'github', gh, {
      env: { SECRET: octet(gh.secret) },
    }),
    broken('GitHub, secret configured in hex', 'secret_encoding', 'github', gh, {
      env: { SECRET: Buffer.from(gh.secret).toString('hex') },
    }),
    broken(
      'Standard Webhooks, sender takes the secret as text',
      'secret_encoding',
      'acme',
      {
        ...standard(),
        headers: {
          ...standard().headers,
          'webhook-signature': `v1,${createHmac('sha256', secrets.standard).update(`msg_2KWPBgLlAfxdpx2AI54pPJ85f4W.${nowSeconds}.${order}`).digest('base64')}`,
        },
      },
      { env: acme },
    ),
    broken('GitHub, secret of another source', 'other_secret', 'github', await github(order, { secret: other }), {
      env: { SECRET: secrets.github, ACME_WEBHOOK_SECRET: other },
    }),
    broken('Stripe, previous secret of another source', 'other_secret', 'stripe', stripe(order, { secret: other }), {
      env: { SECRET: secrets.stripe, ACME_WEBHOOK_SECRET: secrets.generic, ACME_WEBHOOK_SECRET_PREVIOUS: other },
    }),
    broken('Shopify, wrong secret', 'wrong_secret', 'shopify', vector('shopify'), { env: { SECRET: other } }),
    broken('LiveKit (JWT), wrong secret', 'wrong_secret', 'livekit', vector('livekit'), { env: { SECRET: other } }),
    broken('Discord (Ed25519), another application’s key', 'wrong_secret', 'discord', vector('discord'), {
      env: { SECRET: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a' },
    }),

    // Who it is for
    broken(
      'GitHub’s request to Stripe’s path',
      'wrong_path',
      'stripe',
      { ...gh, secret: secrets.stripe },
      { path: '/webhook/stripe', env: { GITHUB_WEBHOOK_SECRET: gh.secret } },
    ),
    broken(
      'GitHub’s request to Stripe’s path, no source for it',
      'other_provider',
      'stripe',
      { ...gh, secret: secrets.stripe },
      { path: '/webhook/stripe' },
    ),
    broken('Stripe’s request to a source of generic signatures', 'other_provider', 'acme', {
      ...stripe(),
      path: '/webhook/acme',
    }),
    broken('Stripe’s request to a misspelt path', 'wrong_path', 'stripe', stripe(), { path: '/webhook/strpie' }),
    broken('wrong secret and a misspelt path', 'unknown_source', 'stripe', stripe(order, { secret: other }), {
      path: '/webhook/strpie',
      env: { SECRET: secrets.stripe },
    }),
    broken('GitHub’s request, no secret for it', 'unknown_source', 'stripe', { ...gh, secret: secrets.stripe }, {}),
    broken('GitHub, no secret set at the sender', 'missing_signature', 'github', gh, {
      headers: { 'x-hub-signature-256': undefined },
    }),
    broken('nothing of GitHub in it', 'missing_signature', 'github', bare('/webhook/github', {}), {
      env: { SECRET: gh.secret },
    }),
    broken(
      'generic, header renamed',
      'renamed_header',
      'default',
      bare('/webhook/order.created', { 'x-acme-signature': `sha256=${own()}` }),
    ),
    broken('GitHub, header renamed by a proxy', 'renamed_header', 'github', gh, {
      headers: { 'x-hub-signature-256': undefined, 'x-original-hub-signature-256': hub },
    }),
    broken('Stripe, POST turned into a GET', 'redirected', 'stripe', stripe(), { method: 'GET', body: '' }),

    // Times
    broken('Stripe, ten minutes late', 'timestamp_past', 'stripe', stripe(order, { at: nowSeconds - 600 })),
    broken('Stripe, ten minutes ahead', 'timestamp_future', 'stripe', stripe(order, { at: nowSeconds + 610 })),
    broken('Stripe, in milliseconds', 'timestamp_unit', 'stripe', stripe(order, { at: nowSeconds * 1000 })),
    broken(
      'Standard Webhooks, two days late',
      'timestamp_past',
      'acme',
      standard(order, { at: nowSeconds - 172_900 }),
      { env: acme },
    ),
    broken('Stripe, local time for UTC', 'timestamp_zone', 'stripe', stripe(order, { at: nowSeconds + 7200 })),
    broken('Stripe, our clock is wrong, by the proxy’s', 'clock_wrong', 'stripe', stripe(), {
      receivedAt: nowSeconds + 1900,
      headers: { 'x-request-start': `t=${nowSeconds * 1000}` },
    }),
    broken('Stripe, our clock is wrong, by other requests', 'clock_wrong', 'stripe', stripe(), {
      receivedAt: nowSeconds + 1900,
      others: [1895, 1907],
    }),
    broken('Slack, an hour and a bit late', 'timestamp_past', 'slack', vector('slack', 'Slack: Events API JSON body'), {
      receivedAt: vector('slack', 'Slack: Events API JSON body').nowSeconds + 4321,
    }),

    // Bodies
    broken('GitHub, JSON indented on the way', 'body_reserialised', 'github', gh, {
      body: JSON.stringify(JSON.parse(order), null, 2),
    }),
    broken('Stripe, JSON written anew by Python', 'body_reserialised', 'stripe', stripe(), { body: python(order) }),
    broken(
      'GitHub, signed by PHP, written anew by JavaScript',
      'body_reserialised',
      'github',
      await github(php(order)),
      { body: order },
    ),
    broken(
      'Stripe, sender signs Python’s JSON and sends another',
      'body_reserialised',
      'stripe',
      stripe(python(order)),
      { body: order },
    ),
    broken(
      'GitHub, indented JSON made compact',
      'body_reserialised',
      'github',
      await github(JSON.stringify(JSON.parse(order), null, 4)),
      { body: order },
    ),
    broken('Standard Webhooks, body parsed and written anew', 'body_reserialised', 'acme', standard(lines), {
      env: acme,
      body: JSON.stringify(JSON.parse(lines)),
    }),
    broken('Shopify, JSON with spaces', 'body_reserialised', 'shopify', vector('shopify'), {
      body: python(vector('shopify').body),
    }),
    broken('Discord (Ed25519), JSON with spaces', 'body_reserialised', 'discord', vector('discord'), {
      body: python(vector('discord').body),
    }),
    broken('LiveKit (JWT), JSON with spaces', 'body_reserialised', 'livekit', vector('livekit'), {
      body: python(vector('livekit').body),
    }),
    broken('SendGrid (ECDSA), line break at the end gone', 'body_white_space', 'sendgrid', vector('sendgrid'), {
      body: `${vector('sendgrid').body}\n`,
    }),
    broken('GitHub, line break added', 'body_white_space', 'github', gh, { body: `${order}\n` }),
    broken('Stripe, line break at the end trimmed', 'body_white_space', 'stripe', stripe(`${order}\n`), {
      body: order,
    }),
    broken('GitHub, line breaks made CR and LF', 'body_line_endings', 'github', await github(lines), {
      body: lines.replaceAll('\n', '\r\n'),
    }),
    broken('GitHub, byte order mark added', 'body_bom', 'github', gh, { body: `\ufeff${order}` }),
    broken('GitHub, compressed by a proxy', 'body_compressed', 'github', gh, {
      body: gzipSync(order),
      headers: { 'content-encoding': 'gzip' },
    }),
    broken(
      'GitHub, unpacked by a proxy',
      'body_compressed',
      'github',
      {
        ...gh,
        headers: {
          ...gh.headers,
          'x-hub-signature-256': `sha256=${createHmac('sha256', gh.secret).update(gzipSync(order)).digest('hex')}`,
          'content-encoding': 'gzip',
        },
      },
      { body: gunzipSync(gzipSync(order)) },
    ),
    broken(
      'GitHub, form written anew',
      'body_form',
      'github',
      {
        ...(await github(`payload=${encodeURIComponent(order)}`)),
      },
      {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ payload: order }).toString(),
      },
    ),
    broken(
      'GitHub, form field instead of the form',
      'body_form',
      'github',
      await github(`payload=${encodeURIComponent(order)}`),
      { body: order },
    ),
    broken('Slack, form decoded', 'body_form', 'slack', vector('slack', 'Slack'), {
      body: vector('slack', 'Slack').body.replaceAll('%3A', ':').replaceAll('%2F', '/'),
    }),
    broken('GitHub, read as Latin-1', 'body_charset', 'github', gh, {
      body: Buffer.from(Buffer.from(order).toString('latin1'), 'utf8'),
    }),
    broken('GitHub, in base64 as a function is handed it', 'body_wrapped', 'github', gh, { body: octet(order) }),
    broken('GitHub, a text of JSON', 'body_wrapped', 'github', gh, { body: JSON.stringify(order) }),
    broken('GitHub, body gone', 'body_empty', 'github', gh, { body: '' }),
    broken('LiveKit (JWT), another body', 'body_changed', 'livekit', vector('livekit'), {
      body: '{"event":"room_started"}',
    }),

    // URLs
    broken(
      'Twilio, PUBLIC_URL with http',
      'url_differs',
      'in',
      { ...twilio, publicUrl: 'http://hooks.example.com' },
      { env: { IN_WEBHOOK_PROVIDER: 'twilio' } },
    ),
    broken('Twilio, PUBLIC_URL not set', 'public_url_missing', 'in', twilio, {
      env: { IN_WEBHOOK_PROVIDER: 'twilio', PUBLIC_URL: undefined },
      headers: { host: 'hooks.example.com' },
    }),
    broken('Square, another host', 'url_differs', 'in', square, {
      env: { IN_WEBHOOK_PROVIDER: 'square', PUBLIC_URL: 'https://internal.example.net' },
      headers: { 'x-forwarded-host': 'hooks.example.com' },
    }),
    broken('Square, a slash at the end', 'url_differs', 'in', square, {
      env: { IN_WEBHOOK_PROVIDER: 'square' },
      path: `${square.path}/`,
    }),
    broken('Twilio, query taken away by a proxy', 'url_differs', 'in', twilio, {
      env: { IN_WEBHOOK_PROVIDER: 'twilio' },
      path: twilio.path.split('?')[0] ?? '',
      headers: { 'x-original-url': twilio.path },
    }),
    broken('Square, PUBLIC_URL with a path', 'url_differs', 'in', square, {
      env: { IN_WEBHOOK_PROVIDER: 'square', PUBLIC_URL: 'https://hooks.example.com/gateway' },
    }),

    // Signatures
    broken('GitHub, base64 for hex', 'signature_encoding', 'github', gh, {
      headers: { 'x-hub-signature-256': `sha256=${Buffer.from(hex, 'hex').toString('base64')}` },
    }),
    broken('GitHub, prefix left out', 'signature_prefix', 'github', gh, { headers: { 'x-hub-signature-256': hex } }),
    broken('Shopify, hex for base64', 'signature_encoding', 'shopify', vector('shopify'), {
      headers: {
        'x-shopify-hmac-sha256': Buffer.from(
          vector('shopify').headers['x-shopify-hmac-sha256'] ?? '',
          'base64',
        ).toString('hex'),
      },
    }),
    broken('GitHub, SHA-512', 'signature_algorithm', 'github', gh, {
      headers: { 'x-hub-signature-256': `sha512=${createHmac('sha512', gh.secret).update(order).digest('hex')}` },
    }),
    broken('generic, a plain hash', 'signature_algorithm', 'default', genericBody, {
      headers: {
        'x-webhook-signature': `sha256=${createHash('sha256')
          .update(secrets.generic + order)
          .digest('hex')}`,
      },
    }),
    broken('GitHub, cut short', 'signature_truncated', 'github', gh, {
      headers: { 'x-hub-signature-256': hub.slice(0, 40) },
    }),
    broken('Stripe, cut short', 'signature_truncated', 'stripe', stripe(), {
      headers: { 'stripe-signature': stripeHeader.slice(0, -12) },
    }),
    broken('GitHub, twice', 'doubled_header', 'github', gh, {
      raw: [...Object.entries(gh.headers).flat(), 'X-Hub-Signature-256', `sha256=${'0'.repeat(64)}`],
    }),
    broken('GitHub, joined by a proxy', 'doubled_header', 'github', gh, {
      headers: { 'x-hub-signature-256': `${hub}, ${hub}` },
    }),
    broken('Stripe, signs the body without its time', 'signature_content', 'stripe', stripe(), {
      headers: {
        'stripe-signature': `t=${nowSeconds},v1=${createHmac('sha256', secrets.stripe).update(order).digest('hex')}`,
      },
    }),
    broken('Stripe, no time in the header', 'signature_malformed', 'stripe', stripe(), {
      headers: { 'stripe-signature': stripeHeader.replace(/^t=\d+,/, '') },
    }),
    broken('Stripe, in quotes', 'signature_prefix', 'stripe', stripe(), {
      headers: { 'stripe-signature': `"${stripeHeader}"` },
    }),
  ]
}
