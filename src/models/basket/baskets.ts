import type { ShopperHistory } from '../sequences.ts'

/**
 * Where each basket of a history begins, and its end: baskets + 1 offsets. Lines of one order are one basket; where
 * the data knows no orders, each entry is one.
 */
export function basketStarts({ items, lines }: ShopperHistory): Int32Array {
  const starts = new Int32Array(items.length + 1)
  let count = 0
  for (let entry = 0; entry < items.length; entry += 1) {
    if (entry > 0 && lines !== undefined && lines.orders[entry] === lines.orders[entry - 1]) continue
    starts[count++] = entry
  }
  starts[count] = items.length
  return starts.subarray(0, count + 1)
}
