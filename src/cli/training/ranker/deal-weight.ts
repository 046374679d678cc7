import type { LabelledRows } from './question-rows.ts'

/**
 * What a deal weighs where the rows say nothing, and how far they may easily take it: mean and deviation of what
 * the rows alone said in synthetic shops with planted price sensitivity.
 */
const PRIOR = { mean: 0.5, deviation: 0.5 } as const
/** Newton steps of a concave function of one number. */
const STEPS = 20

type Answers = Pick<LabelledRows, 'groups' | 'labels'>

/**
 * What a unit of a column adds to given scores: the likeliest weight, where each right answer is a choice among its
 * question's candidates with chances as e^score. Never below 0.
 * @param scores by row, of trees that have not learnt from these rows
 * @param values by row; missing ones add nothing
 */
export function dealWeight(answers: Answers, scores: Float64Array, values: Float32Array): number {
  const known = values.map((value) => (Number.isNaN(value) ? 0 : value))
  let weight: number = PRIOR.mean
  for (let step = 0; step < STEPS; step += 1) {
    const utilities = scores.map((score, row) => score + weight * (known[row] ?? 0))
    let slope = (PRIOR.mean - weight) / PRIOR.deviation ** 2
    let bend = 1 / PRIOR.deviation ** 2
    for (let group = 0; group + 1 < answers.groups.length; group += 1) {
      const rows = { from: answers.groups[group] ?? 0, to: answers.groups[group + 1] ?? 0 }
      const { count, sum } = rightOnes(answers.labels, known, rows)
      const { mean, variance } = expected(utilities, known, rows)
      slope += sum - count * mean
      bend += count * variance
    }
    weight += slope / bend
  }
  return Math.max(0, weight)
}

type Rows = { readonly from: number; readonly to: number }

function rightOnes(labels: Float32Array, values: Float32Array, { from, to }: Rows) {
  let [count, sum] = [0, 0]
  for (let row = from; row < to; row += 1) {
    if (labels[row] === 0) continue
    count += 1
    sum += values[row] ?? 0
  }
  return { count, sum }
}

/** Of the value of what is chosen. */
function expected(utilities: Float64Array, values: Float32Array, { from, to }: Rows) {
  const greatest = utilities.subarray(from, to).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  let [all, first, second] = [0, 0, 0]
  for (let row = from; row < to; row += 1) {
    const [chance, value] = [Math.exp((utilities[row] ?? 0) - greatest), values[row] ?? 0]
    all += chance
    first += chance * value
    second += chance * value ** 2
  }
  return { mean: first / all, variance: second / all - (first / all) ** 2 }
}
