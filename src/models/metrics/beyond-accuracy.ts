import type { ItemContent } from '../content/item-content.ts'
import { historyOf, type Sequences, shopperCount } from '../sequences.ts'
import { shoppersOfItems } from '../shoppers-of-items.ts'

/** What lists are like beside being right; null where the data does not say what it needs. */
export type BeyondAccuracy = {
  /** Mean of -log2 of the share of shoppers who have the item: 0 is what everybody has. */
  readonly novelty: number
  /** Mean over pairs of a list of 1 - shared / all of their attributes, in [0, 1]. */
  readonly diversity: number | null
  /**
   * Mean over users with a history of the Jensen-Shannon divergence (base 2) between the categories of the history and
   * of the list, in [0, 1]; 0 is a list in the shopper's own proportions.
   */
  readonly calibration: number | null
  /** Mean popularity of what is shown over that of what was right; 1 is as popular as people's own choice. */
  readonly popularityBias: number
}

export type BeyondAccuracyInput = {
  readonly k: number
  /** What the model learnt from: popularity is the share of its shoppers. */
  readonly training: Sequences
  readonly queries: Sequences
  readonly targets: readonly ReadonlySet<number>[]
  readonly content: ItemContent | null
  readonly lists: readonly Int32Array[]
}

export function beyondAccuracy(input: BeyondAccuracyInput): BeyondAccuracy {
  const { k, targets, queries, content } = input
  const shoppers = Math.max(1, shopperCount(input.training))
  const shares = Float64Array.from(shoppersOfItems(input.training), (count) => count / shoppers)
  const lists = input.lists.map((list) => list.subarray(0, k))
  const shown = meanOver(lists, (list) => meanOver(list, (item) => shares[item] ?? 0))
  const right = meanOver(targets, (own) => meanOver([...own], (item) => shares[item] ?? 0))
  const floor = 1 / (2 * shoppers)
  const categories = content?.categories
  return {
    novelty: meanOver(lists, (list) =>
      meanOver(list, (item) => -Math.log2(Math.max(floor, shares[item] ?? 0))),
    ),
    diversity: content?.attributes.some((own) => own.length > 0)
      ? meanOver(lists, (list) => diversityOf(list, content.attributes))
      : null,
    calibration:
      categories === undefined
        ? null
        : meanOver(
            lists.flatMap((list, user) => {
              const { items } = historyOf(queries, user)
              return items.length === 0
                ? []
                : divergence(sharesOf(items, categories), sharesOf(list, categories))
            }),
            Number,
          ),
    popularityBias: right === 0 ? 0 : shown / right,
  }
}

function meanOver<T>(values: ArrayLike<T>, of: (value: T) => number): number {
  let sum = 0
  for (let index = 0; index < values.length; index += 1) sum += of(values[index] as T)
  return values.length === 0 ? 0 : sum / values.length
}

function diversityOf(list: Int32Array, attributes: ItemContent['attributes']): number {
  let sum = 0
  let pairs = 0
  for (let a = 0; a < list.length; a += 1) {
    const own = new Set(attributes[list[a] ?? 0])
    for (let b = a + 1; b < list.length; b += 1) {
      const other = attributes[list[b] ?? 0] ?? []
      const shared = other.filter((attribute) => own.has(attribute)).length
      const all = own.size + other.length - shared
      sum += all === 0 ? 0 : 1 - shared / all
      pairs += 1
    }
  }
  return pairs === 0 ? 0 : sum / pairs
}

/** Share of each category, its first two levels. */
function sharesOf(items: Int32Array, categories: readonly (string | null)[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>()
  for (const item of items) {
    const category = (categories[item] ?? '').split('/', 2).join('/')
    shares.set(category, (shares.get(category) ?? 0) + 1 / items.length)
  }
  return shares
}

/** Jensen-Shannon, base 2: 0 for the same shares, 1 for no category in common. */
export function divergence(p: ReadonlyMap<string, number>, q: ReadonlyMap<string, number>): number {
  const half = (from: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number => {
    let sum = 0
    for (const [name, share] of from) sum += share * Math.log2((2 * share) / (share + (other.get(name) ?? 0)))
    return sum / 2
  }
  return half(p, q) + half(q, p)
}
