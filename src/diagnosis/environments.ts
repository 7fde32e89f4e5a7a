import type { Provider } from '../providers/types.ts'
import { placeReader } from '../verification/places.ts'
import type { SignedRequest } from '../verification/types.ts'

/** Where a sender says whether an event is of its test environment, which has secrets of its own. */
interface Marker {
  readonly provider: string
  readonly at: `body:/${string}` | `header:${string}`
  /** What it says there, in lower case. */
  readonly test: string
  readonly live: string
  /** What secrets belong to, for people. */
  readonly belongs: string
}

const markers: readonly Marker[] = [
  // https://docs.stripe.com/webhooks#verify-official-libraries: each endpoint, and the CLI, has a secret of its own.
  {
    provider: 'stripe',
    at: 'body:/livemode',
    test: 'false',
    live: 'true',
    belongs:
      'each endpoint has a secret of its own, in test mode and live mode, and "stripe listen" prints another one',
  },
  // https://docs.adyen.com/development-resources/webhooks/webhook-types
  {
    provider: 'adyen',
    at: 'body:/live',
    test: 'false',
    live: 'true',
    belongs: 'test and live have HMAC keys of their own',
  },
  // https://docs.lemonsqueezy.com/help/webhooks/webhook-requests
  {
    provider: 'lemonsqueezy',
    at: 'body:/meta/test_mode',
    test: 'true',
    live: 'false',
    belongs: 'webhooks of test mode and live mode have secrets of their own',
  },
  // https://developer.squareup.com/docs/webhooks/step3validate
  {
    provider: 'square',
    at: 'header:square-environment',
    test: 'sandbox',
    live: 'production',
    belongs: 'sandbox and production have signature keys of their own',
  },
  // https://plaid.com/docs/api/webhooks
  {
    provider: 'plaid',
    at: 'body:/environment',
    test: 'sandbox',
    live: 'production',
    belongs: 'they have keys of their own',
  },
]

/** Which environment a request says that it is of; null: it does not say, or its sender has none. */
export function environmentOf(
  provider: Provider,
  request: SignedRequest,
): { readonly environment: 'test' | 'live'; readonly belongs: string } | null {
  const marker = markers.find((one) => one.provider === provider.name)
  if (marker === undefined) return null
  const said = placeReader(marker.at)(request)?.toLowerCase()
  if (said === marker.test) return { environment: 'test', belongs: marker.belongs }
  return said === marker.live ? { environment: 'live', belongs: marker.belongs } : null
}
