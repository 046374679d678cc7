/** Ranks of categories: the most frequent one is 0. */
export type CategoryOrder = ReadonlyMap<string, number>

/** By how many rows have them, then by name; no label is looked at. */
export function categoryOrder(categories: Iterable<string>): CategoryOrder {
  const counts = new Map<string, number>()
  for (const category of categories) counts.set(category, (counts.get(category) ?? 0) + 1)
  const ordered = [...counts].sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1))
  return new Map(ordered.map(([category], rank) => [category, rank]))
}

/** The category as a feature; NaN, missing, for none and for one that was not there. */
export const categoryValue = (order: CategoryOrder, category: string | null): number =>
  category === null ? Number.NaN : (order.get(category) ?? Number.NaN)
