import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitQuantiser, quantise, quantiserOf, valueBinCount } from './quantiser.ts'

const column = (values: readonly number[]) => ({
  rowCount: values.length,
  featureCount: 1,
  values: Float32Array.from(values),
})
const binsOf = (values: readonly number[], edges: readonly number[]) =>
  [...quantise(quantiserOf([edges]), column(values)).bins].slice(0, values.length)

test('a value is in the first bin whose upper edge it does not exceed; missing is bin 0', () => {
  expect(binsOf([-1, 1, 1.5, 2, 9, Number.NaN], [1, 2])).toEqual([1, 1, 2, 2, 3, 0])
})

test('few values get a bin each, with edges midway', () => {
  const quantiser = fitQuantiser(column([4, 1, 2, 2, Number.NaN, 4, 4]))
  expect([...quantiser.edges]).toEqual([1.5, 3])
  expect(valueBinCount(quantiser, 0)).toBe(3)
})

test('a feature of one value, or of none, has one bin', () => {
  expect(fitQuantiser(column([5, 5])).edges).toHaveLength(0)
  expect(fitQuantiser(column([Number.NaN])).edges).toHaveLength(0)
})

test('many values fill the bins about evenly, and a frequent value has one alone', () => {
  const values = Array.from({ length: 10_000 }, (_, row) => (row % 2 === 0 ? 0.5 : row / 10_000))
  const quantiser = fitQuantiser(column(values), { valueBins: 32 })
  const counts = new Map<number, number>()
  for (const bin of quantise(quantiser, column(values)).bins) counts.set(bin, (counts.get(bin) ?? 0) + 1)
  const sizes = [...counts.values()].toSorted((a, b) => b - a)
  expect(sizes[0]).toBeLessThan(5100)
  expect(sizes[1]).toBeLessThan(400)
  expect(counts.size).toBeGreaterThan(24)
  expect(counts.size).toBeLessThanOrEqual(32)
})

test('bins are in the order of the values, and never above 127', () => {
  const float = fc.float({ noDefaultInfinity: true, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(float, { minLength: 1, maxLength: 400 }),
      fc.integer({ min: 2, max: 127 }),
      (values, valueBins) => {
        const table = column(values)
        const { bins } = quantise(fitQuantiser(table, { valueBins }), table)
        const rows = values
          .map((_, row) => row)
          .sort((a, b) => (table.values[a] ?? 0) - (table.values[b] ?? 0))
        const sorted = rows.map((row) => bins[row] ?? 0)
        expect(sorted).toEqual(sorted.toSorted((a, b) => a - b))
        expect(Math.max(...sorted)).toBeLessThanOrEqual(valueBins)
        expect(Math.min(...sorted)).toBeGreaterThan(0)
      },
    ),
  )
})

test('the guide gives what a search through all edges gives', () => {
  const float = fc.float({ noDefaultInfinity: true, noNaN: true })
  fc.assert(
    fc.property(
      fc.uniqueArray(float, { maxLength: 60 }),
      fc.array(float, { maxLength: 60 }),
      (some, others) => {
        const edges = [...new Float64Array(some).sort()].filter((edge, index, all) => edge !== all[index - 1])
        const values = [...some, ...others]
        expect(binsOf(values, edges)).toEqual(
          values.map((value) => 1 + edges.filter((edge) => value > edge).length),
        )
      },
    ),
  )
})

test('the same seed samples the same rows', () => {
  const table = column(Array.from({ length: 5000 }, (_, row) => Math.sin(row)))
  expect(fitQuantiser(table, { sampleRows: 500 })).toEqual(fitQuantiser(table, { sampleRows: 500 }))
  expect(fitQuantiser(table, { sampleRows: 500, seed: 2 })).not.toEqual(
    fitQuantiser(table, { sampleRows: 500 }),
  )
})

test('an infinite value is refused by name', () => {
  expect(() => fitQuantiser(column([1, Number.POSITIVE_INFINITY]))).toThrow('feature 0 is infinite in row 1')
})
