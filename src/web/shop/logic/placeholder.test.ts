import { expect, test } from 'vitest'
import { placeholder } from './placeholder.ts'

test('a placeholder is the same for the same product, and has the hue of its category', () => {
  const mug = placeholder('Blue mug', 'Kitchen')
  expect(placeholder('Blue mug', 'Kitchen')).toEqual(mug)
  expect(mug.initials).toBe('BM')
  expect(placeholder('Red jug', 'Kitchen').hue).toBe(mug.hue)
})

test('names without letters have no initials', () => {
  expect([placeholder('  ', '').initials, placeholder('72 éclairs', '').initials]).toEqual(['', '7É'])
})
