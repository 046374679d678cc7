import { expect, test } from 'vitest'
import { isId, uuidv7, uuidv7At } from './ids.ts'

test('ids are 1 to 128 of the safe characters', () => {
  for (const good of ['a', '85123A', 'o-1:2', 'x.y_z~w', 'a'.repeat(128)]) expect(isId(good)).toBe(true)
  for (const bad of ['', 'a b', 'ä', "a'b", 'a/b', 'a\n', 'a'.repeat(129)]) expect(isId(bad)).toBe(false)
})

test('a version 7 UUID carries its instant, its version and its variant', () => {
  const at = Date.UTC(2026, 10, 22, 21, 9, 1, 234)
  const id = uuidv7(at)
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(uuidv7At(id)).toBe(at)
  expect(uuidv7(at)).not.toBe(id)
})
