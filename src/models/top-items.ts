/**
 * The `count` items with the highest scores, best first; ties by item number, the lower first, so the answer
 * never depends on the order of computation. Items scored -Infinity are left out.
 */
export function topItems(scores: Float64Array, count: number): Int32Array {
  const items = new Int32Array(count)
  const best = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
  let size = 0
  let least = Number.NEGATIVE_INFINITY
  for (let item = 0; item < scores.length; item += 1) {
    const score = scores[item] ?? Number.NEGATIVE_INFINITY
    if (!(score > least)) continue
    let place = size < count ? size : count - 1
    while (place > 0 && score > (best[place - 1] ?? 0)) {
      best[place] = best[place - 1] ?? 0
      items[place] = items[place - 1] ?? 0
      place -= 1
    }
    best[place] = score
    items[place] = item
    if (size < count) size += 1
    if (size === count) least = best[count - 1] ?? 0
  }
  return items.subarray(0, size)
}
