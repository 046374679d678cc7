import type { AffinityScorer } from '../candidates/affinity.ts'
import { type AffinityWeights, type AgedItem, affinityModel } from './affinity-model.ts'

/**
 * The model in words: skus instead of item numbers, histories newest first. Skus that it does not know keep
 * their place in the history, so that others do not grow younger, and give nothing.
 */
export function affinityScorer(weights: AffinityWeights, skus: readonly string[]): AffinityScorer {
  const numbers = new Map(skus.map((sku, number) => [sku, number]))
  const skuOf = (item: number): string => skus[item] ?? ''
  const model = affinityModel(weights)
  const known = (history: readonly string[]): AgedItem[] =>
    history.flatMap((sku, age) => {
      const item = numbers.get(sku)
      return item === undefined ? [] : [{ item, age }]
    })
  return {
    scores: (history) => {
      const scores = new Map<string, number>()
      for (const [item, score] of model.reached(known(history))) scores.set(skuOf(item), score)
      return scores
    },
    explain: (history, sku) => {
      const target = numbers.get(sku)
      if (target === undefined) return []
      return known(history)
        .map((event) => ({ sku: skuOf(event.item), contribution: model.contribution(event, target) }))
        .filter(({ contribution }) => contribution !== 0)
    },
    similar: (sku, limit) => {
      const item = numbers.get(sku)
      if (item === undefined) return []
      return model.similar(item, limit).map(({ item: other, score }) => ({ sku: skuOf(other), score }))
    },
  }
}
