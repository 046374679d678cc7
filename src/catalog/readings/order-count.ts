import { shopperOrder } from '../views/shopper-order.ts'
import { type Figures, measureOf } from './window-figures.ts'

const linesOf = measureOf(shopperOrder, 'lines')
const unitsOf = measureOf(shopperOrder, 'units')

/** How many orders, and how large they were. */
export type OrderFigures = {
  /** Distinct orders with a bought line. */
  readonly orders: number
  readonly lines: number
  /** Net of returns. */
  readonly units: number
}

/**
 * The orders of one shopper, exactly: each order is a key of its own, so they are counted, not estimated.
 * @param rows tiles or window rows of `shopper_order` of one shopper; several of one order add up
 */
export function orderFigures(rows: Iterable<Figures>): OrderFigures {
  const withLines = new Set<string>()
  let lines = 0
  let units = 0
  for (const row of rows) {
    const bought = linesOf(row)
    lines += bought
    units += unitsOf(row)
    if (bought > 0) withLines.add(row.key[1] ?? '')
  }
  return { orders: withLines.size, lines, units }
}
