import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { catalog } from '../src/catalog/catalog.ts'
import { contractsPage, fieldLines } from '../src/catalog/contracts-page.ts'

/** `ENDCAP_UPDATE_GOLDEN=1` writes the page instead of comparing; read the difference before committing it. */
const update = process.env['ENDCAP_UPDATE_GOLDEN'] === '1'
const file = new URL('../docs/contracts.md', import.meta.url)

describe('docs/contracts.md', () => {
  test('is what the contracts say', () => {
    const page = contractsPage(catalog.sources)
    if (update) writeFileSync(file, page)
    expect(readFileSync(file, 'utf8')).toBe(page)
  })

  test.each(catalog.sources.map(({ name }) => name))('says of every field of %s what it means', (topic) => {
    const lines = fieldLines(topic)
    expect(lines.filter(({ meaning }) => meaning === '').map(({ path }) => path)).toEqual([])
  })

  test('shows a field with type, unit, range and whether it must be there', () => {
    expect(fieldLines('clickstream').find(({ path }) => path === 'payload.items[].item_id')).toEqual({
      path: 'payload.items[].item_id',
      type: 'id',
      isRequired: true,
      range: '`[A-Za-z0-9._~:-]{1,128}`',
      meaning: 'sku',
    })
    expect(fieldLines('orders').find(({ path }) => path === 'price_cents')).toEqual({
      path: 'price_cents',
      type: 'integer',
      isRequired: true,
      range: '0 to 1,000,000,000',
      meaning: 'unit price before discount; minor units',
    })
  })
})
