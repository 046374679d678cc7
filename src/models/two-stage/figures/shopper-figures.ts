import type { Sequences, ShopperHistory } from '../../sequences.ts'

/** What is known of one shopper as of an instant; `NaN` is "not known". */
export type ShopperFigures = {
  orders: number
  /** Order lines. */
  lines: number
  distinctItems: number
  /** Days since the first and since the last order. */
  tenureDays: number
  daysSinceOrder: number
  meanOrderGapDays: number
  /** Lines an order, on average and in the last. */
  basketSize: number
  lastBasketSize: number
  /** Share of the lines whose item had been bought before, in [0, 1]. */
  repeatShare: number
  /** Median unit price of what was bought, before discount. */
  medianPriceCents: number
  unitsPerLine: number
  /** Share of the units bought at a discount, shrunk to everybody's, in [0, 1]. */
  discountShare: number
}

/** Of everybody, to shrink to. */
export type Population = {
  /** Share of all units that were bought at a discount; NaN where the data has no discounts. */
  readonly discountShare: number
}

/** What everybody did. */
export function populationOf({ lines }: Sequences): Population {
  const discounts = lines?.discountCents ?? null
  if (discounts === null) return { discountShare: Number.NaN }
  const { units, discounted } = discountedUnits(discounts, lines?.quantities ?? null)
  return { discountShare: units === 0 ? Number.NaN : discounted / units }
}

/** A shopper's discount share counts as much as this many units of everybody's. */
const DISCOUNT_PRIOR_UNITS = 5

/** Figures from a whole history, all of it before `asOfDay`. An empty history gives zeros and unknowns. */
export function shopperFigures(
  history: ShopperHistory,
  asOfDay: number | null,
  { discountShare }: Population,
): ShopperFigures {
  const { items, days, lines } = history
  const size = items.length
  const orders = orderCount(history)
  const [first, last] = [days?.[0], days?.[size - 1]]
  const dated = asOfDay !== null && first !== undefined && last !== undefined
  const distinctItems = new Set(items).size
  return {
    orders,
    lines: size,
    distinctItems,
    tenureDays: dated ? asOfDay - first : Number.NaN,
    daysSinceOrder: dated ? asOfDay - last : Number.NaN,
    meanOrderGapDays: dated && orders > 1 ? (last - first) / (orders - 1) : Number.NaN,
    basketSize: orders === 0 ? Number.NaN : size / orders,
    lastBasketSize: size === 0 ? Number.NaN : lastOrderSize(history),
    repeatShare: size === 0 ? Number.NaN : 1 - distinctItems / size,
    medianPriceCents: median(lines?.priceCents ?? null),
    unitsPerLine: mean(lines?.quantities ?? null),
    discountShare: discountedShare(history, discountShare),
  }
}

/** The order of each entry, ascending from 0: as given, else one a day, else each entry its own. */
export function ordersOf({ items, days, lines }: ShopperHistory): Int32Array {
  if (lines !== undefined) return lines.orders
  const orders = new Int32Array(items.length)
  for (let index = 1; index < items.length; index += 1) {
    const same = days !== null && days[index] === days[index - 1]
    orders[index] = (orders[index - 1] ?? 0) + (same ? 0 : 1)
  }
  return orders
}

function orderCount(history: ShopperHistory): number {
  const orders = ordersOf(history)
  const size = orders.length
  return size === 0 ? 0 : (orders[size - 1] ?? 0) - (orders[0] ?? 0) + 1
}

function lastOrderSize(history: ShopperHistory): number {
  const orders = ordersOf(history)
  const last = orders.at(-1)
  let size = 0
  while (size < orders.length && orders[orders.length - 1 - size] === last) size += 1
  return size
}

function discountedShare({ lines }: ShopperHistory, everybody: number): number {
  const discounts = lines?.discountCents ?? null
  if (discounts === null) return Number.NaN
  const { units, discounted } = discountedUnits(discounts, lines?.quantities ?? null)
  return (discounted + DISCOUNT_PRIOR_UNITS * everybody) / (units + DISCOUNT_PRIOR_UNITS)
}

function discountedUnits(discounts: Int32Array, quantities: Int32Array | null) {
  let [units, discounted] = [0, 0]
  for (const [index, discount] of discounts.entries()) {
    const quantity = quantities?.[index] ?? 1
    units += quantity
    if (discount > 0) discounted += quantity
  }
  return { units, discounted }
}

function median(values: Int32Array | null): number {
  if (values === null || values.length === 0) return Number.NaN
  return values.toSorted()[values.length >> 1] ?? Number.NaN
}

function mean(values: Int32Array | null): number {
  if (values === null || values.length === 0) return Number.NaN
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
