import type { RecordValue } from '../../algebra/source.ts'

/** A line of `transactions.parquet`; money in cents, exactly as in the file, for the whole line. */
export type JourneyLine = {
  readonly household: string
  readonly basket: string
  readonly product: string
  /** Units; for fuel a volume. */
  readonly quantity: number
  /** What the shop was paid: by the shopper, and by the manufacturer for its coupon. */
  readonly salesCents: number
  /** Off by the loyalty card. */
  readonly retailCents: number
  /** The manufacturer's coupon: the shopper pays it less, the shop receives it. */
  readonly couponCents: number
  /** What the shop adds to a manufacturer's coupon. */
  readonly matchCents: number
  /** Epoch ms. */
  readonly atMs: number
}

/** Columns of the file that a line is made of. */
export const JOURNEY_COLUMNS = [
  'household_id',
  'basket_id',
  'product_id',
  'quantity',
  'sales_value',
  'retail_disc',
  'coupon_disc',
  'coupon_match_disc',
  'transaction_timestamp',
] as const

/** The line, or the column that cannot be read. */
export function journeyLine(row: RecordValue): JourneyLine | { readonly badColumn: string } {
  const line = {
    household: idOf(row['household_id']),
    basket: idOf(row['basket_id']),
    product: idOf(row['product_id']),
    quantity: integerOf(row['quantity']),
    salesCents: centsOf(row['sales_value']),
    retailCents: centsOf(row['retail_disc']),
    couponCents: centsOf(row['coupon_disc']),
    matchCents: centsOf(row['coupon_match_disc']),
    atMs: integerOf(row['transaction_timestamp']),
  }
  const { household, basket, product } = line
  if (household === null) return { badColumn: 'household_id' }
  if (basket === null) return { badColumn: 'basket_id' }
  if (product === null) return { badColumn: 'product_id' }
  const { quantity, salesCents, retailCents, couponCents, matchCents, atMs } = line
  if (quantity === null) return { badColumn: 'quantity' }
  if (salesCents === null) return { badColumn: 'sales_value' }
  if (retailCents === null) return { badColumn: 'retail_disc' }
  if (couponCents === null) return { badColumn: 'coupon_disc' }
  if (matchCents === null) return { badColumn: 'coupon_match_disc' }
  if (atMs === null) return { badColumn: 'transaction_timestamp' }
  return {
    household,
    basket,
    product,
    quantity,
    salesCents,
    retailCents,
    couponCents,
    matchCents,
    atMs,
  }
}

/** Unit amounts of a line: what `orders` holds. */
export type UnitPrices = {
  readonly quantity: number
  readonly priceCents: number
  readonly discountCents: number
  /** Cents by which quantity x (price - discount) is beyond what the shopper paid for the line. */
  readonly roundingCents: number
  /** Cents of coupons beyond the price: they take nothing off. */
  readonly unusedCents: number
}

/**
 * Price and discount of one unit, in whole cents. The shelf price is sales + retail + match, the shopper paid
 * sales - coupon; each is divided by the quantity and rounded to the nearest cent (halves up), and the discount is
 * their difference.
 *
 * @param isVolume the quantity is no count: the line becomes one unit
 */
export function unitPrices(line: JourneyLine, isVolume: boolean): UnitPrices {
  const quantity = isVolume ? 1 : line.quantity
  const shelfCents = line.salesCents + line.retailCents + line.matchCents
  const paidCents = Math.max(0, line.salesCents - line.couponCents)
  const priceCents = Math.round(shelfCents / quantity)
  const unitPaidCents = Math.round(paidCents / quantity)
  return {
    quantity,
    priceCents,
    discountCents: priceCents - unitPaidCents,
    roundingCents: quantity * unitPaidCents - paidCents,
    unusedCents: paidCents - (line.salesCents - line.couponCents),
  }
}

const idOf = (value: RecordValue[string]): string | null =>
  typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : null

const integerOf = (value: RecordValue[string]): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : null

/** The file's amounts are whole cents up to the error of a double. */
function centsOf(value: RecordValue[string]): number | null {
  if (typeof value !== 'number') return null
  const cents = Math.round(value * 100)
  return cents >= 0 && Math.abs(value * 100 - cents) < 1e-6 ? cents : null
}
