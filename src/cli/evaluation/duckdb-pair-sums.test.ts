import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pairSumsInProcess } from '../../models/affinity/pair-sums.ts'
import { leaveOneOut } from '../../models/evaluation/split.ts'
import { sequencesOf } from '../../models/sequences.ts'
import { readDataSet } from './data-sets.ts'
import { pairSumsByDuckDb } from './duckdb-pair-sums.ts'

const beauty = resolve(import.meta.dirname, '../../../../shared/data/amazon-beauty')

describe('pair sums by SQL equal those in process, number for number', () => {
  test('on random sequences with repeats, empty and long ones', async () => {
    const lists = fc.array(fc.array(fc.nat(6), { maxLength: 45 }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(lists, async (sequences) => {
        const input = sequencesOf(7, sequences)
        expect(await pairSumsByDuckDb(input)).toEqual(await pairSumsInProcess(input))
      }),
      { numRuns: 25 },
    )
  })

  test('beyond the limits of 1,000 events and 200 distinct items', async () => {
    const list = Array.from({ length: 1100 }, (_, index) => (index * 7) % 301)
    const input = sequencesOf(301, [list, list.slice(0, 5)])
    expect(await pairSumsByDuckDb(input)).toEqual(await pairSumsInProcess(input))
  })

  test('on Amazon Beauty', { timeout: 180_000 }, async (context) => {
    if (!existsSync(beauty)) context.skip('../shared/data/amazon-beauty is absent')
    const { interactions } = await readDataSet(beauty, undefined)
    const { sequences } = leaveOneOut(interactions, 'test').training
    const [sql, inProcess] = [await pairSumsByDuckDb(sequences), await pairSumsInProcess(sequences)]
    for (const name of ['past', 'succession', 'together'] as const) {
      for (const part of ['starts', 'columns', 'values'] as const) {
        const [a, b] = [sql[name][part], inProcess[name][part]]
        expect(a.length, `${name} ${part}`).toBe(b.length)
        expect(
          a.findIndex((value, index) => value !== b[index]),
          `${name} ${part}`,
        ).toBe(-1)
      }
    }
  })
})
