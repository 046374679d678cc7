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
  if (limit <= 0) return []
  const heap: Heap = { items: [], values: [], compare }
  for (const item of items) {
    const value = valueFor(item)
    if (!(value > above)) continue
    if (heap.items.length < limit) siftUp(heap, item, value)
    else if (isWorse(heap, 0, item, value)) siftDown(heap, heap.items.length, item, value)
  }
  return bestFirst(heap)
}

/** Entries of which the worst lies at place 0; two columns, so that an entry is no object. */
type Heap = { readonly items: number[]; readonly values: number[]; readonly compare: TieOrder }

/** Whether the entry at a place comes after another one in the answer. */
function isWorse({ items, values, compare }: Heap, place: number, item: number, value: number): boolean {
  const own = values[place] ?? 0
  return own < value || (own === value && compare(items[place] ?? 0, item) > 0)
}

function siftUp(heap: Heap, item: number, value: number): void {
  const { items, values } = heap
  let at = items.length
  while (at > 0) {
    const above = (at - 1) >>> 1
    if (!isBetter(heap, above, item, value)) break
    items[at] = items[above] ?? 0
    values[at] = values[above] ?? 0
    at = above
  }
  items[at] = item
  values[at] = value
}

/** Whether the entry at a place comes before another one in the answer. */
function isBetter({ items, values, compare }: Heap, place: number, item: number, value: number): boolean {
  const own = values[place] ?? 0
  return own > value || (own === value && compare(items[place] ?? 0, item) < 0)
}

/** Puts an entry in place of the worst of the first `size`. */
function siftDown(heap: Heap, size: number, item: number, value: number): void {
  const { items, values } = heap
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= size) break
    if (below + 1 < size && isWorse(heap, below + 1, items[below] ?? 0, values[below] ?? 0)) below += 1
    if (!isWorse(heap, below, item, value)) break
    items[at] = items[below] ?? 0
    values[at] = values[below] ?? 0
    at = below
  }
  items[at] = item
  values[at] = value
}

/** Takes the worst away to the end again and again. */
function bestFirst(heap: Heap): number[] {
  const { items, values } = heap
  for (let size = items.length - 1; size > 0; size -= 1) {
    const [item, value] = [items[size] ?? 0, values[size] ?? 0]
    const worst = items[0] ?? 0
    siftDown(heap, size, item, value)
    items[size] = worst
  }
  return items
}
