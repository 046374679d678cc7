import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { checkDefinitions, modelDefinitions, VIEWS_OF_SOURCES } from './model-definitions.ts'

const RANKER = { featureNames: ['popular', 'price', 'own_orders'] }

describe('what a model depends on', () => {
  test('is pair statistics for affinity; views, sources and columns for trees too', () => {
    expect(Object.keys(modelDefinitions(catalog, null))).toEqual(
      catalog.pairs.map(({ name }) => `pairs ${name}`),
    )
    const names = Object.keys(modelDefinitions(catalog, RANKER))
    expect(names).toEqual(expect.arrayContaining(['sources', 'view shopper_product', 'column price']))
    expect(names.filter((name) => name.startsWith('column '))).toEqual(['column own_orders', 'column price'])
  })

  test('is refused by its name where it is defined otherwise, or no more', () => {
    const definitions = modelDefinitions(catalog, RANKER)
    expect(() => checkDefinitions({ definitions }, definitions, 'x')).not.toThrow()
    const other = { ...definitions, 'view shopper_product': '00000000' }
    expect(() => checkDefinitions({ definitions: other }, definitions, 'x')).toThrow(
      expect.objectContaining({
        code: 'INCOMPATIBLE_ARTEFACT',
        message: expect.stringContaining('view shopper_product'),
      }),
    )
    const more = { ...definitions, 'column moon': '00000000' }
    expect(() => checkDefinitions({ definitions: more }, definitions, 'x')).toThrow('column moon')
  })

  test('names every view that the code of the sources reads', () => {
    const read = new Set<string>()
    for (const folder of ['..', '../figures', '../offers', '../../models/candidates']) {
      const url = new URL(`${folder}/`, import.meta.url)
      for (const name of readdirSync(url)) {
        if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue
        const text = readFileSync(new URL(name, url), 'utf8')
        for (const [, view = ''] of text.matchAll(/catalog\/views\/([a-z-]+)\.ts/g)) read.add(view)
      }
    }
    expect([...read].sort()).toEqual(VIEWS_OF_SOURCES.map(({ name }) => name.replaceAll('_', '-')).sort())
  })
})
