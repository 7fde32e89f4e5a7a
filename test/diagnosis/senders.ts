import { sign as githubSignature } from '@octokit/webhooks-methods'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { readVectors } from '../unit/verification/requests.ts'

/** A request as its sender's own library made it, or accepted it. */
export interface Sent {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What its source is configured with. */
  readonly secret: string
  readonly publicUrl?: string
  readonly nowSeconds: number
}

export const secrets = {
  stripe: 'whsec_Q7rT2mXv9LkPz4Wc8NfYb3JhGd6SaE1u',
  github: 'gH9s-Kx3Vb7Qn2Lw5Tz8Rm4Pc6Jd1Yf0',
  standard: `whsec_${Buffer.from('standard-webhooks-24-byte-key!!').toString('base64')}`,
  generic: 'Zk4w7Qp9Xv2Ln6Tb8Rc3My5Hs1Jd0Gf',
}
export const nowSeconds = 1_760_000_000

export const order = JSON.stringify({
  id: 'evt_1NkQ8zLkdIwHu7ix',
  object: 'event',
  type: 'invoice.paid',
  livemode: false,
  data: {
    total: 1999,
    currency: 'eur',
    note: 'Größe <M> & süß / €',
    lines: [],
    empty: {},
    url: 'https://example.com/a',
  },
})

const { webhooks } = new Stripe('sk_test_unused')

export function stripe(body = order, { secret = secrets.stripe, at = nowSeconds } = {}): Sent {
  const signature = webhooks.generateTestHeaderString({ payload: body, secret, timestamp: at })
  return {
    path: '/webhook/stripe',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'stripe-signature': signature,
    },
    body,
    secret,
    nowSeconds,
  }
}

export async function github(body = order, { secret = secrets.github } = {}): Promise<Sent> {
  return {
    path: '/webhook/github',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-event': 'issues',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-hub-signature-256': await githubSignature(secret, body),
    },
    body,
    secret,
    nowSeconds,
  }
}

export function standard(
  body = order,
  { secret = secrets.standard, at = nowSeconds, path = '/webhook/acme' } = {},
): Sent {
  const id = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W'
  return {
    path,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(at),
      'webhook-signature': new Webhook(secret).sign(id, new Date(at * 1000), body),
    },
    body,
    secret,
    nowSeconds,
  }
}

/** What the sender's own library accepts, by its row's vectors. */
export function vector(provider: string, label?: string): Sent {
  const found = readVectors(provider).find(
    (one) => /official (?:SDK|documentation)/.test(one.origin) && (label === undefined || one.label === label),
  )
  if (found === undefined) throw new Error(`no vector ${provider} ${label ?? ''}`)
  const { url, headers, body, secret, publicUrl, nowSeconds: at } = found
  return {
    path: url ?? `/webhook/${provider}`,
    headers,
    body,
    secret,
    nowSeconds: at,
    ...(publicUrl === undefined ? {} : { publicUrl }),
  }
}
