import { describe, expect, test } from 'vitest'
import type { FittedRecommender, Recommender, Training } from './recommender.ts'
import { historyOf, type ShopperHistory, sequencesOf, shopperCount } from './sequences.ts'
import { topItems } from './top-items.ts'

const ITEMS = 12
const SHOPPERS = 20

/**
 * A checkerboard: even shoppers have the even items, odd shoppers the odd ones, each but one of its colour,
 * and item 0 comes again at the end for every even shopper, so it is the most popular.
 */
export function checkerboard(): Training {
  const lists = Array.from({ length: SHOPPERS }, (_, shopper) => {
    const colour = shopper % 2
    const own = Array.from({ length: ITEMS / 2 }, (_unused, index) => 2 * index + colour)
    const missing = 2 * (Math.floor(shopper / 2) % (ITEMS / 2)) + colour
    const rotated = own.map((_item, index) => own[(index + Math.floor(shopper / 2)) % own.length] ?? 0)
    return [...rotated.filter((item) => item !== missing), ...(colour === 0 ? [0] : [])]
  })
  return { sequences: sequencesOf(ITEMS, lists), content: null, asOfDay: null }
}

/** The item of the shopper's colour that the shopper has not; of shopper 0 it is item 0, which it has. */
export const missingItem = (shopper: number): number =>
  2 * (Math.floor(shopper / 2) % (ITEMS / 2)) + (shopper % 2)

const history = (...items: number[]): ShopperHistory => ({ items: Int32Array.from(items), days: null })

function scoresOf(model: FittedRecommender, shopper: ShopperHistory): Float64Array {
  const scores = new Float64Array(ITEMS).fill(Number.NaN)
  model.score(shopper, scores)
  return scores
}

/** What every model promises, on a matrix with answers known by construction. One line runs it. */
export function recommenderContract(
  recommender: Recommender,
  knows: {
    /** First item for a shopper without a history. */
    readonly firstForStranger: number
    /** Best item for a shopper who had 4 and then, twice, 2, nothing masked; null if the construction does not say. */
    readonly firstForRepeater: number | null
    /** Whether items that go with the shopper's come first when the shopper's own are masked. */
    readonly completesTheColour: boolean
  },
): void {
  describe(`${recommender.name} keeps the contract of a recommender`, () => {
    const training = checkerboard()
    const queries = [history(), history(4), history(4, 2, 2), history(1, 3, 5, 7), history(0, 1, 2, 3)]

    test('every item gets a finite score, whatever the cells held before', async () => {
      const model = await recommender.fit(training)
      for (const query of queries) {
        const scores = scoresOf(model, query)
        expect(scores.every(Number.isFinite)).toBe(true)
        const again = scores.slice().fill(1e9)
        model.score(query, again)
        expect(again).toEqual(scores)
      }
    })

    test('base and contributions add up to the score', async () => {
      const model = await recommender.fit(training)
      for (const query of queries) {
        const scores = scoresOf(model, query)
        for (let item = 0; item < ITEMS; item += 1) {
          const { base, contributions } = model.explain(query, item)
          const sum = contributions.reduce((total, { value }) => total + value, base)
          expect(Math.abs(sum - (scores[item] ?? 0))).toBeLessThan(1e-6)
          for (const part of contributions) {
            if ('position' in part) expect(query.items[part.position]).toBe(part.item)
          }
        }
      }
    })

    test('two fits of the same training agree bit for bit', async () => {
      const [one, other] = [await recommender.fit(training), await recommender.fit(checkerboard())]
      for (const query of queries) expect(scoresOf(other, query)).toEqual(scoresOf(one, query))
    })

    test('a stranger and a repeater get what the construction says', async () => {
      const model = await recommender.fit(training)
      expect(topItems(scoresOf(model, history()), 1)[0]).toBe(knows.firstForStranger)
      if (knows.firstForRepeater === null) return
      expect(topItems(scoresOf(model, history(4, 2, 2)), 1)[0]).toBe(knows.firstForRepeater)
    })

    if (!knows.completesTheColour) return
    test('the one item of its colour that a shopper lacks comes first', async () => {
      const model = await recommender.fit(training)
      for (let shopper = 0; shopper < shopperCount(training.sequences); shopper += 1) {
        const query = historyOf(training.sequences, shopper)
        if (query.items.includes(missingItem(shopper))) continue
        const scores = scoresOf(model, query)
        for (const item of query.items) scores[item] = Number.NEGATIVE_INFINITY
        expect(topItems(scores, 1)[0]).toBe(missingItem(shopper))
      }
    })
  })
}
