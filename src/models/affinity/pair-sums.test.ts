import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FUTURE_WEIGHTS,
  PAST_BY_GAP_AND_REST,
  PAST_WEIGHTS,
  SUCCESSION_BY_GAP,
} from '../../catalog/pairs/gap-weights.ts'
import type { SparseRows } from '../linalg/sparse-rows.ts'
import { sequencesOf } from '../sequences.ts'
import { pairSumsInProcess } from './pair-sums.ts'

const cell = ({ starts, columns, values }: SparseRows, row: number, column: number): number => {
  for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at += 1) {
    if (columns[at] === column) return values[at] ?? 0
  }
  return 0
}

describe('tables by gap', () => {
  test('past and future weights are round(1000 exp(-g / tau)), zero under 20', () => {
    expect(PAST_WEIGHTS).toEqual([1000, 779, 607, 472, 368, 287, 223, 174, 135, 105, 82, 64, 50, 39, 30, 24])
    expect(FUTURE_WEIGHTS).toEqual([1000, 513, 264, 135, 69, 36])
  })

  test('succession: k[1] = w_p[0] w_f[0], k[2] = w_p[0] w_f[1] + w_p[1] w_f[0], the last gap is 15 + 5 + 1', () => {
    expect(SUCCESSION_BY_GAP[0]).toBe(0)
    expect(SUCCESSION_BY_GAP[1]).toBe(1_000_000)
    expect(SUCCESSION_BY_GAP[2]).toBe(513_000 + 779_000)
    expect(SUCCESSION_BY_GAP[3]).toBe(264_000 + 779 * 513 + 607_000)
    expect(SUCCESSION_BY_GAP[21]).toBe(24 * 36)
    expect(SUCCESSION_BY_GAP.length).toBe(22)
  })

  test('past: p[g][r] = sum over t <= r of w_p[t + g] w_p[t]', () => {
    expect(PAST_BY_GAP_AND_REST[0]?.[0]).toBe(1_000_000)
    expect(PAST_BY_GAP_AND_REST[0]?.[1]).toBe(1_000_000 + 779 * 779)
    expect(PAST_BY_GAP_AND_REST[2]?.[1]).toBe(607 * 1000 + 472 * 779)
    expect(PAST_BY_GAP_AND_REST[15]?.[15]).toBe(24 * 1000)
    expect(PAST_BY_GAP_AND_REST.length).toBe(16)
  })
})

describe('pair sums', () => {
  test('of one shopper with items 0, 1, 0, 2, worked by hand', async () => {
    const { past, succession, together } = await pairSumsInProcess(sequencesOf(3, [[0, 1, 0, 2]]))
    // gaps: 0-1 at 1, 0-0 at 2, 0-2 at 3 and 1, 1-0 at 1, 1-2 at 2
    expect(cell(succession, 0, 1)).toBe(1_000_000)
    expect(cell(succession, 0, 0)).toBe(1_292_000)
    expect(cell(succession, 0, 2)).toBe(264_000 + 779 * 513 + 607_000 + 1_000_000)
    expect(cell(succession, 1, 2)).toBe(1_292_000)
    expect(cell(succession, 2, 0)).toBe(0)
    // prefixes with a future end at 0, 1 and 2; the last event is in the past of none
    expect(cell(past, 0, 0)).toBe(
      1_000_000 + 779 * 779 + 607 * 607 + 1_000_000 + 2 * 607_000, // item 0 at 0, at 2, and both
    )
    expect(cell(past, 0, 1)).toBe(779_000 + 607 * 779 + 779_000)
    expect(cell(past, 1, 0)).toBe(cell(past, 0, 1))
    expect(cell(past, 2, 2)).toBe(0)
    expect([0, 1, 2].map((item) => cell(together, item, item))).toEqual([1, 1, 1])
    expect(cell(together, 0, 2)).toBe(1)
  })

  test('equal the definition: sums over prefixes of p p-transposed and p f-transposed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(4), { maxLength: 30 }), async (items) => {
        const expectedPast = Array.from({ length: 25 }, () => 0)
        const expectedSuccession = Array.from({ length: 25 }, () => 0)
        for (let t = 0; t < items.length - 1; t += 1) {
          const p = [0, 0, 0, 0, 0]
          const f = [0, 0, 0, 0, 0]
          for (const [s, item] of items.entries()) {
            if (s <= t) p[item] = (p[item] ?? 0) + (PAST_WEIGHTS[t - s] ?? 0)
            else f[item] = (f[item] ?? 0) + (FUTURE_WEIGHTS[s - t - 1] ?? 0)
          }
          for (let i = 0; i < 25; i += 1) {
            const [row, column] = [Math.floor(i / 5), i % 5]
            expectedPast[i] = (expectedPast[i] ?? 0) + (p[row] ?? 0) * (p[column] ?? 0)
            expectedSuccession[i] = (expectedSuccession[i] ?? 0) + (p[row] ?? 0) * (f[column] ?? 0)
          }
        }
        const { past, succession } = await pairSumsInProcess(sequencesOf(5, [items]))
        const all = (matrix: SparseRows) =>
          Array.from({ length: 25 }, (_, i) => cell(matrix, Math.floor(i / 5), i % 5))
        expect(all(past)).toEqual(expectedPast)
        expect(all(succession)).toEqual(expectedSuccession)
      }),
    )
  })

  test('add up over shoppers: taking one out subtracts its own sums', async () => {
    const lists = [
      [0, 1, 2, 1],
      [2, 0, 1],
    ]
    const [both, one, other] = await Promise.all(
      [lists, lists.slice(0, 1), lists.slice(1)].map((some) => pairSumsInProcess(sequencesOf(3, some))),
    )
    for (const name of ['past', 'succession', 'together'] as const) {
      for (let i = 0; i < 9; i += 1) {
        const at = (sums: typeof both) =>
          sums === undefined ? Number.NaN : cell(sums[name], Math.floor(i / 3), i % 3)
        expect(at(both) - at(one)).toBe(at(other))
      }
    }
  })
})
