import { expect, test } from 'vitest'
import { seededRandom } from '../../../core/random.ts'
import { affinityProblem, solveAffinity } from '../../affinity/affinity.ts'
import { pairSumsInProcess } from '../../affinity/pair-sums.ts'
import { sequencesOf } from '../../sequences.ts'
import { solveInWorkers } from './solve-in-workers.ts'

test('any number of threads gives the bits of one', async () => {
  const random = seededRandom('threads')
  const lists = Array.from({ length: 300 }, () => Array.from({ length: 12 }, () => random.below(150)))
  const problem = {
    ...affinityProblem(await pairSumsInProcess(sequencesOf(150, lists)), null),
    neighbours: 40,
  }
  const alone = solveAffinity(problem)
  expect(alone.weights.length).toBe(150 * 40)
  for (const threads of [1, 2, 3]) expect(await solveInWorkers(problem, threads)).toEqual(alone)
})

test('fewer items than threads, or none, is fine', async () => {
  const tiny = affinityProblem(await pairSumsInProcess(sequencesOf(1, [[0]])), null)
  expect(await solveInWorkers(tiny, 4)).toEqual(solveAffinity(tiny))
  const empty = affinityProblem(await pairSumsInProcess(sequencesOf(0, [])), null)
  expect((await solveInWorkers(empty, 2)).itemCount).toBe(0)
})
