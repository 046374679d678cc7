import { expect, test } from 'vitest'
import { popular } from '../../models/baselines/popular.ts'
import type { Recommender } from '../../models/recommender.ts'
import { sequencesOf } from '../../models/sequences.ts'
import { evaluateModels } from './evaluate-models.ts'
import { protocolNamed } from './protocols.ts'
import type { Evaluation } from './rows.ts'

/** Puts the last item plus 1 first, which is right in the data below; without its driver it knows nothing. */
const next = (name: string, knows: number): Recommender => ({
  name,
  fit: async () => ({
    score: ({ items }, scores) => {
      scores.fill(0)
      const item = (items.at(-1) ?? 0) + 1
      if (item < scores.length) scores[item] = knows
    },
    explain: () => ({ base: 0, contributions: [] }),
  }),
})

const whole: Recommender = {
  ...next('whole', 1),
  ablation: {
    drivers: ['history', 'affinity'],
    without: (driver) => next('whole', driver === 'affinity' ? 0 : 1),
  },
}

test('each driver taken away is a line with its difference, for the models that have drivers', async () => {
  const sequences = sequencesOf(
    40,
    Array.from({ length: 12 }, (_, n) => [n + 11, n + 12, n + 13, n + 14]),
  )
  const rows: Evaluation[] = []
  const lines = evaluateModels({
    data: 'rows',
    interactions: { sequences, content: null },
    protocol: protocolNamed('leave-one-out'),
    options: { cutoffDay: undefined },
    models: [popular, whole],
    extras: {
      details: false,
      variants: false,
      slices: false,
      ablate: true,
      strangers: false,
      cutoffDays: [],
    },
    onProgress: () => {},
  })
  for await (const row of lines) rows.push(row)
  expect(rows.map(({ model, variant }) => [model, variant])).toEqual([
    ['popular', undefined],
    ['whole', undefined],
    ['whole', 'without:history'],
    ['whole', 'without:affinity'],
  ])
  expect(rows[1]).toMatchObject({ 'recall@5': 1, 'ndcg@10': 1 })
  expect(rows[2]).toMatchObject({ 'ndcg@10_difference': [0, 0, 0], against: 'whole' })
  expect(rows[3]).toMatchObject({ 'recall@10_difference': [-1, -1, -1] })
})
