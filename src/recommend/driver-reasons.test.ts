import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DRIVERS } from '../models/candidates/candidate-source.ts'
import { driverReasons, type Given } from './driver-reasons.ts'

const text = () => 'because'
const said = { kind: 'new' } as const

describe('reasons by driver', () => {
  test('each source that says something has its own; silence counts with the strongest of its driver', () => {
    const given: Given[] = [
      { driver: 'history', contribution: 0.25, evidence: said },
      { driver: 'history', contribution: 0.5, evidence: said },
      { driver: 'history', contribution: -0.125, evidence: null },
      { driver: 'discount', contribution: -0.25, evidence: null },
      { driver: 'season', contribution: 0, evidence: null },
    ]
    expect(driverReasons(given, text)).toEqual([
      { driver: 'history', contribution: 0.375, text: 'because' },
      { driver: 'history', contribution: 0.25, text: 'because' },
      { driver: 'discount', contribution: -0.25, text: 'It is not on offer' },
    ])
  })

  test('nothing is lost: they add up to what was given', () => {
    const one = fc.record({
      driver: fc.constantFrom(...DRIVERS),
      contribution: fc.double({ min: -5, max: 5, noNaN: true }),
      evidence: fc.constantFrom(said, null),
    })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 20 }), (given) => {
        const sum = (all: readonly { readonly contribution: number }[]) =>
          all.reduce((total, { contribution }) => total + contribution, 0)
        expect(Math.abs(sum(driverReasons(given, text)) - sum(given))).toBeLessThan(1e-9)
      }),
    )
  })
})

test('what feature columns give is the reason of their driver, and no silence where it speaks for the item', () => {
  const column = (driver: Given['driver'], contribution: number): Given => ({
    driver,
    contribution,
    evidence: null,
    isFeature: true,
  })
  const given = [column('discount', 0.3), column('discount', 0.1), column('season', -0.2)]
  expect(driverReasons(given, () => '')).toEqual([
    { driver: 'discount', contribution: 0.4, text: 'Its price fits what you usually pay' },
    { driver: 'season', contribution: -0.2, text: 'It is not in season more than at other times' },
  ])
  const said: Given = {
    driver: 'discount',
    contribution: 0.5,
    evidence: { kind: 'deal', offRatio: 0.2, endsAt: null },
  }
  expect(driverReasons([...given, said], () => 'a fifth off')[0]).toEqual({
    driver: 'discount',
    contribution: 0.9,
    text: 'a fifth off',
  })
})
