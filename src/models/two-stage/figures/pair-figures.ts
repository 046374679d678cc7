import type { ShopperHistory } from '../../sequences.ts'
import { ordersOf } from './shopper-figures.ts'

/** What one shopper did with one item before the as-of; `NaN` is "not known". */
export type PairFigures = {
  /** Order lines: one an order. */
  purchases: number
  purchases30d: number
  purchases90d: number
  /** Purchases, each counting half as much with every 30 days of age; without days, with every 10 orders. */
  fadedPurchases: number
  daysSinceFirst: number
  daysSinceLast: number
  /** Days between the purchases, on average and between the last two. */
  meanGapDays: number
  lastGapDays: number
  /** Orders since the last one with it: 0 if it was in the last. */
  ordersSinceLast: number
  units: number
  lastUnits: number
  /** Share of its lines that were bought at a discount, in [0, 1]. */
  discountedShare: number
  /** Signals of the clickstream. */
  views: number
  carts: number
  wishes: number
  minutesSinceAction: number
}

/** A pair that has nothing between it; where the data has a clickstream its signals are 0 instead. */
export const NO_PAIR: Readonly<PairFigures> = Object.freeze({
  purchases: 0,
  purchases30d: 0,
  purchases90d: 0,
  fadedPurchases: 0,
  daysSinceFirst: Number.NaN,
  daysSinceLast: Number.NaN,
  meanGapDays: Number.NaN,
  lastGapDays: Number.NaN,
  ordersSinceLast: Number.NaN,
  units: 0,
  lastUnits: Number.NaN,
  discountedShare: Number.NaN,
  views: Number.NaN,
  carts: Number.NaN,
  wishes: Number.NaN,
  minutesSinceAction: Number.NaN,
})

const HALF_LIFE_DAYS = 30
const HALF_LIFE_ORDERS = 10

/** The figures of each item of a history, in the order of first appearance. */
export function pairFigures(
  history: ShopperHistory,
  asOfDay: number | null,
): ReadonlyMap<number, PairFigures> {
  const { items, lines } = history
  const days = asOfDay === null ? null : history.days
  const orders = ordersOf(history)
  const lastOrder = orders.at(-1) ?? 0
  const pairs = new Map<number, PairFigures>()
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index] ?? 0
    const ordersAgo = lastOrder - (orders[index] ?? 0)
    const daysAgo = days === null || asOfDay === null ? Number.NaN : asOfDay - (days[index] ?? 0)
    const pair = pairs.get(item) ?? { ...NO_PAIR, daysSinceFirst: daysAgo }
    pair.purchases += 1
    if (daysAgo <= 30) pair.purchases30d += 1
    if (daysAgo <= 90) pair.purchases90d += 1
    pair.fadedPurchases += Number.isNaN(daysAgo)
      ? 0.5 ** (ordersAgo / HALF_LIFE_ORDERS)
      : 0.5 ** (daysAgo / HALF_LIFE_DAYS)
    if (pair.purchases > 1) {
      pair.lastGapDays = pair.daysSinceLast - daysAgo
      pair.meanGapDays = (pair.daysSinceFirst - daysAgo) / (pair.purchases - 1)
    }
    pair.daysSinceLast = daysAgo
    pair.ordersSinceLast = ordersAgo
    const units = lines?.quantities?.[index] ?? Number.NaN
    pair.units += units
    pair.lastUnits = units
    if (lines?.discountCents) {
      const before = pair.purchases === 1 ? 0 : pair.discountedShare * (pair.purchases - 1)
      pair.discountedShare = (before + ((lines.discountCents[index] ?? 0) > 0 ? 1 : 0)) / pair.purchases
    }
    pairs.set(item, pair)
  }
  return pairs
}
