import { DAY_MS, HOUR_MS } from '../../src/core/duration.ts'
import { type Random, seededRandom } from '../../src/core/random.ts'

/** When every event of a crash run arrives: the log time is the same in each life of the process. */
export const CRASH_NOW = Date.UTC(2026, 5, 15, 12)

/** Bodies of a shop's day with all that goes wrong: duplicates, returns, refused and late events, new versions. */
export function crashBodies(seed: string | number, bodies: number, eventsPerBody: number): string[] {
  const random = seededRandom(seed)
  const sent: object[] = []
  return Array.from({ length: bodies }, () => {
    const events = Array.from({ length: eventsPerBody }, () => {
      const event = random.next() < 0.1 && sent.length > 0 ? random.pick(sent) : newEvent(random, sent.length)
      sent.push(event)
      return event
    })
    return JSON.stringify(events)
  })
}

function newEvent(random: Random, number: number): object {
  const at = CRASH_NOW - random.below(9 * DAY_MS) + (random.next() < 0.05 ? HOUR_MS : 0)
  const kind = random.next()
  if (kind < 0.1) {
    return {
      sku: `p${random.below(50)}`,
      product_name: `Name ${number} ü`,
      category: 'Home/Kitchen',
      price_cents: random.below(10_000),
      currency: 'GBP',
      updated_at: at,
    }
  }
  if (kind < 0.4) {
    return {
      order_id: `o${number}`,
      line_no: 1,
      ...(random.next() < 0.8 ? { customer_id: `c${random.below(200)}` } : {}),
      sku: random.next() < 0.03 ? 'no good' : `p${random.below(50)}`,
      quantity: random.below(6) - 1,
      price_cents: random.below(10_000),
      price_discount_cents: 0,
      currency: 'GBP',
      ordered_at: at,
    }
  }
  return {
    event_id: `e${number}`,
    event: random.pick(['view_item', 'add_to_cart', 'add_to_wishlist', 'login']),
    occurred_at: at,
    session_id: `s${random.below(300)}`,
    payload: {
      items: [{ item_id: `p${random.below(50)}` }, { item_id: `p${random.below(50)}`, quantity: 2 }],
    },
  }
}
