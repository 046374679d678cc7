import { expect, test } from 'vitest'
import { popular } from '../../models/baselines/popular.ts'
import type { Recommender } from '../../models/recommender.ts'
import { sequencesOf } from '../../models/sequences.ts'
import { type Extras, evaluateModels } from './evaluate-models.ts'
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
  ablation: () => ({
    drivers: ['history', 'affinity'],
    whole: next('whole', 1),
    without: (driver) => next('whole', driver === 'affinity' ? 0 : 1),
  }),
}

const CHAINS = Array.from({ length: 12 }, (_, n) => [n + 11, n + 12, n + 13, n + 14])
const PLAIN: Extras = {
  details: false,
  variants: false,
  slices: false,
  ablate: false,
  strangers: false,
  cutoffDays: [],
}

test('each driver taken away is a line with its difference, for the models that have drivers', async () => {
  const rows: Evaluation[] = []
  const lines = evaluateModels({
    data: 'rows',
    interactions: { sequences: sequencesOf(40, CHAINS), content: null },
    protocol: protocolNamed('leave-one-out'),
    options: { cutoffDay: undefined },
    models: [popular, whole],
    extras: { ...PLAIN, ablate: true },
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

test('with details a slice has its difference from the first model on the same questions', async () => {
  const rows: Evaluation[] = []
  const lines = evaluateModels({
    data: 'rows',
    interactions: { sequences: sequencesOf(40, CHAINS), content: null },
    protocol: protocolNamed('leave-one-out'),
    options: { cutoffDay: undefined },
    models: [next('blind', 0), whole],
    extras: { ...PLAIN, details: true, slices: true },
    onProgress: () => {},
  })
  for await (const row of lines) rows.push(row)
  const cold = rows.filter(({ variant }) => variant === 'slice:cold')
  expect(cold.map(({ model, against }) => [model, against])).toEqual([
    ['blind', undefined],
    ['whole', 'blind'],
  ])
  expect(cold[1]?.['recall@10_difference']).toEqual([1, 1, 1])
})
