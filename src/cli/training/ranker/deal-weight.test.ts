import { expect, test } from 'vitest'
import { seededRandom } from '../../../core/random.ts'
import { dealWeight } from './deal-weight.ts'

const CANDIDATES = 40

/** Questions whose answer is drawn with chances as e^(score + weight x value); a third of the values are above 0. */
function drawn(questions: number, weight: number) {
  const random = seededRandom(`deals ${weight}`)
  const rowCount = questions * CANDIDATES
  const scores = Float64Array.from({ length: rowCount }, () => 2 * random.next())
  const values = Float32Array.from({ length: rowCount }, () =>
    random.next() < 1 / 3 ? random.next() : random.next() < 0.1 ? Number.NaN : 0,
  )
  const labels = new Float32Array(rowCount)
  for (let from = 0; from < rowCount; from += CANDIDATES) {
    const chances = Array.from({ length: CANDIDATES }, (_, place) =>
      Math.exp((scores[from + place] ?? 0) + weight * (values[from + place] || 0)),
    )
    const lot = random.next() * chances.reduce((a, b) => a + b, 0)
    let passed = 0
    const place = chances.findIndex((chance) => {
      passed += chance
      return passed > lot
    })
    labels[from + place] = 1
  }
  const groups = Int32Array.from({ length: questions + 1 }, (_, question) => question * CANDIDATES)
  return { groups, labels, scores, values }
}

test.each([0.2, 1, 2])('many answers give the weight by which they were drawn: %s', (weight) => {
  const { scores, values, ...answers } = drawn(4000, weight)
  expect(Math.abs(dealWeight(answers, scores, values) - weight)).toBeLessThan(0.2)
})

test('without answers a deal weighs half, and where deals are shunned nothing', () => {
  expect(
    dealWeight(
      { groups: Int32Array.of(0), labels: new Float32Array() },
      new Float64Array(),
      new Float32Array(),
    ),
  ).toBe(0.5)
  const { scores, values, ...answers } = drawn(4000, -2)
  expect(dealWeight(answers, scores, values)).toBe(0)
})
