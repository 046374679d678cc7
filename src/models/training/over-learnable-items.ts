import type { ItemContent } from '../content/item-content.ts'
import { lineSelection } from '../line-columns.ts'
import type { FittedRecommender, Recommender } from '../recommender.ts'
import type { Sequences, ShopperHistory } from '../sequences.ts'
import { learnableItems, MAX_PAIR_CELLS } from './learnable-items.ts'

/**
 * A model learnt over the items with the most shoppers, where the pairs of all would not fit (`learnableItems`); the
 * same model where they do. Items that it has not learnt score 0, in a history they are passed over.
 * @param cellsFor how many pairs may be held beside the sequences
 */
export const overLearnableItems = (
  recommender: Pick<Recommender, 'name' | 'fit'>,
  cellsFor: (sequences: Sequences) => number = () => MAX_PAIR_CELLS,
): Recommender => ({
  name: recommender.name,
  fit: async (training) => {
    const { numbers, sequences } = learnableItems(training.sequences, cellsFor(training.sequences))
    if (numbers.length === training.sequences.itemCount) return recommender.fit(training)
    const content = training.content === null ? null : contentOf(training.content, numbers)
    const fitted = await recommender.fit({ ...training, sequences, content })
    return renumbered(fitted, numbers, training.sequences.itemCount)
  },
})

/** What similarity is made of; the rest of what is known of items is not needed for pairs. */
function contentOf(content: ItemContent, numbers: Int32Array): ItemContent {
  const items = Array.from(numbers)
  const { vectors } = content
  return {
    titles: items.map((item) => content.titles[item] ?? ''),
    attributes: items.map((item) => content.attributes[item] ?? []),
    ...(vectors === undefined ? {} : { vectors: items.map((item) => vectors[item] ?? null) }),
  }
}

function renumbered(inner: FittedRecommender, numbers: Int32Array, itemCount: number): FittedRecommender {
  const numberOf = new Int32Array(itemCount).fill(-1)
  for (const [number, item] of numbers.entries()) numberOf[item] = number
  const learntScores = new Float64Array(numbers.length)
  const learnt = ({ items, days, lines }: ShopperHistory) => {
    const places = Int32Array.from(items.keys()).filter((place) => (numberOf[items[place] ?? 0] ?? -1) >= 0)
    const history: ShopperHistory = {
      items: places.map((place) => numberOf[items[place] ?? 0] ?? 0),
      days: days === null ? null : places.map((place) => days[place] ?? 0),
      ...(lines === undefined ? {} : { lines: lineSelection(lines, places) }),
    }
    return { places, history }
  }
  return {
    score: (history, scores) => {
      inner.score(learnt(history).history, learntScores)
      scores.fill(0)
      for (const [number, item] of numbers.entries()) scores[item] = learntScores[number] ?? 0
    },
    explain: (history, item) => {
      const number = numberOf[item] ?? -1
      if (number < 0) return { base: 0, contributions: [] }
      const { places, history: known } = learnt(history)
      const { base, contributions } = inner.explain(known, number)
      return {
        base,
        contributions: contributions.map((contribution) => {
          if (!('position' in contribution)) return contribution
          const position = places[contribution.position] ?? 0
          return { position, item: history.items[position] ?? 0, value: contribution.value }
        }),
      }
    },
  }
}
