import type { FittedRecommender } from '../recommender.ts'
import type { ShopperHistory } from '../sequences.ts'
import { AFFINITY_SETTINGS } from './affinity-settings.ts'

/** The solved weights: `weights[starts[x] .. starts[x + 1])` is what having item x adds to the items beside. */
export type AffinityWeights = {
  readonly itemCount: number
  /** By item that the shopper has; items + 1. */
  readonly starts: Int32Array
  /** Items that it speaks for, ascending in each row. */
  readonly targets: Int32Array
  /** In float32, as stored: what is measured is what is served. */
  readonly weights: Float32Array
}

export type SimilarItem = { readonly item: number; readonly score: number }

/** An event of a history, by how many events came after it. */
export type AgedItem = { readonly item: number; readonly age: number }

export type AffinityModel = FittedRecommender & {
  readonly weights: AffinityWeights
  /** What an event gives to the score of `target`. */
  readonly contribution: (event: AgedItem, target: number) => number
  /** Items that go with `item`, best first, ties by item number; weights above 0 only. */
  readonly similar: (item: number, count: number) => readonly SimilarItem[]
}

/** Weight of each of the last events, by age from 0 at the newest. */
const DECAYS = Float64Array.from({ length: AFFINITY_SETTINGS.historyLimit }, (_, age) =>
  Math.exp(-age / AFFINITY_SETTINGS.historyDecay),
)

/** `score = sum over the last 50 events x of exp(-age / 2.5) B[x, .]`: linear, so it explains itself. */
export function affinityModel(weights: AffinityWeights): AffinityModel {
  const contribution = ({ item, age }: AgedItem, target: number): number =>
    (DECAYS[age] ?? 0) * weightOf(weights, item, target)
  return {
    weights,
    score: (history, scores) => {
      scores.fill(0)
      for (const event of aged(history)) {
        addRow(weights, event, (target, value) => {
          scores[target] = (scores[target] ?? 0) + value
        })
      }
    },
    explain: (history, item) => ({
      base: 0,
      contributions: aged(history)
        .map((event) => ({
          position: history.items.length - 1 - event.age,
          item: event.item,
          value: contribution(event, item),
        }))
        .filter(({ value }) => value !== 0),
    }),
    contribution,
    similar: (item, count) => similar(weights, item, count),
  }
}

/** The last events of a history, oldest first. */
function aged({ items }: ShopperHistory): AgedItem[] {
  const recent = items.subarray(Math.max(0, items.length - DECAYS.length))
  return Array.from(recent, (item, index) => ({ item, age: recent.length - 1 - index }))
}

function addRow(
  { starts, targets, weights }: AffinityWeights,
  { item, age }: AgedItem,
  add: (target: number, value: number) => void,
): void {
  const decay = DECAYS[age]
  if (decay === undefined) return
  const end = starts[item + 1] ?? 0
  for (let at = starts[item] ?? 0; at < end; at += 1) add(targets[at] ?? 0, decay * (weights[at] ?? 0))
}

/** What having `item` adds to `target`; 0 where it says nothing. */
export function weightOf(
  { starts, targets, weights }: AffinityWeights,
  item: number,
  target: number,
): number {
  let low = starts[item] ?? 0
  let high = (starts[item + 1] ?? low) - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = targets[middle] ?? 0
    if (found === target) return weights[middle] ?? 0
    if (found < target) low = middle + 1
    else high = middle - 1
  }
  return 0
}

function similar({ starts, targets, weights }: AffinityWeights, item: number, count: number): SimilarItem[] {
  const found: SimilarItem[] = []
  for (let at = starts[item] ?? 0; at < (starts[item + 1] ?? 0); at += 1) {
    const score = weights[at] ?? 0
    if (score > 0) found.push({ item: targets[at] ?? 0, score })
  }
  return found.sort((a, b) => b.score - a.score || a.item - b.item).slice(0, count)
}

/** The weights by history item, from the solved columns in the order of their targets. */
export function byHistoryItem(
  itemCount: number,
  columns: readonly { readonly items: Int32Array; readonly weights: Float64Array }[],
): AffinityWeights {
  const starts = new Int32Array(itemCount + 1)
  for (const { items } of columns) for (const item of items) starts[item + 1] = (starts[item + 1] ?? 0) + 1
  for (let item = 0; item < itemCount; item += 1)
    starts[item + 1] = (starts[item + 1] ?? 0) + (starts[item] ?? 0)
  const next = starts.slice()
  const targets = new Int32Array(starts[itemCount] ?? 0)
  const weights = new Float32Array(targets.length)
  for (const [target, column] of columns.entries()) {
    for (const [index, item] of column.items.entries()) {
      const at = next[item] ?? 0
      targets[at] = target
      weights[at] = column.weights[index] ?? 0
      next[item] = at + 1
    }
  }
  return { itemCount, starts, targets, weights }
}
