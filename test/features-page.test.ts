import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FEATURE_DRIVERS } from '../src/algebra/feature-column.ts'
import { features } from '../src/catalog/features/features.ts'
import { featuresPage } from '../src/catalog/features-page.ts'

/** `ENDCAP_UPDATE_GOLDEN=1` writes the page instead of comparing; read the difference before committing it. */
const update = process.env['ENDCAP_UPDATE_GOLDEN'] === '1'
const file = new URL('../docs/features.md', import.meta.url)

describe('docs/features.md', () => {
  test('is what the feature columns say', () => {
    const page = featuresPage(features)
    if (update) writeFileSync(file, page)
    expect(readFileSync(file, 'utf8')).toBe(page)
  })

  test('every column has a name of its own and says what it means, in no more than a cell of a table', () => {
    expect(new Set(features.map(({ name }) => name)).size).toBe(features.length)
    for (const { name, meaning, missing } of features) {
      expect(meaning.length, name).toBeGreaterThan(10)
      expect(`${meaning}${missing}`, name).not.toMatch(/[|\n]/)
    }
  })

  test('every driver has columns', () => {
    expect(new Set(features.map(({ driver }) => driver))).toEqual(new Set(FEATURE_DRIVERS))
  })
})
