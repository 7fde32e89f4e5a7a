import { BraintreeGateway, Environment, errorTypes } from 'braintree'
import type { Library } from '../harness.ts'

const gatewayFor = (privateKey: string) =>
  new BraintreeGateway({
    environment: Environment.Sandbox,
    merchantId: 'merchant',
    publicKey: 'integration_public_key',
    privateKey,
  })

export const library: Library = {
  provider: 'braintree',
  name: 'braintree',
  verify: async ({ body, secret }) => {
    const form = new URLSearchParams(body)
    const { webhookNotification } = gatewayFor(secret)
    try {
      await webhookNotification.parse(form.get('bt_signature') ?? '', form.get('bt_payload') ?? '')
      return true
    } catch (error) {
      // What comes after is about the event's fields, of which the vectors have few.
      return !(error instanceof Error && error.name === errorTypes.invalidSignatureError)
    }
  },
  sign: ({ secret }) => {
    const { bt_signature, bt_payload } = gatewayFor(secret).webhookTesting.sampleNotification('check', 'id')
    return [{ headers: {}, body: new URLSearchParams({ bt_signature, bt_payload }).toString() }]
  },
}
