import {
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { findProvider } from '../../src/providers/registry.ts'
import { compileVerifier } from '../../src/verification/compile.ts'
import type { SignedRequest } from '../../src/verification/types.ts'

/** One sender's request, and three ways to check it. Each must say yes. */
export interface Contest {
  /** The gateway: the row of the sender, compiled. */
  readonly row: (request: SignedRequest) => boolean
  /** What a careful engineer would write for this sender alone. */
  readonly byHand: (request: SignedRequest) => boolean
  /** The cryptography alone, over bytes that are already in one piece, with nothing read, decoded or compared. */
  readonly bare: () => boolean
  readonly request: SignedRequest
}

export interface Case {
  readonly name: string
  readonly about: string
  /** @param size of the body in bytes, roughly */
  make(size: number): Contest
}

const nowSeconds = 1_750_000_000
const toleranceSeconds = 300
const publicUrl = 'https://hooks.example.com'
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const textKey = createSecretKey(Buffer.from(secret))
const decodedKey = createSecretKey(Buffer.from(secret.slice('whsec_'.length), 'base64'))
/** As a proxy passes them on. */
const usual = {
  host: 'hooks.example.com',
  'user-agent': 'Sender/1.0',
  accept: '*/*',
  'content-type': 'application/json',
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-proto': 'https',
  'accept-encoding': 'gzip, deflate',
}

function jsonOf(size: number): Buffer {
  const text = `{"id":"evt_${randomBytes(8).toString('hex')}","type":"order.created","data":""}`
  return Buffer.from(text.replace('""}', `"${'payload '.repeat(size / 8).slice(0, Math.max(0, size - text.length))}"}`))
}

function requestOf(headers: Readonly<Record<string, string>>, body: Buffer, url = '/webhook/sender'): SignedRequest {
  const all: Record<string, string> = { ...usual, ...headers }
  return { method: 'POST', url, headers: all, rawHeaders: Object.entries(all).flat(), body }
}

function rowOf(name: string, given = secret): Contest['row'] {
  const provider = findProvider(name)
  if (provider === undefined) throw new Error(`no provider ${name}`)
  const secrets = { current: given, previous: null }
  const check = compileVerifier(provider, secrets, { toleranceSeconds: null, publicUrl })
  return (request) => check(request, nowSeconds * 1000).ok
}

const bareHmac = (algorithm: string, key: KeyObject, content: Buffer) => () =>
  createHmac(algorithm, key).update(content).digest().length > 0

const isRecent = (time: string) => Math.abs(nowSeconds - Number(time)) <= toleranceSeconds

function isEqual(presented: Buffer, expected: Buffer): boolean {
  return presented.length === expected.length && timingSafeEqual(presented, expected)
}

function text(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** `hex` or `base64` of the body under one header. */
function bodyCase(name: string, header: string, prefix: string, encoding: 'hex' | 'base64'): Case {
  return {
    name,
    about: `HMAC-SHA256 of the body, ${encoding}`,
    make(size) {
      const body = jsonOf(size)
      const value = prefix + createHmac('sha256', textKey).update(body).digest(encoding)
      return {
        row: rowOf(name),
        request: requestOf({ [header]: value }, body),
        bare: bareHmac('sha256', textKey, body),
        byHand({ headers, body: bytes }) {
          const given = text(headers[header])
          if (!given.startsWith(prefix)) return false
          const presented = Buffer.from(given.slice(prefix.length), encoding)
          return isEqual(presented, createHmac('sha256', textKey).update(bytes).digest())
        },
      }
    },
  }
}

const stripe: Case = {
  name: 'stripe',
  about: 'HMAC-SHA256 of time and body, in a list',
  make(size) {
    const body = jsonOf(size)
    const content = Buffer.concat([Buffer.from(`${nowSeconds}.`), body])
    const v1 = createHmac('sha256', textKey).update(content).digest('hex')
    return {
      row: rowOf('stripe'),
      request: requestOf({ 'stripe-signature': `t=${nowSeconds},v1=${v1},v0=${v1}` }, body),
      bare: bareHmac('sha256', textKey, content),
      byHand({ headers, body: bytes }) {
        let time = ''
        const signatures: Buffer[] = []
        for (const item of text(headers['stripe-signature']).split(',')) {
          if (item.startsWith('t=')) time = item.slice(2)
          else if (item.startsWith('v1=')) signatures.push(Buffer.from(item.slice(3), 'hex'))
        }
        if (!isRecent(time)) return false
        const expected = createHmac('sha256', textKey).update(`${time}.`).update(bytes).digest()
        return signatures.some((presented) => isEqual(presented, expected))
      },
    }
  },
}

const slack: Case = {
  name: 'slack',
  about: 'HMAC-SHA256 of version, time and body',
  make(size) {
    const body = jsonOf(size)
    const content = Buffer.concat([Buffer.from(`v0:${nowSeconds}:`), body])
    const value = `v0=${createHmac('sha256', textKey).update(content).digest('hex')}`
    return {
      row: rowOf('slack'),
      request: requestOf({ 'x-slack-request-timestamp': String(nowSeconds), 'x-slack-signature': value }, body),
      bare: bareHmac('sha256', textKey, content),
      byHand({ headers, body: bytes }) {
        const time = text(headers['x-slack-request-timestamp'])
        const given = text(headers['x-slack-signature'])
        if (!given.startsWith('v0=') || !isRecent(time)) return false
        const expected = createHmac('sha256', textKey).update(`v0:${time}:`).update(bytes).digest()
        return isEqual(Buffer.from(given.slice(3), 'hex'), expected)
      },
    }
  },
}

const standardWebhooks: Case = {
  name: 'standard-webhooks',
  about: 'HMAC-SHA256 of id, time and body, in a list',
  make(size) {
    const body = jsonOf(size)
    const id = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W'
    const content = Buffer.concat([Buffer.from(`${id}.${nowSeconds}.`), body])
    const value = `v1,${createHmac('sha256', decodedKey).update(content).digest('base64')}`
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(nowSeconds), 'webhook-signature': value }
    return {
      row: rowOf('standard-webhooks'),
      request: requestOf(headers, body),
      bare: bareHmac('sha256', decodedKey, content),
      byHand({ headers: given, body: bytes }) {
        const time = text(given['webhook-timestamp'])
        if (!isRecent(time)) return false
        const hmac = createHmac('sha256', decodedKey).update(`${text(given['webhook-id'])}.${time}.`)
        const expected = hmac.update(bytes).digest()
        return text(given['webhook-signature'])
          .split(' ')
          .some((item) => item.startsWith('v1,') && isEqual(Buffer.from(item.slice(3), 'base64'), expected))
      },
    }
  },
}

const twilio: Case = {
  name: 'twilio',
  about: 'HMAC-SHA1 of the URL and the sorted form',
  make(size) {
    const url = '/webhook/twilio'
    const names = ['AccountSid', 'ApiVersion', 'From', 'MessageSid', 'NumMedia', 'SmsStatus', 'To']
    const fields = new URLSearchParams(names.map((name): [string, string] => [name, randomBytes(16).toString('hex')]))
    fields.set('Body', 'payload '.repeat(size / 8).slice(0, Math.max(0, size - fields.toString().length)))
    const sorted = (form: URLSearchParams) =>
      [...form]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flat()
        .join('')
    const content = Buffer.from(publicUrl + url + sorted(fields))
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': createHmac('sha1', textKey).update(content).digest('base64'),
    }
    return {
      row: rowOf('twilio'),
      request: requestOf(headers, Buffer.from(fields.toString()), url),
      bare: bareHmac('sha1', textKey, content),
      byHand({ headers: given, body, url: path }) {
        const form = sorted(new URLSearchParams(body.toString('utf8')))
        const expected = createHmac('sha1', textKey)
          .update(publicUrl + path + form)
          .digest()
        return isEqual(Buffer.from(text(given['x-twilio-signature']), 'base64'), expected)
      },
    }
  },
}

const netlify: Case = {
  name: 'netlify',
  about: 'JWT (HS256) with the SHA-256 of the body',
  make(size) {
    const body = jsonOf(size)
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = { iss: 'netlify', sha256: createHash('sha256').update(body).digest('hex') }
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
    const value = `${signed}.${createHmac('sha256', textKey).update(signed).digest('base64url')}`
    return {
      row: rowOf('netlify'),
      request: requestOf({ 'x-webhook-signature': value }, body),
      bare: () => hash('sha256', body).length > 0 && createHmac('sha256', textKey).update(signed).digest().length > 0,
      byHand({ headers, body: bytes }) {
        const [head = '', payload = '', mac = ''] = text(headers['x-webhook-signature']).split('.')
        const expected = createHmac('sha256', textKey).update(`${head}.${payload}`).digest()
        if (!isEqual(Buffer.from(mac, 'base64url'), expected)) return false
        const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString())
        const { iss, sha256 } = JSON.parse(Buffer.from(payload, 'base64url').toString())
        return alg === 'HS256' && iss === 'netlify' && sha256 === hash('sha256', bytes)
      },
    }
  },
}

const discord: Case = {
  name: 'discord',
  about: 'Ed25519 of time and body',
  make(size) {
    const pair = generateKeyPairSync('ed25519')
    const spki = pair.publicKey.export({ format: 'der', type: 'spki' })
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    const body = jsonOf(size)
    const content = Buffer.concat([Buffer.from(String(nowSeconds)), body])
    const signature = sign(null, content, pair.privateKey)
    const headers = {
      'x-signature-timestamp': String(nowSeconds),
      'x-signature-ed25519': signature.toString('hex'),
    }
    return {
      row: rowOf('discord', spki.subarray(-32).toString('hex')),
      request: requestOf(headers, body),
      bare: () => verify(null, content, key, signature),
      byHand({ headers: given, body: bytes }) {
        const time = text(given['x-signature-timestamp'])
        const presented = Buffer.from(text(given['x-signature-ed25519']), 'hex')
        return isRecent(time) && verify(null, Buffer.concat([Buffer.from(time), bytes]), key, presented)
      },
    }
  },
}

export const cases: readonly Case[] = [
  bodyCase('github', 'x-hub-signature-256', 'sha256=', 'hex'),
  bodyCase('generic', 'x-webhook-signature', 'sha256=', 'hex'),
  bodyCase('shopify', 'x-shopify-hmac-sha256', '', 'base64'),
  stripe,
  slack,
  standardWebhooks,
  twilio,
  netlify,
  discord,
]
