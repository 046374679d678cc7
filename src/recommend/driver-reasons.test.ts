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
