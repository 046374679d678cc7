/**
 * The best `count` of `others` by similarity and then by number, ascending by number; those above 0 alone.
 * @param others each once, in any order
 */
export function mostSimilar(
  others: Int32Array,
  similarity: Float64Array,
  { row, count }: { readonly row: number; readonly count: number },
): Int32Array {
  /** A heap with the worst one at its top. */
  const best = new Int32Array(Math.min(count, others.length))
  const isWorse = (a: number, b: number): boolean => {
    const [x, y] = [similarity[a] ?? 0, similarity[b] ?? 0]
    return x < y || (x === y && a > b)
  }
  let size = 0
  for (let at = 0; at < others.length; at += 1) {
    const other = others[at] ?? 0
    if (other === row || (similarity[other] ?? 0) <= 0) continue
    if (size < best.length) {
      siftUp(best, size++, other, isWorse)
    } else if (size > 0 && isWorse(best[0] ?? 0, other)) {
      siftDown(best, size, other, isWorse)
    }
  }
  return best.subarray(0, size).sort()
}

type IsWorse = (a: number, b: number) => boolean

function siftUp(heap: Int32Array, from: number, item: number, isWorse: IsWorse): void {
  let at = from
  while (at > 0) {
    const above = (at - 1) >>> 1
    if (!isWorse(item, heap[above] ?? 0)) break
    heap[at] = heap[above] ?? 0
    at = above
  }
  heap[at] = item
}

function siftDown(heap: Int32Array, size: number, item: number, isWorse: IsWorse): void {
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= size) break
    if (below + 1 < size && isWorse(heap[below + 1] ?? 0, heap[below] ?? 0)) below += 1
    if (!isWorse(heap[below] ?? 0, item)) break
    heap[at] = heap[below] ?? 0
    at = below
  }
  heap[at] = item
}
