import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MetricMeans } from './metric-means.ts'
import { hitAt, ndcgAt, recallAt } from './ranking-metrics.ts'

describe('metrics of one ranked list', () => {
  const ranked = [7, 3, 9, 1, 5]
  const targets = new Set([3, 1, 8])

  test('recall divides hits by all targets, or by the places that there are', () => {
    expect(recallAt(2, ranked, targets, 'all-targets')).toBe(1 / 3)
    expect(recallAt(2, ranked, targets, 'capped-targets')).toBe(1 / 2)
    expect(recallAt(5, ranked, targets, 'capped-targets')).toBe(2 / 3)
  })

  test('ndcg discounts places 2 and 4 against the ideal places 1, 2 and 3', () => {
    // 1/log2(3) + 1/log2(5) = 0.630930 + 0.430677; 1 + 0.630930 + 0.5
    expect(ndcgAt(5, ranked, targets)).toBeCloseTo(1.061606 / 2.13093, 6)
    // at 1: nothing found; at 2: 0.630930 / 1.630930
    expect(ndcgAt(1, ranked, targets)).toBe(0)
    expect(ndcgAt(2, ranked, targets)).toBeCloseTo(0.386853, 6)
  })

  test('one target: ndcg is 1 / log2(place + 1), hit is recall', () => {
    expect(ndcgAt(10, [4, 2], new Set([2]))).toBeCloseTo(0.63093, 5)
    expect(recallAt(10, [4, 2], new Set([2]), 'all-targets')).toBe(1)
    expect(hitAt(1, [4, 2], new Set([2]))).toBe(0)
    expect(hitAt(2, [4, 2], new Set([2]))).toBe(1)
  })

  test('without targets everything is 0', () => {
    expect([ndcgAt(5, ranked, new Set()), recallAt(5, ranked, new Set(), 'capped-targets')]).toEqual([0, 0])
  })
})

describe('metrics of any list', () => {
  const lists = fc.record({
    ranked: fc.uniqueArray(fc.nat(30), { maxLength: 20 }),
    targets: fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 20 }).map((items) => new Set(items)),
    k: fc.integer({ min: 1, max: 15 }),
  })

  test('lie in [0, 1], and are 0 together', () => {
    fc.assert(
      fc.property(lists, ({ ranked, targets, k }) => {
        const recall = recallAt(k, ranked, targets, 'capped-targets')
        const ndcg = ndcgAt(k, ranked, targets)
        for (const value of [recall, ndcg]) expect(value >= 0 && value <= 1 + 1e-12).toBe(true)
        expect(recall === 0).toBe(hitAt(k, ranked, targets) === 0)
        expect(ndcg === 0).toBe(recall === 0)
      }),
    )
  })

  test('a list that begins with all targets is perfect', () => {
    fc.assert(
      fc.property(lists, ({ ranked, targets, k }) => {
        const perfect = [...targets, ...ranked.filter((item) => !targets.has(item))]
        expect(ndcgAt(k, perfect, targets)).toBeCloseTo(1, 12)
        expect(recallAt(k, perfect, targets, 'capped-targets')).toBe(1)
      }),
    )
  })

  test('moving a target one place forward never lowers ndcg, and recall grows with k', () => {
    fc.assert(
      fc.property(lists, fc.nat(18), ({ ranked, targets, k }, place) => {
        const [before, after] = [ranked[place], ranked[place + 1]]
        if (before === undefined || after === undefined || targets.has(before) || !targets.has(after)) return
        const better = ranked.with(place, after).with(place + 1, before)
        expect(ndcgAt(k, better, targets)).toBeGreaterThanOrEqual(ndcgAt(k, ranked, targets))
        expect(recallAt(k + 1, ranked, targets, 'all-targets')).toBeGreaterThanOrEqual(
          recallAt(k, ranked, targets, 'all-targets'),
        )
      }),
    )
  })
})

describe('means over users', () => {
  test('average each metric and count the distinct items shown', () => {
    const means = new MetricMeans({ cutoffs: [1, 2], itemCount: 10, rule: 'all-targets' })
    means.add([1, 2], new Set([1]))
    means.add([1, 3], new Set([3]))
    expect(means.at(1)).toEqual({ recall: 0.5, ndcg: 0.5, hit: 0.5, coverage: 0.1 })
    expect(means.at(2).recall).toBe(1)
    expect(means.at(2).ndcg).toBeCloseTo((1 + 0.63093) / 2, 5)
    expect(means.at(2).coverage).toBe(0.3)
    expect(means.userCount).toBe(2)
    expect(() => means.at(3)).toThrow('no sums at 3')
  })
})
