import { DAY_MS, floorTo, HOUR_MS } from '../../core/duration.ts'
import type { Random } from '../../core/random.ts'
import { type ShopOptions, startOf } from './shop-options.ts'

/** A price from an instant on. A `sale` is a price that goes back to what it was: `sale_end`. */
export type PriceStep = {
  /** Epoch ms, a whole hour; 0 for the first. */
  readonly from: number
  readonly cents: number
  readonly kind: 'first' | 'change' | 'sale' | 'sale_end'
}

/** In each span of so many days a price may change once. */
const SPAN_DAYS = 60
const CHANGE_SHARE = 0.12
const SALE_SHARE = 0.08
const SALE_DAYS = 7
const SALE_FACTOR = 0.75
/** A price never strays further from the first one, so that it stays above the cost. */
const LEAST_SHARE = 0.75
const MOST_SHARE = 1.3

/** The prices of a product over the history, oldest first. */
export function priceSteps(firstCents: number, options: ShopOptions, random: Random): readonly PriceStep[] {
  const steps: PriceStep[] = [{ from: 0, cents: firstCents, kind: 'first' }]
  const startAt = startOf(options)
  let cents = firstCents
  for (let spanDay = 0; spanDay < options.days; spanDay += SPAN_DAYS) {
    const spanDays = Math.min(SPAN_DAYS, options.days - spanDay)
    const [draw, day, factor] = [random.next(), random.below(spanDays), random.pick([0.8, 0.9, 1.1])]
    if (draw >= CHANGE_SHARE + SALE_SHARE || day === 0) continue
    const from = floorTo(startAt + (spanDay + day) * DAY_MS, HOUR_MS)
    if (draw < CHANGE_SHARE) {
      cents = niceCents(Math.min(MOST_SHARE * firstCents, Math.max(LEAST_SHARE * firstCents, cents * factor)))
      steps.push({ from, cents, kind: 'change' })
    } else {
      const until = from + SALE_DAYS * DAY_MS
      steps.push({ from, cents: niceCents(firstCents * SALE_FACTOR), kind: 'sale' })
      // A sale runs out before the next span begins, or is still on at the end.
      if (day + SALE_DAYS < SPAN_DAYS) steps.push({ from: until, cents, kind: 'sale_end' })
      else steps.push({ from: startAt + (spanDay + SPAN_DAYS) * DAY_MS - HOUR_MS, cents, kind: 'sale_end' })
    }
  }
  return steps.map((step) => ({ ...step, from: floorTo(step.from, HOUR_MS) }))
}

/** A price that ends in 9, at least 9. */
export const niceCents = (cents: number): number => Math.max(9, Math.round(cents / 10) * 10 - 1)
