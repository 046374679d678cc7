import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/random.ts'
import { cosineNeighbours, unitRows } from '../linalg/cosine-neighbours.ts'
import { fromEntries, type SparseRows } from '../linalg/sparse-rows.ts'
import { attributeFeatures } from './attribute-features.ts'
import { terms, titleFeatures } from './title-features.ts'

const row = ({ starts, columns, values }: SparseRows, index: number): Record<number, number> =>
  Object.fromEntries(
    Array.from(columns.subarray(starts[index], starts[index + 1]), (column, offset) => [
      column,
      values[(starts[index] ?? 0) + offset] ?? 0,
    ]),
  )

describe('titles', () => {
  test('terms are words of two characters or more, and pairs of neighbours', () => {
    expect(terms('OPI Nail-Lacquer, 15 ml a é')).toEqual([
      'opi',
      'nail',
      'lacquer',
      '15',
      'ml',
      'opi nail',
      'nail lacquer',
      'lacquer 15',
      '15 ml',
    ])
    expect(terms('')).toEqual([])
  })

  test('TF-IDF with 1 + ln(tf), smooth idf, terms of at least two titles', () => {
    const features = titleFeatures(['red red nail', 'red brush', 'comb'])
    // `red` is in 2 of 3 titles: ln(4 / 3) + 1; all other terms are in one
    expect(features.columnCount).toBe(1)
    expect(row(features, 0)).toEqual({ 0: expect.closeTo((1 + Math.log(2)) * (Math.log(4 / 3) + 1), 12) })
    expect(row(features, 1)).toEqual({ 0: expect.closeTo(1.287682, 6) })
    expect(row(features, 2)).toEqual({})
  })
})

describe('attributes', () => {
  test('weigh ln(items / items with it); what all have weighs nothing', () => {
    const features = attributeFeatures([[1, 2], [1], [1, 3], [1, 3]])
    expect(row(features, 0)).toEqual({ 1: 0, 2: expect.closeTo(Math.log(4), 12) })
    expect(row(features, 2)).toEqual({ 1: 0, 3: expect.closeTo(Math.log(2), 12) })
  })
})

/** The meaning: the cosine of each pair of rows. */
function nearestOfAll(features: SparseRows, count: number): SparseRows {
  const unit = unitRows(features)
  const size = unit.rowCount
  const dense = Array.from({ length: size }, (_, index) => row(unit, index))
  const product = (a: number, b: number): number =>
    Object.entries(dense[a] ?? {}).reduce(
      (sum, [column, value]) => sum + value * (dense[b]?.[Number(column)] ?? 0),
      0,
    )
  const kept = new Map<number, Map<number, number>>()
  for (let one = 0; one < size; one += 1) kept.set(one, new Map())
  for (let one = 0; one < size; one += 1) {
    const others = Array.from({ length: size }, (_, other) => ({ other, value: product(one, other) }))
    const best = others.filter(({ other, value }) => other !== one && value > 0)
    best.sort((a, b) => b.value - a.value || a.other - b.other)
    for (const { other, value } of best.slice(0, count)) {
      kept.get(one)?.set(other, value)
      kept.get(other)?.set(one, value)
    }
  }
  const entries = [...kept].flatMap(([one, own]) =>
    Array.from(own, ([other, value]) => ({ one, other, value })),
  )
  return fromEntries(
    { rowCount: size, columnCount: size },
    {
      rows: Int32Array.from(entries, ({ one }) => one),
      columns: Int32Array.from(entries, ({ other }) => other),
      values: Float64Array.from(entries, ({ value }) => value),
    },
  )
}

describe('cosine neighbours', () => {
  test('of (3, 4), (4, 3), (1, 0), worked by hand: 24/25, 3/5, 4/5', () => {
    const features: SparseRows = {
      rowCount: 3,
      columnCount: 2,
      starts: Int32Array.of(0, 2, 4, 5),
      columns: Int32Array.of(0, 1, 0, 1, 0),
      values: Float64Array.of(3, 4, 4, 3, 1),
    }
    const all = cosineNeighbours(features, 5)
    expect(row(all, 0)).toEqual({ 1: expect.closeTo(0.96, 12), 2: expect.closeTo(0.6, 12) })
    // each keeps one: 0 keeps 1, 1 keeps 0, 2 keeps 1; so 1 has both and 0-2 is dropped
    const nearest = cosineNeighbours(features, 1)
    expect(row(nearest, 0)).toEqual({ 1: expect.closeTo(0.96, 12) })
    expect(row(nearest, 1)).toEqual({ 0: expect.closeTo(0.96, 12), 2: expect.closeTo(0.8, 12) })
    expect(row(nearest, 2)).toEqual({ 1: expect.closeTo(0.8, 12) })
  })

  test('are those of comparing every row with every other, bit for bit, though not all are looked through', () => {
    const rowCount = 250
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, count) => {
        const random = seededRandom(seed)
        // Columns that nearly all rows have, some, and few; of equal rows there are many.
        const attributes = Array.from({ length: rowCount }, () => [
          random.below(2),
          2 + random.below(8),
          10 + random.below(60),
          ...(random.next() < 0.3 ? [70 + random.below(200)] : []),
        ])
        const features = attributeFeatures(attributes)
        expect(cosineNeighbours(features, count)).toEqual(nearestOfAll(features, count))
      }),
      { numRuns: 6 },
    )
  })

  test('are symmetric bit for bit, in (0, 1], without a diagonal', () => {
    const lists = fc.array(fc.uniqueArray(fc.nat(8), { maxLength: 5 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 4 }), (attributes, count) => {
        const similarity = cosineNeighbours(attributeFeatures(attributes), count)
        for (let index = 0; index < similarity.rowCount; index += 1) {
          for (const [other, value] of Object.entries(row(similarity, index))) {
            expect(Number(other)).not.toBe(index)
            expect(value > 0 && value <= 1 + 1e-12).toBe(true)
            expect(row(similarity, Number(other))[index]).toBe(value)
          }
        }
      }),
    )
  })
})
