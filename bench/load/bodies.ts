/** A body of an exact size in which only the id differs from one event to the next. */
export interface BodyTemplate {
  readonly bytes: Buffer
  readonly idOffset: number
}

export const eventIdLength = 'evt_'.length + 36

interface Item {
  readonly sku: string
  readonly title: string
  readonly quantity: number
  readonly price: number
  readonly gift: boolean
  readonly tags: readonly string[]
}

function item(index: number): Item {
  return {
    sku: `SKU-${String(100_000 + index)}`,
    title: `Item number ${index} of the order`,
    quantity: 1 + (index % 7),
    price: 1999 + index,
    gift: index % 5 === 0,
    tags: ['catalogue', `group-${index % 13}`],
  }
}

function order(items: readonly Item[], note: string): string {
  return JSON.stringify({
    id: `evt_${'0'.repeat(36)}`,
    type: 'order.created',
    created: 1_760_000_000,
    data: {
      object: {
        id: 'ord_81f2a9',
        currency: 'eur',
        total: 12_999,
        customer: { id: 'cus_1200', email: 'ada@example.com', name: 'Ada Example', locale: 'en-GB' },
        address: { line1: '1 Example Street', city: 'Exampleton', postcode: 'EX1 1AA', country: 'GB' },
        items,
        note,
      },
    },
  })
}

/**
 * An order as shops send it, `size` bytes of ASCII JSON: mostly line items, so that parsing costs what it costs for real
 * payloads of that size. `JSON.stringify(JSON.parse(body))` gives the same bytes: servers that sign the serialised object
 * accept it too.
 * @throws {RangeError} when an order cannot be that small.
 */
export function createBodyTemplate(size: number): BodyTemplate {
  const itemSize = JSON.stringify(item(0)).length + 8
  const spare = size - order([], '').length
  if (spare < 0) throw new RangeError(`A body of ${size} bytes is too small for an order; take at least 512.`)
  const items = Array.from({ length: Math.floor((spare * 0.95) / itemSize) }, (_, index) => item(index))
  const text = order(items, 'n'.repeat(size - order(items, '').length))
  return { bytes: Buffer.from(text, 'latin1'), idOffset: text.indexOf('evt_') }
}
