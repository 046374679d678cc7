import { expect, test } from 'vitest'
import { instantOf } from './instant-text.ts'

const NOON = Date.UTC(2024, 1, 29, 12)

test('ISO 8601 with and without time and zone', () => {
  expect(instantOf('2024-02-29')).toBe(Date.UTC(2024, 1, 29))
  expect(instantOf('2024-02-29 12:00')).toBe(NOON)
  expect(instantOf('2024-02-29T12:00:00Z')).toBe(NOON)
  expect(instantOf('2024-02-29T13:30:00+01:30')).toBe(NOON)
  expect(instantOf('2024-02-29T07:00:00.250999-0500')).toBe(NOON + 250)
  expect(instantOf('2024-02-29 12:00:00 UTC')).toBe(NOON)
})

test('epoch seconds, milliseconds and microseconds are told apart by their size', () => {
  expect(instantOf(String(NOON / 1000))).toBe(NOON)
  expect(instantOf(String(NOON))).toBe(NOON)
  expect(instantOf(`${NOON}999`)).toBe(NOON)
  expect(instantOf('0')).toBe(0)
})

test('days that do not exist and other texts are no instants', () => {
  for (const text of ['2023-02-29', '2024-13-01', '2024-02-29 24:00', '29/02/2024', 'yesterday', '', '-5'])
    expect(instantOf(text)).toBeNull()
})
