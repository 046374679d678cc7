import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { historyOf, type Sequences, sequencesOf, stretchesOf } from './sequences.ts'

const sequences: Sequences = {
  ...sequencesOf(5, [[4, 3, 2], [], [1]], [[0, 1, 1], [], [7]]),
  lines: {
    orders: Int32Array.of(0, 1, 1, 0),
    atMs: Float64Array.of(10, 20, 20, 30),
    quantities: null,
    priceCents: Int32Array.of(100, 200, 300, 400),
    discountCents: null,
  },
  people: ['GB', null, 'FR'].map((location) => ({ birthYear: null, gender: null, location })),
}

describe('stretches of histories', () => {
  test('carry columns and people along, in any order', () => {
    const cut = stretchesOf(sequences, [
      { shopper: 2, from: 0, to: 1 },
      { shopper: 0, from: 1, to: 3 },
    ])
    expect(historyOf(cut, 1)).toEqual({
      items: Int32Array.of(3, 2),
      days: Int32Array.of(1, 1),
      lines: {
        orders: Int32Array.of(1, 1),
        atMs: Float64Array.of(20, 20),
        quantities: null,
        priceCents: Int32Array.of(200, 300),
        discountCents: null,
      },
      person: { birthYear: null, gender: null, location: 'GB' },
    })
    expect([...historyOf(cut, 0).items]).toEqual([1])
  })

  test('an empty stretch still knows who the shopper is', () => {
    const cut = stretchesOf(sequences, [{ shopper: 2, from: 0, to: 0 }])
    expect(historyOf(cut, 0)).toMatchObject({ items: new Int32Array(), person: { location: 'FR' } })
  })

  test('whole stretches give the sequences back', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(6))), (lists) => {
        const whole = sequencesOf(7, lists)
        const stretches = lists.map(({ length }, shopper) => ({ shopper, from: 0, to: length }))
        expect(stretchesOf(whole, stretches)).toEqual(whole)
      }),
    )
  })
})
