import type { Samples } from './types.ts'

export const commerce: Samples = {
  bigcommerce: {
    json: {
      store_id: '11111',
      producer: 'stores/abcde',
      scope: 'store/order/statusUpdated',
      data: { type: 'order', id: 173331 },
      hash: '3f9ea420af83450d7ef9f78b08c8af25b2213637',
    },
  },
  'cloudflare-stream': {
    json: {
      uid: '{hex:32}',
      readyToStream: true,
      status: { state: 'ready' },
      meta: { filename: 'small.mp4' },
      created: '{iso}',
      size: 383631,
      duration: 5.5,
    },
  },
  cloudinary: {
    json: {
      notification_type: 'upload',
      timestamp: '{iso}',
      asset_id: '{hex:32}',
      public_id: 'samples/café',
      version: 1,
      width: 864,
      height: 576,
      format: 'jpg',
      resource_type: 'image',
    },
  },
  contentful: {
    headers: {
      'x-contentful-topic': 'ContentManagement.Entry.publish',
      'x-contentful-signed-headers': 'x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic',
    },
    json: {
      sys: { type: 'Entry', id: '{alnum:22}', revision: 2, createdAt: '{iso}' },
      fields: { title: { 'en-US': 'Hello' } },
    },
  },
  ecwid: {
    json: {
      eventId: '{uuid}',
      eventCreated: '{seconds}',
      storeId: 1003,
      entityId: 103878161,
      eventType: 'order.created',
      data: { orderId: 'XJ12H' },
    },
  },
  eventbrite: {
    json: {
      api_url: 'https://www.eventbriteapi.com/v3/orders/{digits:9}/',
      config: {
        action: 'order.placed',
        endpoint_url: 'https://hooks.example.com/webhook/eventbrite',
        user_id: '163054428874',
        webhook_id: '147601',
      },
    },
  },
  fitbit: {
    json: [
      { collectionType: 'foods', date: '2026-01-01', ownerId: '184X36', ownerType: 'user', subscriptionId: '2345' },
    ],
  },
  mux: {
    json: {
      type: 'video.asset.ready',
      id: '{uuid}',
      created_at: '{iso}',
      object: { type: 'asset', id: '0201p02fGKPE7MrbC269XRD7LpcHhrmbu0002' },
      environment: { name: 'Production', id: '5v1r6n' },
      data: { id: '0201p02fGKPE7MrbC269XRD7LpcHhrmbu0002', status: 'ready', duration: 23.8, aspect_ratio: '16:9' },
    },
  },
  sanity: {
    headers: {
      'sanity-operation': 'create',
      'idempotency-key': '{alnum:22}',
      'sanity-project-id': 'abc123',
      'sanity-dataset': 'production',
    },
    json: { _id: '{uuid}', _type: 'article', title: 'Hello' },
  },
  shopify: {
    headers: {
      'x-shopify-topic': 'orders/create',
      'x-shopify-shop-domain': 'example.myshopify.com',
      'x-shopify-api-version': '2025-07',
      'x-shopify-webhook-id': '{uuid}',
      'x-shopify-event-id': '{uuid}',
      'x-shopify-triggered-at': '{iso}',
    },
    json: {
      id: 820982911946,
      admin_graphql_api_id: 'gid://shopify/Order/820982911946',
      email: 'ada@example.com',
      created_at: '{iso}',
      currency: 'EUR',
      financial_status: 'paid',
      name: '#9999',
      total_price: '388.00',
      line_items: [{ id: 866550311766, title: 'Aviator sunglasses', quantity: 1, price: '388.00' }],
    },
  },
  strapi: {
    headers: { 'x-strapi-event': 'entry.create' },
    json: { event: 'entry.create', createdAt: '2020-01-10T08:47:36.649Z', model: 'address', entry: { id: 1 } },
  },
  woocommerce: {
    headers: {
      'x-wc-webhook-source': 'https://shop.example/',
      'x-wc-webhook-topic': 'order.created',
      'x-wc-webhook-resource': 'order',
      'x-wc-webhook-event': 'created',
      'x-wc-webhook-id': '5',
      'x-wc-webhook-delivery-id': '{hex:32}',
    },
    json: {
      id: 727,
      number: '727',
      status: 'processing',
      currency: 'USD',
      total: '29.35',
      date_created: '2026-01-01T00:00:00',
      billing: { first_name: 'Ada', last_name: 'Lovelace' },
    },
  },
}
