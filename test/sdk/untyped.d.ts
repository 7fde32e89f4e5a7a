// What is used of libraries that come without types.

declare module 'braintree' {
  interface Notification {
    readonly bt_signature: string
    readonly bt_payload: string
  }
  export const Environment: { readonly Sandbox: unknown }
  export const errorTypes: { readonly invalidSignatureError: string }
  export class BraintreeGateway {
    constructor(config: {
      readonly environment: unknown
      readonly merchantId: string
      readonly publicKey: string
      readonly privateKey: string
    })
    readonly webhookNotification: { parse(signature: string, payload: string): Promise<unknown> }
    readonly webhookTesting: { sampleNotification(kind: string, id: string): Notification }
  }
}

declare module 'messagebird/lib/webhook-signature-jwt.js' {
  import type { KeyObject } from 'node:crypto'
  export function verify(url: string, payload: Buffer, jwt: string, key: KeyObject): Promise<void>
}

declare module 'viber-bot/lib/message/message-validator.js' {
  export default class MessageValidator {
    constructor(logger: { debug(...values: unknown[]): void }, authToken: string)
    validateMessage(signature: string | undefined, message: string): boolean
  }
}

declare module 'coinbase-commerce-node' {
  const coinbase: {
    readonly Webhook: {
      computeSignature(payload: string, secret: string): string
      verifyEventBody(payload: string, signature: string, secret: string): unknown
    }
  }
  export default coinbase
}
