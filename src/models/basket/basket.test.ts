import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recommenderContract } from '../recommender.contract.ts'
import { historyOf, type Sequences, sequencesOf } from '../sequences.ts'
import { basket } from './basket.ts'
import { BASKET_SETTINGS, basketWeights } from './basket-settings.ts'
import { basketSums } from './basket-sums.ts'
import { basketStarts } from './baskets.ts'

// in the construction 4 follows 2
recommenderContract(basket(), { firstForStranger: 0, firstForRepeater: 4, completesTheColour: false })

/** Sequences of baskets, by shopper. */
function basketsOf(itemCount: number, shoppers: readonly (readonly (readonly number[])[])[]): Sequences {
  return {
    ...sequencesOf(
      itemCount,
      shoppers.map((baskets) => baskets.flat()),
    ),
    lines: {
      orders: Int32Array.from(
        shoppers.flatMap((baskets) => baskets.flatMap((own, order) => own.map(() => order))),
      ),
      atMs: null,
      quantities: null,
      priceCents: null,
      discountCents: null,
    },
  }
}

describe('baskets of a history', () => {
  test('are its orders, or its entries where it has none', () => {
    const history = historyOf(basketsOf(5, [[[1, 2], [3], [4, 0]]]), 0)
    expect([...basketStarts(history)]).toEqual([0, 2, 3, 5])
    expect([...basketStarts({ items: Int32Array.of(7, 8), days: null })]).toEqual([0, 1, 2])
    expect([...basketStarts({ items: new Int32Array(), days: null })]).toEqual([0])
  })
})

describe('basket sums', () => {
  const settings = { ...BASKET_SETTINGS, decay: 5, baskets: 2, maxSize: 4 }

  test('by hand: 1000, 819 a basket later, over the root of the size', () => {
    const weights = basketWeights(settings)
    expect([...weights]).toEqual([0, 1000, 707, 577, 500, 0, 819, 579, 473, 409])
    // {0, 1} then {1} then {2}: q before {1} is 707 of 0 and 1; before {2} it is 579 of 0, 579 + 1000 of 1
    const { past, next } = basketSums(basketsOf(3, [[[0, 1], [1], [2]]]), settings)
    expect([...past.columns]).toEqual([0, 1, 0, 1])
    expect([...past.values]).toEqual([
      707 * 707 + 579 * 579,
      707 * 707 + 579 * 1579,
      707 * 707 + 579 * 1579,
      707 * 707 + 1579 * 1579,
    ])
    expect([...next.starts]).toEqual([0, 0, 2, 4])
    expect([...next.values]).toEqual([707, 707, 579, 1579])
  })

  test('are whole numbers, and those of all shoppers are the sums of each one’s', () => {
    const shopper = fc.array(fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 4 }), { maxLength: 5 })
    fc.assert(
      fc.property(shopper, shopper, (one, other) => {
        const dense = (shoppers: (typeof one)[]) => {
          const { past } = basketSums(basketsOf(5, shoppers), settings)
          const cells = new Float64Array(25)
          for (let row = 0; row < 5; row += 1) {
            for (let at = past.starts[row] ?? 0; at < (past.starts[row + 1] ?? 0); at += 1) {
              cells[row * 5 + (past.columns[at] ?? 0)] = past.values[at] ?? 0
            }
          }
          return cells
        }
        const [both, a, b] = [dense([one, other]), dense([one]), dense([other])]
        expect(both.every(Number.isInteger)).toBe(true)
        expect(both).toEqual(a.map((value, cell) => value + (b[cell] ?? 0)))
      }),
    )
  })
})

describe('the basket model', () => {
  // tea (0) is followed by milk (1); bread (2) is bought every time
  const shoppers = Array.from({ length: 30 }, (_, shopper) =>
    shopper % 2 === 0
      ? [
          [0, 2],
          [1, 2],
          [0, 2],
          [1, 2],
        ]
      : [
          [3, 2],
          [4, 2],
          [3, 2],
          [4, 2],
        ],
  )

  test('tells what follows from what comes again', async () => {
    const model = await basket().fit({ sequences: basketsOf(5, shoppers), content: null, asOfDay: null })
    const scores = new Float64Array(5)
    model.score(historyOf(basketsOf(5, [[[0, 2]]]), 0), scores)
    const order = [0, 1, 2, 3, 4].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
    expect(order.slice(0, 2)).toEqual([2, 1])
    expect(scores[1]).toBeGreaterThan(scores[4] ?? 0)
  })
})
