import { describe, expect, test } from 'vitest'
import { historyOf, sequencesOf } from '../sequences.ts'
import { lastDay, leaveOneOut, nextPeriod } from './split.ts'

const lists = (sequences: Parameters<typeof historyOf>[0]) =>
  Array.from({ length: sequences.starts.length - 1 }, (_, shopper) => [
    ...historyOf(sequences, shopper).items,
  ])

describe('leave-one-out', () => {
  const sequences = sequencesOf(6, [
    [0, 1, 2, 3],
    [4, 5],
    [3, 2, 1],
  ])

  test('test: learns from all but the last two, asks with all but the last', () => {
    const split = leaveOneOut({ sequences, content: null }, 'test')
    expect(lists(split.training.sequences)).toEqual([[0, 1], [4, 5], [3]])
    expect(lists(split.queries)).toEqual([
      [0, 1, 2],
      [3, 2],
    ])
    expect(split.targets).toEqual([new Set([3]), new Set([1])])
    expect(split.masksSeen).toBe(true)
  })

  test('validation: the same training, the event before the last is the target', () => {
    const split = leaveOneOut({ sequences, content: null }, 'validation')
    expect(lists(split.training.sequences)).toEqual([[0, 1], [4, 5], [3]])
    expect(lists(split.queries)).toEqual([[0, 1], [3]])
    expect(split.targets).toEqual([new Set([2]), new Set([2])])
  })

  test('repeats are right answers where the data has some', () => {
    const repeated = sequencesOf(3, [[0, 1, 0]])
    expect(leaveOneOut({ sequences: repeated, content: null }, 'test').masksSeen).toBe(false)
  })
})

describe('next period', () => {
  const sequences = sequencesOf(
    5,
    [[0, 1, 1, 2], [3], [4, 0], [2, 2]],
    [[0, 9, 10, 39], [3], [10, 12], [9, 40]],
  )

  test('targets are the distinct items of the period, of shoppers with a past', () => {
    const split = nextPeriod({ sequences, content: null }, { cutoffDay: 10, horizonDays: 30 })
    expect(lists(split.training.sequences)).toEqual([[0, 1], [3], [], [2]])
    expect(lists(split.queries)).toEqual([[0, 1]])
    expect(split.targets).toEqual([new Set([1, 2])])
    expect(split.training.asOfDay).toBe(10)
    expect(split.masksSeen).toBe(false)
  })

  test('the last day is that of the latest event', () => {
    expect(lastDay(sequences)).toBe(40)
  })
})
