import { describe, expect, test } from 'vitest'
import type { Manifest } from '../manifest.ts'
import { completeManifest } from '../manifest.ts'
import { trainedModel } from './artefact-registry.contract.ts'
import { judge } from './gates.ts'

const measured = (metrics: Readonly<Record<string, number>>): Manifest =>
  completeManifest({ ...trainedModel(1).manifest, metrics }, [])

const good = measured({ evaluated_users: 200, 'ndcg@10': 0.1, 'popular_ndcg@10': 0.1 })

describe('the gates', () => {
  test('let a model through that is no worse than what everybody buys', () => {
    expect(judge(good, null)).toEqual({ judged: true, refusals: [] })
  })

  test('refuse a worse one, with the figures', () => {
    const worse = measured({ evaluated_users: 200, 'ndcg@10': 0.09, 'popular_ndcg@10': 0.1 })
    const { refusals } = judge(worse, null)
    expect(refusals).toEqual(['ndcg@10 0.09 of 200 shoppers is below 1 x 0.1, that of what everybody buys'])
  })

  test('refuse one that fell far below the current model', () => {
    const current = measured({ evaluated_users: 500, 'ndcg@10': 0.13, 'popular_ndcg@10': 0.1 })
    expect(judge(good, current).refusals).toHaveLength(1)
    const close = measured({ evaluated_users: 500, 'ndcg@10': 0.125, 'popular_ndcg@10': 0.1 })
    expect(judge(good, close).refusals).toEqual([])
  })

  test('judge nothing by a handful of shoppers', () => {
    const few = measured({ evaluated_users: 199, 'ndcg@10': 0, 'popular_ndcg@10': 0.1 })
    expect(judge(few, good)).toEqual({ judged: false, refusals: [] })
    expect(judge(measured({}), good)).toEqual({ judged: false, refusals: [] })
  })
})
