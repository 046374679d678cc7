/**
 * What is known of each entry of a sequence beyond its item and day: columns aligned with `items`. Money is in
 * minor units of the data's one currency.
 */
export type LineColumns = {
  /**
   * The order that an entry belongs to, numbered from 0 in each shopper's history, oldest first: ascending, and
   * all lines of an order stand together.
   */
  readonly orders: Int32Array
  /** Epoch ms UTC of the order, ascending in each history; null where only the order of things is known. */
  readonly atMs: Float64Array | null
  /** Units bought, above 0. */
  readonly quantities: Int32Array | null
  /** Unit price before discount. */
  readonly priceCents: Int32Array | null
  /** Taken off each unit; null where the data has no discounts. */
  readonly discountCents: Int32Array | null
}

/** A part of the columns without copying; entries are not renumbered. */
export function lineRange(lines: LineColumns, from: number, to: number): LineColumns {
  return {
    orders: lines.orders.subarray(from, to),
    atMs: lines.atMs?.subarray(from, to) ?? null,
    quantities: lines.quantities?.subarray(from, to) ?? null,
    priceCents: lines.priceCents?.subarray(from, to) ?? null,
    discountCents: lines.discountCents?.subarray(from, to) ?? null,
  }
}

/** The entries at `places`, in that order. */
export function lineSelection(lines: LineColumns, places: Int32Array): LineColumns {
  return {
    orders: places.map((place) => lines.orders[place] ?? 0),
    atMs: lines.atMs === null ? null : Float64Array.from(places, (place) => lines.atMs?.[place] ?? 0),
    quantities: selected(lines.quantities, places),
    priceCents: selected(lines.priceCents, places),
    discountCents: selected(lines.discountCents, places),
  }
}

const selected = (column: Int32Array | null, places: Int32Array): Int32Array | null =>
  column === null ? null : places.map((place) => column[place] ?? 0)
