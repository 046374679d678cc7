import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { historyOf, sequencesOf, shopperCount } from '../sequences.ts'
import { learnableItems } from './learnable-items.ts'

// Shoppers: items 0 and 2 have three, 1 and 4 have one, 3 has none. Cells touched at most: 4 + 9 + 4 = 17.
const HISTORIES = sequencesOf(
  5,
  [[0, 2, 0], [2, 1, 0], [0, 2], [4]],
  [[10, 11, 12], [20, 21, 22], [30, 31], [40]],
)

describe('learnable items', () => {
  test('are all where the pairs of shoppers touch few cells, or there are few items', () => {
    for (const cells of [18, 16]) {
      const { numbers, sequences } = learnableItems(HISTORIES, cells)
      expect([...numbers]).toEqual([0, 1, 2, 3, 4])
      expect(sequences).toBe(HISTORIES)
    }
  })

  test('else those of the most shoppers, in numbers of their own, with histories in order', () => {
    const { numbers, sequences } = learnableItems(HISTORIES, 9)
    expect([...numbers]).toEqual([0, 1, 2])
    expect(sequences.itemCount).toBe(3)
    expect(listsOf(sequences)).toEqual([[0, 2, 0], [2, 1, 0], [0, 2], []])
    const two = learnableItems(HISTORIES, 8)
    expect([...two.numbers]).toEqual([0, 2])
    expect(listsOf(two.sequences)).toEqual([[0, 1, 0], [1, 0], [0, 1], []])
    expect([...(two.sequences.days ?? [])]).toEqual([10, 11, 12, 20, 22, 30, 31])
  })

  test('never make a matrix of more cells than asked, whatever was bought', () => {
    const lists = fc.array(fc.array(fc.nat(30), { maxLength: 20 }), { maxLength: 20 })
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 400 }), (bought, cells) => {
        const { numbers, sequences } = learnableItems(sequencesOf(31, bought), cells)
        const together = new Set(
          listsOf(sequences).flatMap((list) => list.flatMap((a) => list.map((b) => `${a} ${b}`))),
        )
        expect(together.size).toBeLessThanOrEqual(cells)
        expect(listsOf(sequences).map((list) => list.map((item) => numbers[item]))).toEqual(
          bought.map((list) => list.filter((item) => numbers.includes(item))),
        )
      }),
    )
  })
})

const listsOf = (sequences: Parameters<typeof historyOf>[0]): number[][] =>
  Array.from({ length: shopperCount(sequences) }, (_, shopper) => [...historyOf(sequences, shopper).items])
