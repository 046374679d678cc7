import type { Click } from '../../catalog/events/clickstream.ts'
import { SECOND_MS } from '../../core/duration.ts'
import type { Random } from '../../core/random.ts'
import type { GeneratedEvent } from './generated-event.ts'
import type { ShopProduct } from './shop-products.ts'

/** A crawler that says what it is, or one that is found by its rate alone. */
export type BotKind = 'declared' | 'hidden'

export type BotVisit = { readonly kind: BotKind; readonly sessionId: string; readonly at: number }

/** A hidden bot looks at a product so often on average: over 120 times in a minute, also where a minute ends between. */
const HIDDEN_STEP_MS = 200
const DECLARED_STEP_MS = 3 * SECOND_MS

/** One product after the other, at the pace of a machine; never a person's, in no sum. */
export function* botVisit(
  products: readonly ShopProduct[],
  { kind, sessionId, at }: BotVisit,
  random: Random,
): Generator<GeneratedEvent> {
  const [looks, stepMs] =
    kind === 'hidden' ? [300 + random.below(60), HIDDEN_STEP_MS] : [30 + random.below(60), DECLARED_STEP_MS]
  let now = at
  for (let look = 1; look <= looks; look += 1) {
    now += 1 + random.below(2 * stepMs)
    const { product } = random.pick(products)
    const items = [{ item_id: product.sku, item_name: product.product_name, item_category: product.category }]
    const value: Click = {
      event_id: `${sessionId}.${look}`,
      event: 'view_item',
      occurred_at: now,
      session_id: sessionId,
      payload: kind === 'declared' ? { items, extra: { bot: '1' } } : { items },
    }
    yield { topic: 'clickstream', loggedAt: now, value, planted: 'bot' }
  }
}
