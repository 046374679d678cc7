import { expect, test } from 'vitest'
import { mainReasons, scoreInWords, scoreParts } from './score-parts.ts'

const reasons = [
  { driver: 'affinity', contribution: 0.1, text: 'Goes with Tea' },
  { driver: 'history', contribution: 0.5, text: 'You bought it' },
  { driver: 'affinity', contribution: 0.2, text: 'Goes with Milk' },
  { driver: 'discount', contribution: -0.2, text: 'Dearer than usual' },
  { driver: 'season', contribution: 0, text: 'Not in season' },
]

test('sums up by driver, the largest first, and shares out what was given and taken', () => {
  const parts = scoreParts({ reasons })
  expect(parts.map(({ driver }) => driver)).toEqual(['history', 'affinity', 'discount'])
  expect(parts.map(({ share }) => share.toFixed(2))).toEqual(['0.50', '0.30', '0.20'])
})

test('says the sum in words, with a true minus', () => {
  const item = {
    sku: 'mug',
    product_name: 'Mug',
    price_cents: 1,
    score: 0.65,
    base: 0.05,
    moves: [],
    reasons,
  }
  expect(scoreInWords(item)).toBe('score 0.650: history 0.500, affinity 0.300, discount −0.200, base 0.050')
})

test('says the three reasons that gave most, and those that are new', () => {
  const said = (fresh: readonly string[]) => mainReasons({ reasons }, new Set(fresh)).map(({ text }) => text)
  expect(said([])).toEqual(['You bought it', 'Goes with Milk', 'Dearer than usual'])
  expect(said(['Not in season'])).toEqual([
    'You bought it',
    'Goes with Milk',
    'Dearer than usual',
    'Not in season',
  ])
})

test('without reasons there is no bar', () => {
  expect(scoreParts({})).toEqual([])
})
