import { type AffinityWeights, weightOf } from '../affinity/affinity-model.ts'
import { AFFINITY_SETTINGS } from '../affinity/affinity-settings.ts'
import { Accumulator } from './accumulator.ts'
import { bestItems } from './best-items.ts'
import { type CandidateSource, type Evidence, type ShopperContext, SILENT } from './candidate-source.ts'
import type { ItemTable } from './item-table.ts'

/** A trained affinity model: weights by the model's own item numbers, and the sku of each. */
export type AffinityTable = { readonly weights: AffinityWeights; readonly skus: readonly string[] }

/** The model over the items of a shop; the affinity source and `similar` read it. */
export class ShopAffinity {
  readonly #items: ItemTable
  readonly #table: AffinityTable
  /** Model's number to the shop's, -1 where the shop has no such product; and back. */
  #shopNumbers = new Int32Array(0)
  #modelNumbers = new Int32Array(0)
  #mappedCount = -1

  constructor(items: ItemTable, table: AffinityTable) {
    this.#items = items
    this.#table = table
  }

  /** Calls back with every product that `item` speaks for, and its weight. */
  eachGoingWith(item: number, visit: (other: number, weight: number) => void): void {
    this.#map()
    const { starts, targets, weights } = this.#table.weights
    const row = this.#modelNumbers[item] ?? -1
    if (row < 0) return
    const end = starts[row + 1] ?? 0
    for (let at = starts[row] ?? 0; at < end; at += 1) {
      const other = this.#shopNumbers[targets[at] ?? 0] ?? -1
      if (other >= 0) visit(other, weights[at] ?? 0)
    }
  }

  /** What having `item` adds to `other`; 0 if nothing. */
  weightOf(item: number, other: number): number {
    this.#map()
    const [row, target] = [this.#modelNumbers[item] ?? -1, this.#modelNumbers[other] ?? -1]
    if (row < 0 || target < 0) return 0
    return weightOf(this.#table.weights, row, target)
  }

  /** Products came or went numberless since the last time: rare, and only then. */
  #map(): void {
    const { count } = this.#items
    if (count === this.#mappedCount) return
    this.#mappedCount = count
    this.#modelNumbers = new Int32Array(count).fill(-1)
    this.#shopNumbers = Int32Array.from(this.#table.skus, (sku, number) => {
      const item = this.#items.numberOf(sku)
      if (item >= 0) this.#modelNumbers[item] = number
      return item
    })
  }
}

/** Weight of each of the last events, by age from 0 at the newest: as in the trained model. */
const DECAYS = Float64Array.from({ length: AFFINITY_SETTINGS.historyLimit }, (_, age) =>
  Math.exp(-age / AFFINITY_SETTINGS.historyDecay),
)

/** Products that go with what is on the page and in the basket; where neither is, with the shopper's recent past. */
export function affinity(items: ItemTable, modelNow: () => ShopAffinity | null): CandidateSource {
  const scores = new Accumulator()
  return {
    name: 'affinity',
    driver: 'affinity',
    prepare: (shopper) => {
      const model = modelNow()
      scores.clear()
      const anchors = anchorsOf(shopper)
      if (model === null || anchors.length === 0) return SILENT
      for (const [age, { item }] of anchors.entries()) {
        const decay = DECAYS[age] ?? 0
        model.eachGoingWith(item, (other, weight) => scores.add(other, decay * weight))
      }
      const greatest = scores.greatest()
      return {
        propose: (limit) => bestItems(scores.items, limit, (item) => scores.get(item), items.compare),
        valueFor: (item) => (greatest === 0 ? 0 : Math.max(0, scores.get(item) / greatest)),
        evidenceOf: (item) => strongest(model, anchors, item),
      }
    },
  }
}

type Anchor = { readonly item: number; readonly at: number | null }

/** What it goes by, newest first, each product once. */
function anchorsOf({ pageItem, cart, recent }: ShopperContext): Anchor[] {
  const anchors = new Map<number, number | null>()
  if (pageItem >= 0) anchors.set(pageItem, null)
  for (const item of cart) anchors.set(item, null)
  if (anchors.size === 0) for (const { item, at } of recent) if (!anchors.has(item)) anchors.set(item, at)
  return [...anchors].slice(0, DECAYS.length).map(([item, at]) => ({ item, at }))
}

function strongest(model: ShopAffinity, anchors: readonly Anchor[], item: number): Evidence {
  let best: Anchor | undefined
  let greatest = 0
  for (const [age, anchor] of anchors.entries()) {
    const given = (DECAYS[age] ?? 0) * model.weightOf(anchor.item, item)
    if (given > greatest) [best, greatest] = [anchor, given]
  }
  return best === undefined ? { kind: 'none' } : { kind: 'goes_with', item: best.item, at: best.at }
}
