import { expect, test } from 'vitest'
import { money } from './money.ts'

test('writes minor units as the currency has them', () => {
  expect([money(123_456, 'GBP'), money(500, 'JPY')]).toEqual(['£1,234.56', 'JP¥500'])
})
