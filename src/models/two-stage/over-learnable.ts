import type { ItemContent } from '../content/item-content.ts'
import { lineSelection } from '../line-columns.ts'
import type { FittedRecommender, Training } from '../recommender.ts'
import type { ShopperHistory } from '../sequences.ts'
import { learnableItems, MAX_PAIR_CELLS } from '../training/learnable-items.ts'

/**
 * Memory is shared with the lines themselves, which stage one holds several times: each takes the place of about so
 * many cells of items x items.
 */
const CELLS_PER_LINE = 5

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
  const { itemCount, items: lines } = training.sequences
  const maxCells = Math.max(MAX_PAIR_CELLS / 3, MAX_PAIR_CELLS - CELLS_PER_LINE * lines.length)
  const { numbers, sequences } = learnableItems(training.sequences, maxCells)
  if (numbers.length === itemCount) return learn(training)
  const content = training.content === null ? null : contentOf(training.content, numbers)
  const model = await learn({ ...training, sequences, content })
  const numberOf = new Int32Array(itemCount).fill(-1)
  for (const [number, item] of numbers.entries()) numberOf[item] = number
  const known = ({ items, lines }: ShopperHistory): ShopperHistory => {
    const places = Int32Array.from(items.keys()).filter((place) => (numberOf[items[place] ?? 0] ?? -1) >= 0)
    return {
      items: places.map((place) => numberOf[items[place] ?? 0] ?? 0),
      days: null,
      ...(lines === undefined ? {} : { lines: lineSelection(lines, places) }),
    }
  }
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
