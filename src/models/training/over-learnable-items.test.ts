import { expect, test } from 'vitest'
import { itemKnn } from '../baselines/item-knn.ts'
import { sequencesOf } from '../sequences.ts'
import { MAX_PAIR_CELLS } from './learnable-items.ts'
import { overLearnableItems } from './over-learnable-items.ts'

test('a catalogue that fits gives the model itself', async () => {
  const training = {
    sequences: sequencesOf(3, [
      [0, 1],
      [1, 2],
      [0, 1],
    ]),
    content: null,
    asOfDay: null,
  }
  const [one, other] = [new Float64Array(3), new Float64Array(3)]
  const history = { items: Int32Array.of(1), days: null }
  ;(await overLearnableItems(itemKnn).fit(training)).score(history, one)
  ;(await itemKnn.fit(training)).score(history, other)
  expect(one).toEqual(other)
})

test('of one that does not, the items of the most shoppers are learnt, under their own numbers', async () => {
  const size = 4000
  expect(size ** 2).toBeGreaterThan(MAX_PAIR_CELLS)
  const all = Array.from({ length: size }, (_, item) => size - 1 - item)
  // items 3,998 and 3,999 have three shoppers more than others
  const sequences = sequencesOf(size, [all, [3999, 3998], [3999, 3998], [3998, 3999]])
  const model = await overLearnableItems({ ...itemKnn, name: 'knn' }).fit({
    sequences,
    content: null,
    asOfDay: null,
  })
  const scores = new Float64Array(size)
  const history = { items: Int32Array.of(3998, size - 1 - 4), days: null }
  model.score(history, scores)
  expect(scores.indexOf(Math.max(...scores))).toBe(3999)
  const { base, contributions } = model.explain(history, 3999)
  expect(contributions[0]).toMatchObject({ position: 0, item: 3998 })
  expect(contributions.reduce((sum, { value }) => sum + value, base)).toBeCloseTo(scores[3999] ?? 0, 9)
  // the highest numbers of those with one shopper are not learnt
  expect(scores[3997]).toBe(0)
})
