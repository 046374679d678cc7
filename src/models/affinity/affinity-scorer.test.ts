import { expect, test } from 'vitest'
import { affinityScorer } from './affinity-scorer.ts'

const scorer = affinityScorer(
  {
    itemCount: 3,
    starts: Int32Array.of(0, 1, 3, 3),
    targets: Int32Array.of(2, 0, 2),
    weights: Float32Array.of(0.5, 1, 0.25),
  },
  ['mug', 'tea', 'pot'],
)

test('scores what the history reaches, newest first, and the contributions add up', () => {
  const history = ['tea', 'mug']
  const scores = scorer.scores(history)
  expect([...scores.keys()].sort()).toEqual(['mug', 'pot'])
  expect(scores.get('mug')).toBe(1)
  expect(scores.get('pot')).toBe(0.25 + 0.5 * Math.exp(-1 / 2.5))
  expect(scorer.explain(history, 'pot')).toEqual([
    { sku: 'tea', contribution: 0.25 },
    { sku: 'mug', contribution: 0.5 * Math.exp(-1 / 2.5) },
  ])
  expect(scorer.explain(history, 'tea')).toEqual([])
})

test('an unknown sku keeps its place in the history and gives nothing', () => {
  expect(scorer.scores(['new', 'tea']).get('mug')).toBe(Math.exp(-1 / 2.5))
  expect(scorer.scores(['new']).size).toBe(0)
  expect(scorer.explain(['tea'], 'new')).toEqual([])
  expect(scorer.similar('new', 3)).toEqual([])
})

test('names similar products, best first', () => {
  expect(scorer.similar('tea', 3)).toEqual([
    { sku: 'mug', score: 1 },
    { sku: 'pot', score: 0.25 },
  ])
})
