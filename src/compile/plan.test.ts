import { describe, expect, test } from 'vitest'
import { column, multiply } from '../algebra/expression.ts'
import { sum, view } from '../algebra/view.ts'
import { catalog } from '../catalog/catalog.ts'
import { productActivity } from '../catalog/views/product-activity.ts'
import { planPairs, planView } from './plan.ts'

describe('planning', () => {
  test.each(catalog.views)('$name is sound: names, kinds and sums below 2^53', (definition) => {
    expect(planView(definition, catalog.horizon).tileName).toMatch(
      new RegExp(`^tiles\\.${definition.name}\\.[0-9a-f]{8}$`),
    )
  })

  test.each(catalog.pairs)('$name is sound', (definition) => {
    expect(planPairs(definition, catalog.horizon).hash).toMatch(/^[0-9a-f]{8}$/)
  })

  test('a sum that could leave 2^53 is refused, with the place and the bound', () => {
    const wide = view({
      ...productActivity,
      measures: { product: sum(multiply(column('quantity'), column('line_cents'))) },
    })
    expect(() => planView(wide, catalog.horizon)).toThrow(
      /view 'product_activity', measure 'product'.*beyond 2\^53 - 1/,
    )
  })

  test('an unknown column is refused', () => {
    const wrong = view({ ...productActivity, measures: { units: sum(column('unitz')) } })
    expect(() => planView(wrong, catalog.horizon)).toThrow(/no column 'unitz'/)
  })

  test('a changed definition has a new hash, a changed window has not', () => {
    const { hash } = planView(productActivity, catalog.horizon)
    const { views: _views, ...fewer } = productActivity.measures
    expect(planView(view({ ...productActivity, measures: fewer }), catalog.horizon).hash).not.toBe(hash)
    expect(
      planView(view({ ...productActivity, windows: { last_2d: { length: '2d' } } }), catalog.horizon).hash,
    ).toBe(hash)
  })
})
