import { MINUTE_MS } from '../../core/duration.ts'
import { type Random, seededRandom } from '../../core/random.ts'

export type IngestLoad = {
  readonly seed: number
  readonly events: number
  readonly perBody: number
  readonly shoppers: number
  readonly products: number
  /** Events are spread over the hour before, epoch ms. */
  readonly now: number
  /** Share of events that were sent before, and of events with a fault. */
  readonly duplicateShare: number
  readonly faultyShare: number
}

export type IngestBodies = {
  readonly bodies: readonly Buffer[]
  readonly bytes: number
  /** What the server must answer in sum. */
  readonly expected: { readonly accepted: number; readonly duplicates: number; readonly refused: number }
}

/** Bodies of a shop at full tilt: clicks and order lines of about 350 bytes, shoppers drawn evenly, products not. */
export function ingestBodies(load: IngestLoad): IngestBodies {
  const random = seededRandom(`ingest ${load.seed}`)
  const bodies: Buffer[] = []
  const sent: string[] = []
  const expected = { accepted: 0, duplicates: 0, refused: 0 }
  for (let from = 0; from < load.events; from += load.perBody) {
    const events: string[] = []
    for (let number = from; number < Math.min(load.events, from + load.perBody); number += 1) {
      if (sent.length > 0 && random.next() < load.duplicateShare) {
        events.push(random.pick(sent))
        expected.duplicates += 1
      } else if (random.next() < load.faultyShare) {
        events.push(JSON.stringify({ ...eventOf(number, load, random), colour: 'red' }))
        expected.refused += 1
      } else {
        const event = JSON.stringify(eventOf(number, load, random))
        if (load.duplicateShare > 0) sent.push(event)
        events.push(event)
        expected.accepted += 1
      }
    }
    bodies.push(Buffer.from(`[${events.join(',')}]`))
  }
  return { bodies, bytes: bodies.reduce((sum, body) => sum + body.length, 0), expected }
}

const CLICKS = [
  'view_item',
  'view_item',
  'view_item',
  'select_item',
  'add_to_cart',
  'add_to_wishlist',
] as const

export function eventOf(number: number, load: IngestLoad, random: Random): object {
  const shopper = random.below(load.shoppers)
  const at = load.now - random.below(60 * MINUTE_MS)
  // A tenth of the products has half of the events.
  const product = Math.floor(random.next() ** 3 * load.products)
  const price = 199 + ((product * 37) % 9000)
  if (random.next() < 0.1) {
    return {
      order_id: `order-${load.seed}-${number}`,
      line_no: 1,
      customer_id: `customer-${shopper}`,
      sku: `product-${product}`,
      quantity: 1 + random.below(3),
      price_cents: price,
      price_discount_cents: 0,
      currency: 'GBP',
      offer_id: 'autumn-sale',
      decision_id: '01930d6e-7c4f-7a8b-9c0d-1e2f3a4b5c6d',
      ordered_at: at,
    }
  }
  return {
    event_id: `event-${load.seed}-${number}`,
    event: random.pick(CLICKS),
    occurred_at: at,
    session_id: `session-${shopper}-${Math.floor(at / (30 * MINUTE_MS))}`,
    customer_id: `customer-${shopper}`,
    decision_id: '01930d6e-7c4f-7a8b-9c0d-1e2f3a4b5c6d',
    payload: {
      items: [
        {
          item_id: `product-${product}`,
          item_name: `Product number ${product}`,
          item_category: 'Home/Kitchen/Mugs',
          price_cents: price,
          quantity: 1,
        },
      ],
    },
  }
}
