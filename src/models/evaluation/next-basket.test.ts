import { describe, expect, test } from 'vitest'
import { historyOf, type Sequences, sequencesOf, shopperCount } from '../sequences.ts'
import { nextBasket } from './next-basket.ts'

const lists = (sequences: Sequences) =>
  Array.from({ length: shopperCount(sequences) }, (_, shopper) => [...historyOf(sequences, shopper).items])

const sequences: Sequences = {
  ...sequencesOf(6, [
    [0, 1, 2, 3, 3],
    [4, 5],
    [5, 0],
  ]),
  lines: {
    orders: Int32Array.of(0, 0, 1, 2, 2, 0, 0, 0, 1),
    atMs: null,
    quantities: null,
    priceCents: null,
    discountCents: null,
  },
}

describe('next basket', () => {
  test('the last basket is asked, everything before is learnt; one basket alone asks nothing', () => {
    const split = nextBasket({ sequences, content: null }, 'test')
    expect(lists(split.training.sequences)).toEqual([[0, 1, 2], [], [5]])
    expect(lists(split.queries)).toEqual([[0, 1, 2], [5]])
    expect(split.targets).toEqual([new Set([3]), new Set([0])])
    expect(split.masksSeen).toBe(false)
  })

  test('validation asks for the basket before the last, and has seen neither', () => {
    const split = nextBasket({ sequences, content: null }, 'validation')
    expect(lists(split.training.sequences)).toEqual([[0, 1], [], []])
    expect(lists(split.queries)).toEqual([[0, 1]])
    expect(split.targets).toEqual([new Set([2])])
  })

  test('the data’s own division: only its test shoppers are asked, validation sees nothing of them', () => {
    const ownSplit = { train: [1], validation: [2], test: [0] }
    const split = nextBasket({ sequences, content: null, ownSplit }, 'test')
    expect(lists(split.training.sequences)).toEqual([
      [0, 1, 2],
      [4, 5],
      [5, 0],
    ])
    expect(lists(split.queries)).toEqual([[0, 1, 2]])
    const validation = nextBasket({ sequences, content: null, ownSplit }, 'validation')
    expect(lists(validation.training.sequences)).toEqual([[4, 5], [5]])
    expect(validation.targets).toEqual([new Set([0])])
  })
})
