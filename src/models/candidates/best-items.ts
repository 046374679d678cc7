/** How items are ordered where their values are equal. */
export type TieOrder = (a: number, b: number) => number

/** The items of greatest value, best first, ties by `compare`; those of value 0 or less are left out. */
export const bestItems = (
  items: Iterable<number>,
  limit: number,
  valueFor: (item: number) => number,
  compare: TieOrder,
): number[] => greatest(items, { limit, above: 0 }, valueFor, compare)

/**
 * The same of values above a bound. A heap of `limit`, so the whole is read once and never sorted.
 * @param above -Infinity leaves nothing out
 */
export function greatest(
  items: Iterable<number>,
  { limit, above }: { readonly limit: number; readonly above: number },
  valueFor: (item: number) => number,
  compare: TieOrder,
): number[] {
  const heap: { readonly item: number; readonly value: number }[] = []
  if (limit <= 0) return []
  /** Whether a comes after b in the answer. */
  const isWorse = (a: Entry, b: Entry): boolean =>
    a.value < b.value || (a.value === b.value && compare(a.item, b.item) > 0)
  for (const item of items) {
    const value = valueFor(item)
    const worst = heap[0]
    if (!(value > above)) continue
    if (heap.length < limit) {
      heap.push({ item, value })
      siftUp(heap, isWorse)
    } else if (
      worst !== undefined &&
      (value > worst.value || (value === worst.value && compare(item, worst.item) < 0))
    ) {
      heap[0] = { item, value }
      siftDown(heap, isWorse)
    }
  }
  return heap.sort((a, b) => (isWorse(a, b) ? 1 : -1)).map(({ item }) => item)
}

type Entry = { readonly item: number; readonly value: number }
type Order = (a: Entry, b: Entry) => boolean

/** The worst entry stays at the top. */
function siftUp(heap: Entry[], isWorse: Order): void {
  let at = heap.length - 1
  while (at > 0) {
    const above = (at - 1) >>> 1
    const [entry, parent] = [heap[at], heap[above]]
    if (entry === undefined || parent === undefined || !isWorse(entry, parent)) return
    heap[at] = parent
    heap[above] = entry
    at = above
  }
}

function siftDown(heap: Entry[], isWorse: Order): void {
  for (let at = 0; ; ) {
    let worst = at
    for (const below of [2 * at + 1, 2 * at + 2]) {
      const [entry, other] = [heap[below], heap[worst]]
      if (entry !== undefined && other !== undefined && isWorse(entry, other)) worst = below
    }
    const [entry, other] = [heap[at], heap[worst]]
    if (worst === at || entry === undefined || other === undefined) return
    heap[at] = other
    heap[worst] = entry
    at = worst
  }
}
