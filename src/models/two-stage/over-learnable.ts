import type { ItemContent } from '../content/item-content.ts'
import type { FittedRecommender, Training } from '../recommender.ts'
import type { ShopperHistory } from '../sequences.ts'
import { learnableItems } from '../training/learnable-items.ts'

/** What stage one needs of a model. */
export type Scorer = Pick<FittedRecommender, 'score'>

/**
 * Learns over the items whose pairs fit in memory (`learnableItems`) and speaks of all: items that it has not
 * learnt score 0, and entries of a history with them are passed over.
 */
export async function overLearnable(
  learn: (training: Training) => Promise<Scorer>,
  training: Training,
): Promise<Scorer> {
  const { numbers, sequences } = learnableItems(training.sequences)
  const { itemCount } = training.sequences
  if (numbers.length === itemCount) return learn(training)
  const content = training.content === null ? null : contentOf(training.content, numbers)
  const model = await learn({ ...training, sequences, content })
  const numberOf = new Int32Array(itemCount).fill(-1)
  for (const [number, item] of numbers.entries()) numberOf[item] = number
  const known = ({ items }: ShopperHistory): ShopperHistory => ({
    items: items.map((item) => numberOf[item] ?? -1).filter((number) => number >= 0),
    days: null,
  })
  const own = new Float64Array(numbers.length)
  return {
    score: (history, scores) => {
      scores.fill(0)
      model.score(known(history), own)
      for (const [number, item] of numbers.entries()) scores[item] = own[number] ?? 0
    },
  }
}

const contentOf = ({ titles, attributes }: ItemContent, numbers: Int32Array): ItemContent => ({
  titles: Array.from(numbers, (item) => titles[item] ?? ''),
  attributes: Array.from(numbers, (item) => attributes[item] ?? []),
})
