import { createHmac } from 'node:crypto'

/** What senders do, written down apart from the gateway's own code. */
export const hmacHex = (secret: string | Uint8Array, ...content: readonly (string | Uint8Array)[]): string => {
  const hmac = createHmac('sha256', secret)
  for (const chunk of content) hmac.update(chunk)
  return hmac.digest('hex')
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000)

/** `X-Webhook-Signature` of the default source. */
export const webhookSignature = (secret: string, body: string | Uint8Array): string => `sha256=${hmacHex(secret, body)}`

/** `X-HookMesh-Signature`. */
export const hookmeshSignature = (
  secret: string,
  body: string | Uint8Array,
  t: number | string = nowSeconds(),
): string => `t=${t},v1=${hmacHex(secret, `${t}.`, body)}`

/** Slack's two headers. */
export const slackHeaders = (secret: string, body: string, t = nowSeconds()): Record<string, string> => ({
  'x-slack-request-timestamp': String(t),
  'x-slack-signature': `v0=${hmacHex(secret, `v0:${t}:`, body)}`,
})
