import { describe, expect, test } from 'vitest'
import { historyOf, type Sequences, sequencesOf, shopperCount } from '../sequences.ts'
import { nextClick } from './next-click.ts'

const lists = (sequences: Sequences) =>
  Array.from({ length: shopperCount(sequences) }, (_, shopper) => [...historyOf(sequences, shopper).items])

describe('next click', () => {
  test('without time: every tenth session, at each step but the first; validation sees nothing of the test', () => {
    const sequences = sequencesOf(9, [...Array.from({ length: 8 }, () => [0, 1]), [2, 3], [4, 5, 6]])
    const split = nextClick({ sequences, content: null }, 'test')
    expect(lists(split.queries)).toEqual([[4], [4, 5]])
    expect(split.targets).toEqual([new Set([5]), new Set([6])])
    expect(lists(split.training.sequences)).toEqual(lists(sequences).slice(0, 9))
    const validation = nextClick({ sequences, content: null }, 'validation')
    expect(lists(validation.queries)).toEqual([[2]])
    expect(lists(validation.training.sequences)).toEqual(lists(sequences).slice(0, 8))
  })

  test('with instants: cut at pauses of half an hour, the latest tenth is asked', () => {
    const minutes = [0, 10, 50, 60, 5, 100, 110]
    const base = sequencesOf(9, [
      [0, 1, 2, 3],
      [4, 5, 6],
    ])
    const atMs = Float64Array.from(minutes, (minute) => minute * 60_000)
    const columns = { quantities: null, priceCents: null, discountCents: null }
    const sequences = { ...base, lines: { orders: new Int32Array(7), atMs, ...columns } }
    const split = nextClick({ sequences, content: null }, 'test')
    expect(lists(split.training.sequences)).toEqual([[0, 1], [4], [2, 3]])
    expect(lists(split.queries)).toEqual([[5]])
    expect([...(split.queries.asOfMs ?? [])]).toEqual([110 * 60_000])
  })
})
