import assert from 'node:assert/strict'
import { createHash, createHmac, createPublicKey } from 'node:crypto'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { compileVerifier } from '../../../src/verification/compile.ts'
import type { SourceSecrets } from '../../../src/verification/types.ts'
import { fromWire, providerNamed, readVectors, requestOf, type Vector, vectorFiles } from './requests.ts'

const nowSeconds = 1_750_000_000
const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const publicUrl = 'https://hooks.example.com'

interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly url?: string
  readonly now?: number
}

function verify(name: string, secrets: string | SourceSecrets, sent: Sent, url: string | null = publicUrl): string {
  const pair = typeof secrets === 'string' ? { current: secrets, previous: null } : secrets
  const check = compileVerifier(providerNamed(name), pair, { toleranceSeconds: null, publicUrl: url })
  const verdict = check(requestOf(sent.headers ?? {}, sent.body ?? '', sent.url), (sent.now ?? nowSeconds) * 1000)
  return verdict.ok ? verdict.scheme : verdict.cause
}

function vectorOf(name: string, label: RegExp): Vector {
  const vector = readVectors(name).find((one) => label.test(one.label))
  assert.ok(vector, `${name} ${label}`)
  return vector
}

const hmac = (secret: string, content: string | Buffer, hash = 'sha256') => createHmac(hash, secret).update(content)

describe('secrets that look encoded', () => {
  it('are used as text by Polar, and decoded by Standard Webhooks: neither takes the other', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const signedWith = (key: string | Buffer) => ({
      'webhook-id': 'm',
      'webhook-timestamp': `${nowSeconds}`,
      'webhook-signature': `v1,${createHmac('sha256', key).update(`m.${nowSeconds}.{}`).digest('base64')}`,
    })
    const decoded = Buffer.from(secret.slice('whsec_'.length), 'base64')
    assert.equal(verify('polar', secret, { headers: signedWith(secret), body: '{}' }), 'standard-webhooks-v1')
    assert.equal(verify('polar', secret, { headers: signedWith(decoded), body: '{}' }), 'mismatch')
    assert.equal(verify('render', secret, { headers: signedWith(decoded), body: '{}' }), 'standard-webhooks-v1')
    assert.equal(verify('render', secret, { headers: signedWith(secret), body: '{}' }), 'mismatch')
  })
})

describe('X-Hub-Signature', () => {
  const of = (hash: string) => ({ 'x-hub-signature': `${hash}=${hmac('s3cret', '{}', hash).digest('hex')}` })
  it('is SHA-1 for Intercom and SHA-256 for Jira, Bitbucket and Snyk, never both', () => {
    assert.equal(verify('intercom', 's3cret', { headers: of('sha1'), body: '{}' }), 'x-hub-signature')
    assert.equal(verify('intercom', 's3cret', { headers: of('sha256'), body: '{}' }), 'malformed')
    for (const name of ['jira', 'bitbucket', 'snyk']) {
      assert.equal(verify(name, 's3cret', { headers: of('sha256'), body: '{}' }), 'x-hub-signature')
      assert.equal(verify(name, 's3cret', { headers: of('sha1'), body: '{}' }), 'malformed')
    }
  })
})

describe('a signed URL', () => {
  const secret = 'square-key'
  const path = '/webhook/square?a=1'
  const signedFor = (url: string) => ({
    ...json,
    'x-square-hmacsha256-signature': hmac(secret, `${url}{}`).digest('base64'),
  })

  it('is PUBLIC_URL and the path and query as sent', () => {
    const right = { headers: signedFor(publicUrl + path), body: '{}', url: path }
    assert.equal(verify('square', secret, right), 'x-square-hmacsha256-signature')
    assert.equal(verify('square', secret, { ...right, url: '/webhook/square' }), 'mismatch')
    assert.equal(verify('square', secret, right, 'https://other.example'), 'mismatch')
  })

  it('is never what the sender of a request says it is', () => {
    const forged = {
      ...signedFor(`https://evil.example${path}`),
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example;proto=https',
    }
    assert.equal(verify('square', secret, { headers: forged, body: '{}', url: path }), 'mismatch')
    assert.equal(verify('square', secret, { headers: forged, body: '{}', url: path }, null), 'malformed')
  })

  it('is asked for where it is missing', () => {
    const check = compileVerifier(
      providerNamed('square'),
      { current: secret, previous: null },
      { toleranceSeconds: null },
    )
    const verdict = check(requestOf(signedFor(publicUrl + path), '{}', path), 0)
    assert.ok(!verdict.ok && /set PUBLIC_URL/.test(verdict.detail))
  })
})

describe('Twilio', () => {
  it('checks the hash of a JSON body, not only the URL that holds it', () => {
    const { headers, secret, url, body } = vectorOf('twilio', /JSON$/)
    assert.equal(verify('twilio', secret, { headers, body, ...(url && { url }) }), 'x-twilio-signature-json-url')
    assert.equal(verify('twilio', secret, { headers, body: `${body} `, ...(url && { url }) }), 'mismatch')
  })

  it('refuses a form that cannot be read, which would else count as an empty one', () => {
    const url = '/webhook/twilio'
    const headers = { ...form, 'x-twilio-signature': hmac('12345', publicUrl + url, 'sha1').digest('base64') }
    assert.equal(verify('twilio', '12345', { headers, body: '', url }), 'x-twilio-signature-form-url')
    assert.equal(verify('twilio', '12345', { headers, body: 'a=1'.padEnd(30_000, '&a'), url }), 'malformed')
    const plivo = (sent: Sent['headers'], body: string) =>
      verify('plivo', '12345', {
        headers: {
          ...sent,
          'x-plivo-signature-v3-nonce': '1',
          'x-plivo-signature-v3': hmac('12345', `${publicUrl}/webhook/plivo.1`).digest('base64'),
        },
        body,
        url: '/webhook/plivo',
      })
    assert.equal(plivo(form, ''), 'x-plivo-signature-v3')
    assert.equal(plivo(json, '{"Event":"Hangup"}'), 'malformed')
    assert.equal(plivo(form, 'a=1'.padEnd(30_000, '&a')), 'malformed')
  })

  it('refuses another kind of body whose hash is not signed', () => {
    const url = '/webhook/twilio'
    const headers = { ...json, 'x-twilio-signature': hmac('12345', publicUrl + url, 'sha1').digest('base64') }
    assert.equal(verify('twilio', '12345', { headers, body: '{"a":1}', url }), 'malformed')
    assert.equal(verify('twilio', '12345', { headers, body: '', url }), 'x-twilio-signature-form-url')
  })
})

describe('forms', () => {
  it('are signed by Gitea as their decoded payload, which must be there once', () => {
    const payload = '{"ref":"é & +"}'
    const headers = { ...form, 'x-gitea-signature': hmac('s3cret', payload).digest('hex') }
    const body = `payload=${encodeURIComponent(payload)}`
    assert.equal(verify('gitea', 's3cret', { headers, body }), 'x-gitea-signature-form')
    assert.equal(verify('gitea', 's3cret', { headers: { ...headers, ...json }, body }), 'mismatch')
    assert.notEqual(verify('gitea', 's3cret', { headers, body: `${body}&payload=1` }), 'x-gitea-signature-form')
  })

  it('without a signature in the header are refused', () => {
    for (const value of ['', 'sha256=', ' ']) {
      assert.equal(verify('gitea', 's3cret', { headers: { 'x-gitea-signature': value }, body: '{}' }), 'malformed')
    }
  })

  it('of Paddle Classic have every field once', () => {
    const { headers, secret, body } = vectorOf('paddle-classic', /./)
    assert.equal(verify('paddle-classic', secret, { headers, body }), 'p_signature')
    assert.equal(verify('paddle-classic', secret, { headers, body: `alert_name=else&${body}` }), 'malformed')
  })

  it('of very many fields are not taken apart', () => {
    const headers = { ...form, 'x-gitea-signature': hmac('s3cret', '1').digest('hex') }
    const send = (fields: number) => verify('gitea', 's3cret', { headers, body: `payload=1${'&a'.repeat(fields)}` })
    assert.equal(send(999), 'x-gitea-signature-form')
    assert.equal(send(1000), 'mismatch')
  })

  it('of several parts must have the field once, with its whole JSON', () => {
    const { headers, body, secret } = vectorOf('dropbox-sign', /./)
    const send = (sent: string) => verify('dropbox-sign', secret, { headers, body: sent })
    assert.equal(send(body), 'event-hash')
    const boundary = body.slice(0, body.indexOf('\r\n'))
    const part = body.slice(0, body.lastIndexOf(boundary))
    assert.equal(send(part + body), 'malformed')
    assert.equal(send(`${boundary}\r\nContent-Disposition: form-data; name="other"\r\n\r\n1\r\n${body}`), 'event-hash')
    assert.equal(send(body.replace('name="json"', 'name="else"')), 'missing')
    assert.equal(send(body.replace('{', '[')), 'missing')
    assert.equal(send(body.replaceAll(boundary, '--else')), 'missing')
    assert.equal(verify('dropbox-sign', secret, { headers: json, body }), 'missing')
  })
})

describe('compressed bodies', () => {
  const body = '{"type":"message.new"}'
  it('are signed unpacked by Stream, and packed by Nylas', () => {
    const packed = gzipSync(body)
    const unpackedSignature = hmac('s3cret', body).digest('hex')
    const packedSignature = hmac('s3cret', packed).digest('hex')
    const stream = (signature: string, sent: string | Buffer) =>
      verify('stream', 's3cret', { headers: { 'x-signature': signature }, body: sent })
    assert.equal(stream(unpackedSignature, packed), 'x-signature')
    assert.equal(stream(unpackedSignature, body), 'x-signature')
    assert.equal(stream(packedSignature, packed), 'mismatch')
    assert.equal(stream(packedSignature, packed.subarray(0, 12)), 'malformed')
    const nylas = (signature: string) =>
      verify('nylas', 's3cret', { headers: { 'x-nylas-signature': signature }, body: packed })
    assert.equal(nylas(packedSignature), 'x-nylas-signature')
    assert.equal(nylas(unpackedSignature), 'mismatch')
  })

  it('that unpack to very much are refused', () => {
    const packed = gzipSync(Buffer.alloc(9 * 1024 * 1024))
    const headers = { 'x-signature': '0'.repeat(64) }
    assert.equal(verify('stream', 's3cret', { headers, body: packed }), 'malformed')
  })
})

describe('JWTs', () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = '{"event":{"id":"1"}}'
  const claims = part({ request_body_sha256: createHash('sha256').update(body).digest('base64') })
  const signed = (header: unknown, key: string) => {
    const content = `${part(header)}.${claims}`
    return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`
  }
  const send = (secret: string, jwt: string) =>
    verify('fusionauth', secret, { headers: { ...json, 'x-fusionauth-signature-jwt': jwt }, body })
  const { secret: publicKey } = vectorOf('fusionauth', /^FusionAuth$/)

  it('are accepted with the pinned algorithm only', () => {
    assert.equal(send('s3cret', signed({ alg: 'HS256' }, 's3cret')), 'hmac')
    for (const alg of ['none', 'None', 'NONE', '', 'HS1', 'RS256', 'hs256', undefined, null, ['HS256']]) {
      assert.equal(send('s3cret', signed({ alg }, 's3cret')), 'malformed', String(alg))
    }
    assert.equal(send('s3cret', `${part({ alg: 'none' })}.${claims}.`), 'malformed')
    assert.equal(send('s3cret', signed({ alg: 'HS256', crit: ['b64'] }, 's3cret')), 'malformed')
  })

  it('signed with a public key as if it were a shared secret are refused', () => {
    const der = createPublicKey(publicKey).export({ format: 'der', type: 'spki' }).toString('base64')
    for (const configured of [publicKey, der]) {
      for (const key of [configured, configured.trim(), configured.replaceAll('\n', '')]) {
        assert.equal(send(configured, signed({ alg: 'HS256' }, key)), 'malformed')
      }
    }
  })

  it('are refused unless they are three strict parts', () => {
    const right = signed({ alg: 'HS256' }, 's3cret')
    for (const jwt of [
      `${right}.`,
      `${right}=`,
      ` ${right}`,
      right.replaceAll('.', '..'),
      right.split('.').slice(0, 2).join('.'),
    ]) {
      assert.equal(send('s3cret', jwt), 'malformed')
    }
  })

  it('of Netlify bind the body and the issuer', () => {
    const { headers, secret, body: sent } = vectorOf('netlify', /./)
    assert.equal(verify('netlify', secret, { headers, body: sent }), 'x-webhook-signature')
    assert.equal(verify('netlify', secret, { headers, body: '{"state":"error"}' }), 'mismatch')
    const content = `${part({ alg: 'HS256' })}.${part({ iss: 'else', sha256: createHash('sha256').update(sent).digest('hex') })}`
    const jwt = `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
    assert.equal(verify('netlify', secret, { headers: { 'x-webhook-signature': jwt }, body: sent }), 'mismatch')
  })
})

describe('a weaker proof', () => {
  it('does not help a request whose stronger one is wrong', () => {
    const { headers } = vectorOf('buildkite', /signature mode/)
    const [name = '', value = ''] = Object.entries(headers).find(([key]) => key === 'x-buildkite-signature') ?? []
    const token = { 'x-buildkite-token': 's3cret' }
    assert.equal(verify('buildkite', 's3cret', { headers: token, body: '{}' }), 'x-buildkite-token')
    assert.equal(verify('buildkite', 's3cret', { headers: { ...token, [name]: value }, body: '{}' }), 'mismatch')
  })

  it('is not taken for a secret that is for signing', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const headers = { 'x-gitlab-token': secret }
    assert.equal(verify('gitlab', secret, { headers, body: '{}' }), 'missing')
    assert.equal(
      verify('gitlab', { current: secret, previous: 'old token' }, { headers: { 'x-gitlab-token': 'old token' } }),
      'x-gitlab-token',
    )
  })

  it('is HubSpot’s version 1 once version 3 is there, and Sumsub’s SHA-1 always', () => {
    const v1 = vectorOf('hubspot', /v1/)
    const sent = { headers: { ...v1.headers, 'x-hubspot-signature-v3': 'x' }, body: v1.body }
    assert.equal(verify('hubspot', v1.secret, { ...sent, headers: v1.headers }), 'x-hubspot-signature-v1')
    assert.equal(verify('hubspot', v1.secret, sent), 'malformed')
    assert.equal(verify('hubspot', v1.secret, sent, null), 'x-hubspot-signature-v1', 'not checkable without PUBLIC_URL')
    const digest = {
      'x-payload-digest-alg': 'HMAC_SHA1_HEX',
      'x-payload-digest': hmac('s3cret', '{}', 'sha1').digest('hex'),
    }
    assert.equal(verify('sumsub', 's3cret', { headers: digest, body: '{}' }), 'missing')
  })

  it('without a time is not built from one with a time', () => {
    for (const [name, join] of [
      ['convoy', ','],
      ['grafana', ':'],
      ['front', ':'],
    ] as const) {
      const content = `${nowSeconds}000${join}{"a":1}`
      const [hash, encoding] = name === 'front' ? (['sha1', 'base64'] as const) : (['sha256', 'hex'] as const)
      const header = providerNamed(name).schemes[0]?.at.slice('header:'.length) ?? ''
      const headers = { [header]: hmac('s3cret', content, hash).digest(encoding) }
      assert.equal(verify(name, 's3cret', { headers, body: content }), 'malformed', name)
    }
  })
})

describe('bodies of which a part is signed', () => {
  it('are Adyen’s only with a single item', () => {
    const { secret, body, headers } = vectorOf('adyen', /payment/)
    const parsed = JSON.parse(body)
    assert.equal(verify('adyen', secret, { headers, body }), 'notification-item')
    parsed.notificationItems.push({ NotificationRequestItem: { eventCode: 'REFUND' } })
    assert.equal(verify('adyen', secret, { headers, body: JSON.stringify(parsed) }), 'malformed')
  })

  it('are said to be so, and tokens too', () => {
    const partly = new Set<string>()
    for (const name of vectorFiles()) {
      for (const { headers, body, url, secret, publicUrl: at = null, nowSeconds: now, scheme } of readVectors(name)) {
        const secrets = { current: secret, previous: null }
        const check = compileVerifier(providerNamed(name), secrets, { toleranceSeconds: null, publicUrl: at })
        const verdict = check(requestOf(headers, body, url), now * 1000)
        assert.ok(verdict.ok)
        const token = providerNamed(name).schemes.some((one) => one.name === scheme && one.kind === 'token')
        if (verdict.unsignedBody && !token) partly.add(name)
        if (token) assert.ok(verdict.unsignedBody, name)
      }
    }
    assert.deepEqual([...partly].sort(), [
      'adyen',
      'braintree',
      'dropbox-sign',
      'ecwid',
      'gitea',
      'mailgun',
      'mercadopago',
      'monday',
      'travis',
      'vonage',
    ])
  })
})

describe('tokens', () => {
  it('must be the same in every item of a Microsoft Graph body', () => {
    const send = (...states: readonly unknown[]) =>
      verify('msgraph', 'state', { body: JSON.stringify({ value: states.map((clientState) => ({ clientState })) }) })
    assert.equal(send('state', 'state'), 'client-state')
    assert.equal(send('state', 'other'), 'malformed')
    assert.equal(send('state', undefined), 'malformed')
    assert.equal(send('other'), 'mismatch')
    assert.equal(send(1), 'missing')
    assert.equal(send(), 'missing')
  })

  it('are compared whole, with their prefix in either case', () => {
    const send = (authorization: string) => verify('strapi', 'tok', { headers: { authorization }, body: '{}' })
    assert.equal(send('Bearer tok'), 'authorization')
    assert.equal(send('bearer tok'), 'authorization')
    for (const wrong of ['Bearer to', 'Bearer tokk', 'Bearer ', 'Bearer  tok', 'Bearer tok ', 'Bearer Tok']) {
      assert.equal(send(wrong), 'mismatch', wrong)
    }
    assert.equal(send('tok'), 'malformed')
    assert.equal(send('Basic tok'), 'malformed')
  })

  it('of HTTP Basic authentication are user and password', () => {
    const send = (text: string) =>
      verify('postmark', 'user:pa:ss é', {
        headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
      })
    assert.equal(send('user:pa:ss é'), 'basic')
    for (const wrong of ['user:pa', 'user', ':', 'user:pa:ss e', '']) assert.equal(send(wrong), 'mismatch', wrong)
  })
})

describe('times', () => {
  it('are of a size to be told apart only where a sender sends both', () => {
    const send = (ts: string) => {
      const v1 = hmac('s3cret', `ts:${ts};`).digest('hex')
      return verify('mercadopago', 's3cret', { headers: { 'x-signature': `ts=${ts},v1=${v1}` }, body: '{}' })
    }
    assert.equal(send(`${nowSeconds}`), 'x-signature')
    assert.equal(send(`${nowSeconds}000`), 'x-signature')
    assert.equal(send(`${nowSeconds - 301}`), 'expired')
    assert.equal(send(`${nowSeconds - 301}000`), 'expired')
    const courier = hmac('s3cret', `${nowSeconds}.{}`).digest('hex')
    const seconds = { 'courier-signature': `t=${nowSeconds},signature=${courier}` }
    assert.equal(verify('courier', 's3cret', { headers: seconds, body: '{}' }), 'expired', 'milliseconds elsewhere')
  })

  it('inside a body count as they are written there', () => {
    const send = (body: string) =>
      verify('linear', 's3cret', { headers: { 'linear-signature': hmac('s3cret', body).digest('hex') }, body })
    assert.equal(send(`{"webhookTimestamp":${nowSeconds}000}`), 'linear-signature')
    assert.equal(send(`{"webhookTimestamp":${nowSeconds - 61}000}`), 'expired')
    assert.equal(send('{"webhookTimestamp":null}'), 'malformed')
    assert.equal(send('{"webhookTimestamp":1.75e12}'), 'linear-signature')
    assert.equal(send('not JSON'), 'malformed')
    assert.equal(send(`{"a":"${'x'.repeat(2 ** 20)}","webhookTimestamp":${nowSeconds}000}`), 'linear-signature')
  })

  it('of Contentful must be among the signed headers', () => {
    const { headers, secret, body, url = '/' } = vectorOf('contentful', /^Contentful$/)
    assert.equal(verify('contentful', secret, { headers, body, url }), 'x-contentful-signature')
    const names = 'x-contentful-topic'
    const content = ['POST', url, `x-contentful-topic:${headers['x-contentful-topic']}`, body].join('\n')
    const forged = {
      ...headers,
      'x-contentful-signed-headers': names,
      'x-contentful-signature': hmac(secret, content).digest('hex'),
    }
    assert.equal(verify('contentful', secret, { headers: forged, body, url }), 'malformed')
  })
})

describe('rotation', () => {
  it('of Outpost is a list after one v0=', () => {
    const right = hmac('s3cret', '{}').digest('hex')
    const send = (value: string) =>
      verify('outpost', 's3cret', { headers: { 'x-outpost-signature': value }, body: '{}' })
    assert.equal(send(`v0=${right}`), 'x-outpost-signature')
    assert.equal(send(`v0=${'0'.repeat(64)},${right}`), 'x-outpost-signature')
    for (const value of [right, `v1=${right}`, `v0=${right.slice(1)}`, `v0=v0=${right}`]) {
      assert.equal(send(value), 'malformed', value.slice(0, 6))
    }
  })

  it('of Mollie sends its header twice', () => {
    const right = `sha256=${hmac('s3cret', '{}').digest('hex')}`
    const wrong = `sha256=${'0'.repeat(64)}`
    const check = compileVerifier(
      providerNamed('mollie'),
      { current: 's3cret', previous: null },
      { toleranceSeconds: null },
    )
    for (const pair of [
      [right, wrong],
      [wrong, right],
    ]) {
      assert.ok(
        check(
          fromWire(
            pair.flatMap((value) => ['X-Mollie-Signature', value]),
            '{}',
          ),
          0,
        ).ok,
      )
    }
    assert.ok(!check(fromWire(['X-Mollie-Signature', wrong, 'X-Mollie-Signature', wrong], '{}'), 0).ok)
  })

  it('of Persona sends two values, each with its own time', () => {
    const value = (secret: string, time: number) => `t=${time},v1=${hmac(secret, `${time}.{}`).digest('hex')}`
    const send = (...values: readonly string[]) =>
      verify('persona', 's3cret', { headers: { 'persona-signature': values.join(' ') }, body: '{}' })
    assert.equal(send(value('old', nowSeconds), value('s3cret', nowSeconds)), 'persona-signature')
    assert.equal(send(value('old', nowSeconds), value('s3cret', nowSeconds - 400)), 'expired')
    assert.equal(send(value('old', nowSeconds), value('older', nowSeconds)), 'mismatch')
    const mixed = `t=${nowSeconds},v1=${hmac('s3cret', `${nowSeconds - 400}.{}`).digest('hex')}`
    assert.match(send(value('s3cret', nowSeconds - 400).replace(/v1=.*/, 'v1=x'), mixed), /^(mismatch|malformed)$/)
  })
})
