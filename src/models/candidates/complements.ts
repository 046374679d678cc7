import { Accumulator } from './accumulator.ts'
import { bestItems } from './best-items.ts'
import { type CandidateSource, type Evidence, type ShopperContext, SILENT } from './candidate-source.ts'
import type { HistoryIndex } from './history-index.ts'
import type { ItemTable } from './item-table.ts'

/** Baskets that a pair is short of: what was bought together once may be chance. */
const DOUBT = 2
/** What was bought last is asked about where nothing is on the page or in the basket. */
const LAST_BOUGHT = 3

/**
 * What is bought in one basket with what is on the page and in the basket; where neither is, with what was bought
 * last. Popularity is taken out: what everybody buys with everything goes with nothing.
 */
export function complements(items: ItemTable, baskets: HistoryIndex): CandidateSource {
  const scores = new Accumulator()
  const counts = new Accumulator()
  return {
    name: 'complements',
    driver: 'affinity',
    prepare: (shopper) => {
      scores.clear()
      const anchors = anchorsOf(shopper)
      if (anchors.length === 0) return SILENT
      const strengthOf = strengthAt(baskets, shopper.asOf)
      for (const anchor of anchors) {
        counts.clear()
        countTogether(baskets, anchor, shopper, counts)
        for (const item of counts.items) {
          if (!anchors.includes(item)) scores.add(item, strengthOf(anchor, item, counts.get(item)))
        }
      }
      return {
        propose: (limit) => bestItems(scores.items, limit, (item) => scores.get(item), items.compare),
        valueFor: (item) => Math.min(1, scores.get(item) / anchors.length),
        evidenceOf: (item) => strongest(baskets, anchors, item, shopper),
      }
    },
  }
}

/** Products that go into one basket with `anchor`, best first, each with its strength in [0, 1]. */
export function complementsOf(
  items: ItemTable,
  baskets: HistoryIndex,
  anchor: number,
  { asOf, limit }: { readonly asOf: number; readonly limit: number },
): readonly { readonly item: number; readonly strength: number; readonly baskets: number }[] {
  const counts = new Accumulator()
  countTogether(baskets, anchor, { asOf, shopper: null }, counts)
  const strengthOf = strengthAt(baskets, asOf)
  const value = (item: number): number => strengthOf(anchor, item, counts.get(item))
  return bestItems(counts.items, limit, value, items.compare).map((item) => ({
    item,
    strength: value(item),
    baskets: counts.get(item),
  }))
}

function anchorsOf({ pageItem, cart, products }: ShopperContext): number[] {
  const here = [...new Set(pageItem >= 0 ? [pageItem, ...cart] : cart)]
  if (here.length > 0) return here
  return [...products]
    .filter(([, { purchases }]) => purchases > 0)
    .toSorted(([a, x], [b, y]) => y.lastPurchaseAt - x.lastPurchaseAt || a - b)
    .slice(0, LAST_BOUGHT)
    .map(([item]) => item)
}

function countTogether(
  baskets: HistoryIndex,
  anchor: number,
  { asOf, shopper }: Pick<ShopperContext, 'asOf' | 'shopper'>,
  counts: Accumulator,
): void {
  baskets.eachWith(anchor, { asOf, not: shopper }, ({ items }) => {
    for (const item of items) if (item !== anchor) counts.add(item, 1)
  })
}

/** Cosine of the baskets of two products, less for few: together / (sqrt(a x b) + doubt). */
const strengthAt =
  (baskets: HistoryIndex, asOf: number) =>
  (a: number, b: number, together: number): number =>
    Math.min(1, together / (Math.sqrt(baskets.countOf(a, asOf) * baskets.countOf(b, asOf)) + DOUBT))

function strongest(
  baskets: HistoryIndex,
  anchors: readonly number[],
  item: number,
  { asOf, shopper }: ShopperContext,
): Evidence {
  const counts = new Map<number, number>()
  baskets.eachWith(item, { asOf, not: shopper }, (entry) => {
    for (const anchor of anchors) {
      if (entry.items.includes(anchor)) counts.set(anchor, (counts.get(anchor) ?? 0) + 1)
    }
  })
  let best: Evidence = { kind: 'none' }
  let most = 0
  for (const [anchor, together] of counts) {
    if (together <= most) continue
    most = together
    best = { kind: 'bought_with', item: anchor, baskets: together }
  }
  return best
}
