import { describe, expect, test } from 'vitest'
import { recommenderContract } from '../recommender.contract.ts'
import { sequencesOf } from '../sequences.ts'
import { sessionIndex } from './session-index.ts'
import { SESSION_SETTINGS } from './session-settings.ts'
import { sessions } from './sessions.ts'

recommenderContract(sessions(), { firstForStranger: 0, firstForRepeater: 2, completesTheColour: true })

describe('the session index', () => {
  test('by hand: who holds what, what follows what', () => {
    const index = sessionIndex(
      sequencesOf(3, [
        [0, 1, 0],
        [1, 2],
      ]),
      SESSION_SETTINGS,
    )
    expect([...index.sessions]).toEqual([0, 0, 1, 1])
    expect([...index.starts]).toEqual([0, 1, 3, 4])
    expect([...index.idf]).toEqual([Math.log(2), 0, Math.log(2)])
    expect([...index.transitions.columns]).toEqual([1, 0, 2])
    expect([...index.transitions.values]).toEqual([1, 1, 1])
  })
})

describe('the sessions model', () => {
  test('takes only the latest sessions of an item, and says so in its reasons', async () => {
    const lists = [[0, 1, 9], ...Array.from({ length: 6 }, () => [0, 2]), [3, 4], [5, 6]]
    const model = await sessions({ ...SESSION_SETTINGS, recentSessions: 2, transitionShare: 0 }).fit({
      sequences: sequencesOf(10, lists),
      content: null,
      asOfDay: null,
    })
    const scores = new Float64Array(10)
    const history = { items: Int32Array.of(9, 0), days: null }
    model.score(history, scores)
    // session 0 is reached through 9 alone: the latest two that hold 0 are others
    for (const item of [1, 2]) {
      const { base, contributions } = model.explain(history, item)
      expect(contributions.map((each) => 'position' in each && each.position)).toEqual(item === 1 ? [0] : [1])
      expect(contributions.reduce((sum, { value }) => sum + value, base)).toBeCloseTo(scores[item] ?? 0, 12)
    }
  })
})
