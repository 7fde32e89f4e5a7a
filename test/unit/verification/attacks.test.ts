import assert from 'node:assert/strict'
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { providers } from '../../../src/providers/registry.ts'
import type { Scheme } from '../../../src/providers/types.ts'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { keysFor } from '../../../src/verification/secrets.ts'
import type { SourceSecrets, Verdict } from '../../../src/verification/types.ts'
import { fromWire, providerNamed, readVectors, requestOf, vectorFiles } from './requests.ts'

const nowSeconds = 1_750_000_000
const publicUrl = 'https://hooks.example.com'
const secret = 'a shared secret of some length'
const form = { 'content-type': 'application/x-www-form-urlencoded' }

function compile(name: string, secrets: string | SourceSecrets) {
  const pair = typeof secrets === 'string' ? { current: secrets, previous: null } : secrets
  return compileVerifier(providerNamed(name), pair, { toleranceSeconds: null, publicUrl })
}

function verdictOf(name: string, headers: Record<string, string>, body: string | Uint8Array, url?: string): Verdict {
  return compile(name, secret)(requestOf(headers, body, url), nowSeconds * 1000)
}

const brief = (verdict: Verdict) => (verdict.ok ? verdict.scheme : verdict.cause)
const mac = (content: string, key: string | Buffer = secret) => createHmac('sha256', key).update(content)

describe('somebody who recorded a request', () => {
  it('cannot lengthen what a hash with the secret in front was made over', () => {
    // What is in the hash after `secret` and `body`, had it been continued (FIPS 180-4 §5.1.1).
    const padded = (body: string) => {
      const length = Buffer.byteLength(secret + body)
      const padding = Buffer.alloc(64 - ((length + 9) % 64) + 9)
      padding[0] = 0x80
      padding.writeBigUInt64BE(BigInt(length * 8), padding.length - 8)
      return Buffer.concat([Buffer.from(body), padding, Buffer.from(',{"forged":true}]')])
    }
    const headersFor = (body: string | Buffer) => ({
      'x-hubspot-signature-version': 'v1',
      'x-hubspot-signature': createHash('sha256').update(secret).update(body).digest('hex'),
    })
    const body = padded('[{"subscriptionType":"contact.creation"}]')
    assert.equal(brief(verdictOf('hubspot', headersFor('[]'), '[]')), 'x-hubspot-signature-v1')
    const verdict = verdictOf('hubspot', headersFor(body), body)
    assert.ok(!verdict.ok && /zero byte/.test(verdict.detail))
  })

  it('cannot move the end of the body into a header that is signed after it', () => {
    const nonce = '01FJA8B4A7BM43YGWSG9GBV067'
    const headersFor = (header: string, body: string) => ({
      'x-sinch-webhook-signature': mac(`${body}.${header}.${nowSeconds}`).digest('base64'),
      'x-sinch-webhook-signature-nonce': header,
      'x-sinch-webhook-signature-timestamp': String(nowSeconds),
    })
    const body = '{"price":1.99}'
    const right = headersFor(nonce, body)
    assert.equal(brief(verdictOf('sinch-conversation', right, body)), 'x-sinch-webhook-signature')
    const moved = { ...right, 'x-sinch-webhook-signature-nonce': `99}.${nonce}` }
    const verdict = verdictOf('sinch-conversation', moved, '{"price":1')
    assert.ok(!verdict.ok && /separates it/.test(verdict.detail))
  })

  it('cannot do so with a form either', () => {
    const url = '/webhook/plivo'
    const send = (nonce: string, text: string) =>
      brief(
        verdictOf(
          'plivo',
          {
            ...form,
            'x-plivo-signature-v3-nonce': nonce,
            'x-plivo-signature-v3': mac(`${publicUrl}${url}?Texta.b.12345`).digest('base64'),
          },
          `Text=${text}`,
          url,
        ),
      )
    assert.equal(send('12345', 'a.b'), 'x-plivo-signature-v3')
    assert.equal(send('b.12345', 'a'), 'malformed')
  })

  it('cannot move zeros from the end of the body to the time that is signed after it', () => {
    const headersFor = (time: string, body: string) => ({
      'x-cld-timestamp': time,
      'x-cld-signature': createHash('sha256').update(`${body}${nowSeconds}${secret}`).digest('hex'),
    })
    assert.equal(brief(verdictOf('cloudinary', headersFor(`${nowSeconds}`, '100'), '100')), 'x-cld-signature-sha256')
    const moved = createHash('sha256').update(`100${nowSeconds}${secret}`).digest('hex')
    const headers = { 'x-cld-timestamp': `00${nowSeconds}`, 'x-cld-signature': moved }
    assert.equal(brief(verdictOf('cloudinary', headers, '1')), 'malformed')
  })

  it('cannot shed the time limit of a request whose id has dots', () => {
    const id = 'order.created.17'
    const content = `${id}.${nowSeconds}.{"n":1}`
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(nowSeconds),
      'webhook-signature': `v1,${mac(content).digest('base64')}`,
    }
    assert.equal(brief(verdictOf('generic', headers, '{"n":1}')), 'standard-webhooks-v1')
    const shed = { 'x-webhook-signature': `sha256=${mac(content).digest('hex')}` }
    assert.equal(brief(verdictOf('generic', shed, content)), 'malformed')
  })

  it('cannot make it look new by the other s of an ECDSA signature', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
    const content = `${nowSeconds}[{}]`
    const raw = sign('sha256', Buffer.from(content), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
    const s = BigInt(`0x${raw.toString('hex', 32)}`)
    const other = Buffer.from(raw.toString('hex', 0, 32) + (order - s).toString(16).padStart(64, '0'), 'hex')
    const check = compile('sendgrid', pem)
    const verdicts = [raw, other].map((signature) =>
      check(
        requestOf(
          {
            'x-twilio-email-event-webhook-timestamp': String(nowSeconds),
            'x-twilio-email-event-webhook-signature': derOf(signature).toString('base64'),
          },
          '[{}]',
        ),
        nowSeconds * 1000,
      ),
    )
    assert.deepEqual(verdicts.map(brief), Array(2).fill('x-twilio-email-event-webhook-signature'))
    const [first, second] = verdicts
    assert.ok(first?.ok && second?.ok)
    assert.equal(first.signature, second.signature)
    // As a number: DER writes no zeros before it but one that keeps it positive.
    const number = (hex: string) => BigInt(`0x${hex}`)
    const told = Buffer.from(first.signature, 'base64').toString('hex')
    assert.equal(number(told), number(raw.toString('hex', 0, 32)))
  })

  it('cannot make it look new by the signature of the previous secret alone', () => {
    const previous = 'the secret that was in use before'
    const check = compile('calendly', { current: secret, previous })
    const item = (key: string) => `v1=${mac(`${nowSeconds}.{}`, key).digest('hex')}`
    const send = (...items: readonly string[]) => {
      const headers = { 'calendly-webhook-signature': [`t=${nowSeconds}`, ...items].join(',') }
      const verdict = check(requestOf(headers, '{}'), nowSeconds * 1000)
      assert.ok(verdict.ok)
      return verdict
    }
    const both = send(item(secret), item(previous))
    const alone = send(item(previous))
    assert.deepEqual([both.secret, alone.secret], ['current', 'previous'])
    assert.equal(alone.signature, both.signature)
  })
})

describe('a JWT', () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = '{"event":{"id":"1"}}'
  const claims = part({ request_body_sha256: createHash('sha256').update(body).digest('base64') })
  const keysOf = {
    rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  }
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pemOf = (name: keyof typeof keysOf) => keysOf[name].publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const send = (configured: string, jwt: string) =>
    brief(compile('fusionauth', configured)(requestOf({ 'x-fusionauth-signature-jwt': jwt }, body), nowSeconds * 1000))
  const signedBy = (key: typeof other.privateKey, header: object, dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363') => {
    const content = `${part(header)}.${claims}`
    return `${content}.${sign('sha256', Buffer.from(content), { key, dsaEncoding }).toString('base64url')}`
  }

  it('is checked with the configured key, whatever key it names or brings', () => {
    const { rsa } = keysOf
    assert.equal(send(pemOf('rsa'), signedBy(rsa.privateKey, { alg: 'RS256' })), 'rsa')
    const jwk = other.publicKey.export({ format: 'jwk' })
    for (const header of [
      { alg: 'RS256', jwk },
      { alg: 'RS256', jku: 'http://127.0.0.1/keys', kid: '1' },
      { alg: 'RS256', x5u: 'http://127.0.0.1/cert', x5c: ['AAAA'] },
      { alg: 'RS256', kid: '../../dev/null' },
    ]) {
      assert.equal(send(pemOf('rsa'), signedBy(other.privateKey, header)), 'mismatch', JSON.stringify(header))
    }
  })

  it('is not checked by an algorithm for another kind of key', () => {
    const { rsa, ec } = keysOf
    assert.equal(send(pemOf('ec'), signedBy(ec.privateKey, { alg: 'ES256' })), 'ecdsa')
    assert.notEqual(send(pemOf('ec'), signedBy(ec.privateKey, { alg: 'ES256' }, 'der')), 'ecdsa')
    for (const alg of ['none', 'HS256', 'RS256', 'PS256', 'RS512', 'ES384', 'EdDSA', 'ES256K', 'Es256']) {
      assert.equal(send(pemOf('ec'), signedBy(ec.privateKey, { alg })), 'malformed', `${alg} for ec`)
      if (alg !== 'RS256') assert.equal(send(pemOf('rsa'), signedBy(rsa.privateKey, { alg })), 'malformed', alg)
    }
    assert.equal(send(pemOf('rsa'), signedBy(ec.privateKey, { alg: 'ES256' })), 'malformed')
    assert.equal(send(secret, signedBy(rsa.privateKey, { alg: 'RS256' })), 'malformed')
  })

  it('of which r or s is zero is no signature (CVE-2022-21449)', () => {
    const content = `${part({ alg: 'ES256' })}.${claims}`
    assert.equal(send(pemOf('ec'), `${content}.${Buffer.alloc(64).toString('base64url')}`), 'mismatch')
    assert.equal(send(pemOf('ec'), `${content}.`), 'malformed')
  })
})

describe('a weaker proof', () => {
  for (const provider of providers.values()) {
    const isWeak = ({ kind, weak }: Scheme) => weak === true || kind === 'token'
    const strong = provider.schemes.filter((scheme) => !isWeak(scheme) && scheme.at.startsWith('header:'))
    const vectors = readVectors(provider.name).filter(({ scheme }) =>
      provider.schemes.some((one) => one.name === scheme && isWeak(one) && strong.every(({ at }) => at !== one.at)),
    )
    if (strong.length === 0 || vectors.length === 0) continue
    it(`of ${provider.title} does not help beside a stronger one that is wrong`, () => {
      for (const { headers, body, url, secret: own, nowSeconds: at, publicUrl: base } of vectors) {
        const options = { toleranceSeconds: null, publicUrl: base ?? publicUrl }
        const check = compileVerifier(provider, { current: own, previous: null }, options)
        assert.ok(check(requestOf(headers, body, url), at * 1000).ok)
        for (const scheme of strong) {
          // Without keys for it the scheme is not in use, and its header is only text.
          if (keysFor(scheme, own).length === 0 || scheme.when !== undefined) continue
          const wrong = { ...headers, [scheme.at.slice('header:'.length)]: 'wrong' }
          assert.ok(!check(requestOf(wrong, body, url), at * 1000).ok, scheme.name)
        }
      }
    })
  }
})

describe('work without end', () => {
  it('is not made of headers that the signature names over and over', () => {
    const value = 'x'.repeat(4000)
    const named = (names: string) => ({
      'x-hook0-signature': `t=${nowSeconds},h=${names},v1=${mac(`${nowSeconds}.${names}.${value}.{}`).digest('hex')}`,
      'x-long': value,
    })
    assert.equal(brief(verdictOf('coinbase-cdp', named('x-long'), '{}')), 'x-hook0-signature-v1')
    for (const names of ['x-long x-long', 'x-long X-Long', Array.from({ length: 65 }, (_, n) => `x-${n}`).join(' ')]) {
      const verdict = verdictOf('coinbase-cdp', named(names), '{}')
      assert.ok(!verdict.ok && /twice, or too many/.test(verdict.detail), names.slice(0, 20))
    }
    const contentful = verdictOf(
      'contentful',
      {
        'x-contentful-signature': '0'.repeat(64),
        'x-contentful-timestamp': `${nowSeconds}000`,
        'x-contentful-signed-headers': 'x-contentful-timestamp,x-long, X-Long',
        'x-long': value,
      },
      '{}',
    )
    assert.ok(!contentful.ok && /twice, or too many/.test(contentful.detail))
  })

  it('is not made of forms and parts without number', () => {
    const url = '/webhook/twilio'
    const fields = (count: number) => Array.from({ length: count }, (_, n) => `n${n}=`).join('&')
    const headers = { ...form, 'x-twilio-signature': `${'A'.repeat(27)}=` }
    assert.equal(brief(verdictOf('twilio', headers, fields(1000), url)), 'mismatch')
    assert.equal(brief(verdictOf('twilio', headers, fields(1001), url)), 'malformed')
    const vector = readVectors('dropbox-sign')[0]
    assert.ok(vector)
    const check = compile('dropbox-sign', vector.secret)
    const boundary = vector.body.slice(0, vector.body.indexOf('\r\n'))
    const part = `${boundary}\r\nContent-Disposition: form-data; name="n"\r\n\r\n\r\n`
    const send = (parts: number) => brief(check(requestOf(vector.headers, part.repeat(parts) + vector.body), 0))
    assert.equal(send(900), 'event-hash')
    assert.equal(send(1000), 'missing')
  })

  it('is not made of a few packed bytes', () => {
    const send = (size: number) => {
      const body = gzipSync(Buffer.alloc(size))
      return verdictOf('stream', { 'x-signature': '0'.repeat(64) }, body)
    }
    assert.equal(brief(send(1024 * 1024)), 'mismatch')
    const verdict = send(1024 * 1024 + 1)
    assert.ok(!verdict.ok && /cannot be unpacked/.test(verdict.detail))
  })
})

describe('headers that came twice', () => {
  it('are seen where Node keeps the first: Authorization, Content-Type', () => {
    const twice = (name: string, headers: readonly string[], url?: string) =>
      brief(compile(name, secret)(fromWire(headers, '{}', url), nowSeconds * 1000))
    const right = `Bearer ${secret}`
    assert.equal(twice('strapi', ['Authorization', right]), 'authorization')
    assert.equal(twice('strapi', ['Authorization', right, 'Authorization', 'Bearer other']), 'malformed')
    assert.equal(twice('strapi', ['Authorization', right, 'authorization', right]), 'malformed')
    const [voice] = readVectors('sinch-voice')
    assert.ok(voice)
    const wire = Object.entries(voice.headers).flat()
    const check = compile('sinch-voice', voice.secret)
    const at = voice.nowSeconds * 1000
    assert.equal(brief(check(fromWire(wire, voice.body, voice.url), at)), 'application')
    const doubled = [...wire, 'content-type', 'text/plain']
    assert.equal(brief(check(fromWire(doubled, voice.body, voice.url), at)), 'malformed')
  })

  it('are not accepted as one that a proxy joined', () => {
    const value = mac('{}').digest('hex')
    for (const joined of [
      `sha256=${value},sha256=${value}`,
      `sha256=${value}, `,
      `, sha256=${value}`,
      `sha256=${value},`,
    ]) {
      assert.equal(brief(verdictOf('github', { 'x-hub-signature-256': joined }, '{}')), 'malformed', joined)
    }
  })
})

describe('names that every object has', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']
  it('are no headers, fields, parameters or claims', () => {
    for (const name of names) {
      const value = `t=${nowSeconds},h=${name},v1=${mac(`${nowSeconds}.${name}..{}`).digest('hex')}`
      assert.equal(brief(verdictOf('coinbase-cdp', { 'x-hook0-signature': value }, '{}')), 'malformed')
      const body = JSON.stringify({ value: [{ clientState: secret }] }).replace('clientState', name)
      assert.equal(brief(verdictOf('msgraph', {}, body)), 'missing')
      assert.equal(brief(verdictOf('figma', {}, `{"${name}":{"passcode":"${secret}"}}`)), 'missing')
      const part = (text: string) => Buffer.from(text).toString('base64url')
      const content = `${part(`{"${name}":{"alg":"HS256"}}`)}.${part(`{"${name}":{"sha256":"x","iss":"netlify"}}`)}`
      const jwt = `${content}.${mac(content).digest('base64url')}`
      assert.equal(brief(verdictOf('netlify', { 'x-webhook-signature': jwt }, '{}')), 'malformed')
    }
  })

  it('do not come into the claims by way of the prototype', () => {
    const part = (text: string) => Buffer.from(text).toString('base64url')
    const hash = createHash('sha256').update('{}').digest('hex')
    const content = `${part('{"alg":"HS256"}')}.${part(`{"__proto__":{"sha256":"${hash}","iss":"netlify"}}`)}`
    const jwt = `${content}.${mac(content).digest('base64url')}`
    assert.equal(brief(verdictOf('netlify', { 'x-webhook-signature': jwt }, '{}')), 'mismatch')
  })
})

describe('digits and spaces of other scripts', () => {
  it('are none', () => {
    const signature = (time: string) => mac(`${time}.{}`).digest('hex')
    for (const time of [
      '１７５００００００００',
      '١٧٥٠٠٠٠٠٠٠',
      `${nowSeconds}\u0660`,
      `+${nowSeconds}`,
      ` ${nowSeconds}`,
    ]) {
      const latin1 = Buffer.from(time).toString('latin1')
      for (const text of [time, latin1]) {
        const headers = { 'stripe-signature': `t=${text},v1=${signature(text)}` }
        assert.notEqual(brief(verdictOf('stripe', headers, '{}')), 'stripe-signature', JSON.stringify(text))
      }
    }
    const right = mac('{}').digest('hex')
    for (const space of ['\u00a0', '\u0085', '\t', '\u000b', '\ufeff']) {
      for (const value of [`sha256=${space}${right}`, `sha256=${right}${space}`, `${space}sha256=${right}`]) {
        assert.equal(brief(verdictOf('github', { 'x-hub-signature-256': value }, '{}')), 'malformed')
      }
    }
  })
})

describe('headers of every length and kind', () => {
  it('get a verdict from every provider', () => {
    const values = [
      '',
      ',',
      ','.repeat(16_000),
      '='.repeat(16_000),
      ' '.repeat(16_000),
      '. '.repeat(8000),
      'v1=,'.repeat(4000),
      `t=1${',v1='.repeat(4000)}`,
      `${'A'.repeat(15_999)}=`,
      'a'.repeat(16_000),
      'Bearer '.repeat(2000),
      'e30.e30.e30',
      `e30.e30.${'A'.repeat(15_000)}`,
      '%'.repeat(16_000),
      '\u00ff'.repeat(16_000),
      '{"alg":"none"}',
    ]
    for (const name of vectorFiles()) {
      const [vector] = readVectors(name)
      if (vector === undefined) continue
      const { schemes } = providerNamed(name)
      const check = compile(name, vector.secret)
      const used = schemes.find(({ name: scheme }) => scheme === vector.scheme)?.at ?? ''
      for (const value of values) {
        const headers = { ...vector.headers }
        for (const { at } of schemes) if (at.startsWith('header:')) headers[at.slice('header:'.length)] = value
        const url = used.startsWith('query:') ? `/x?${used.slice('query:'.length)}=${value}` : vector.url
        const verdict = check(requestOf(headers, vector.body, url), vector.nowSeconds * 1000)
        // What is in the body is still right.
        assert.equal(verdict.ok, verdict.ok && !/^(?:header|query):/.test(used), `${name} ${value.slice(0, 20)}`)
      }
    }
  })
})

/** ECDSA in DER (RFC 3279 §2.2.3), of the two halves of `raw`. */
function derOf(raw: Buffer): Buffer {
  const integer = (bytes: Buffer) => {
    const start = bytes.findIndex((byte) => byte !== 0)
    const short = bytes.subarray(start)
    const value = (short[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), short]) : short
    return Buffer.concat([Buffer.of(2, value.length), value])
  }
  const content = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))])
  return Buffer.concat([Buffer.of(0x30, content.length), content])
}
