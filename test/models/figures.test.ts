import { describe, expect, test } from 'vitest'
import { modelsNamed } from '../../src/cli/evaluation/models.ts'
import type { Recommender } from '../../src/models/recommender.ts'
import { expectFigures, measured } from './measured.ts'

/** The shopper's own items by how often, and nothing else: what is published as the personal top. */
const ownItems: Recommender = {
  name: 'own items',
  fit: async () => ({
    score: ({ items }, scores) => {
      scores.fill(0)
      for (const item of items) scores[item] = (scores[item] ?? 0) + 1
    },
    explain: () => ({ base: 0, contributions: [] }),
  }),
}

describe('dunnhumby-carbo, next basket', () => {
  test('the plain top is the published one to four digits, so the protocol is theirs', async (context) => {
    const [popular] = await measured(context, {
      data: 'dunnhumby-carbo',
      protocol: 'next-basket',
      models: modelsNamed('popular'),
    })
    expect(popular?.users).toBe(1803)
    expect(popular?.['recall@10']).toBeCloseTo(0.1618, 4)
    expect(popular?.['ndcg@10']).toBeCloseTo(0.0878, 4)
    expect(popular?.['hit@10']).toBeCloseTo(0.2274, 4)
  })

  test('the personal top is the published .4104 / .3174 / .5031 but for what fills lists of few items', async (context) => {
    const [own] = await measured(context, {
      data: 'dunnhumby-carbo',
      protocol: 'next-basket',
      models: [ownItems],
    })
    // A shopper has about four items here; the other places go to items by number, there to whatever came out.
    expect(Math.abs((own?.['recall@10'] ?? 0) / 0.4104 - 1)).toBeLessThan(0.03)
    expect(Math.abs((own?.['ndcg@10'] ?? 0) / 0.3174 - 1)).toBeLessThan(0.03)
    expect(Math.abs((own?.['hit@10'] ?? 0) / 0.5031 - 1)).toBeLessThan(0.03)
  })

  test('basket reaches .4868 / .3504', async (context) => {
    const [row] = await measured(context, {
      data: 'dunnhumby-carbo',
      protocol: 'next-basket',
      models: modelsNamed('basket'),
    })
    expectFigures(row, { 'recall@10': 0.4902, 'ndcg@10': 0.3508, 'hit@10': 0.5846 })
    expect(row?.['recall@10']).toBeGreaterThanOrEqual(0.4868)
    expect(row?.['ndcg@10']).toBeGreaterThanOrEqual(0.3504)
  })
})

describe('amazon-beauty, leave one out', () => {
  test('affinity reaches .1200 / .0730; item-knn and popular are as documented', async (context) => {
    const [popular, knn, affinity] = await measured(context, {
      data: 'amazon-beauty',
      protocol: 'leave-one-out',
      models: modelsNamed('popular,item-knn,affinity'),
    })
    expect(affinity?.users).toBe(22_363)
    expectFigures(popular, { 'recall@10': 0.01154, 'ndcg@10': 0.00546 })
    expectFigures(knn, { 'recall@10': 0.0724, 'ndcg@10': 0.0429 })
    expectFigures(affinity, { 'recall@10': 0.1208, 'ndcg@10': 0.0734 })
    expect(affinity?.['recall@10']).toBeGreaterThanOrEqual(0.12)
    expect(affinity?.['ndcg@10']).toBeGreaterThanOrEqual(0.073)
  })
})

describe('complete-journey, next basket', () => {
  test('popular and frequency over 68,260 products, as documented', async (context) => {
    const [popular, frequency] = await measured(context, {
      data: 'complete-journey',
      protocol: 'next-basket',
      models: modelsNamed('popular,frequency'),
    })
    expect(popular?.users).toBe(2438)
    expect(popular?.['coverage@10']).toBeCloseTo(10 / 68_260, 6)
    expectFigures(popular, { 'recall@10': 0.0809, 'ndcg@10': 0.0809, 'hit@10': 0.3113 })
    expectFigures(frequency, { 'recall@10': 0.1418, 'ndcg@10': 0.1685, 'hit@10': 0.5012 })
  })
})

describe('adventureworks, shoppers without a history', () => {
  test('who they are adds to what is popular, beyond chance', async (context) => {
    const rows = await measured(context, {
      data: 'adventureworks',
      protocol: 'next-period',
      models: modelsNamed('popular,demographics'),
      extras: { strangers: true },
    })
    const demographics = rows.find((row) => row.variant === 'strangers' && row.model === 'demographics')
    expect(demographics?.users).toBe(2113)
    expectFigures(demographics, { 'recall@10': 0.4233, 'ndcg@10': 0.2865 })
    expect(demographics?.['ndcg@10_difference']?.[1]).toBeGreaterThan(0)
  })
})

describe('online-retail, the 30 days from day 343', () => {
  test('full reaches .377 / .386', async (context) => {
    const [row] = await measured(context, {
      data: 'online-retail',
      protocol: 'next-period',
      models: modelsNamed('full'),
    })
    expect(row?.users).toBe(1387)
    expectFigures(row, { 'recall@10': 0.379, 'ndcg@10': 0.3886, 'hit@10': 0.8572 })
    expect(row?.['recall@10']).toBeGreaterThanOrEqual(0.377)
    expect(row?.['ndcg@10']).toBeGreaterThanOrEqual(0.386)
  })
})
