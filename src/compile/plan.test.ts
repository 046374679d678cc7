import { describe, expect, test } from 'vitest'
import { bucket, column, isNull, multiply, noWord } from '../algebra/expression.ts'
import { type Stream, stream } from '../algebra/stream.ts'
import { versionJoin } from '../algebra/version-join.ts'
import { latest, sum, view } from '../algebra/view.ts'
import { catalog } from '../catalog/catalog.ts'
import { customerSegments } from '../catalog/streams/customer-segments.ts'
import { interactions } from '../catalog/streams/interactions.ts'
import { productActivity } from '../catalog/views/product-activity.ts'
import { segmentProduct } from '../catalog/views/segment-product.ts'
import { shopperWish } from '../catalog/views/shopper-wish.ts'
import { planPairs, planView } from './plan.ts'

describe('planning', () => {
  test.each([...catalog.views, ...catalog.batchViews])(
    '$name is sound: names, kinds and sums below 2^53',
    (definition) => {
      expect(planView(definition, catalog.horizon).tileName).toMatch(
        new RegExp(`^tiles\\.${definition.name}\\.[0-9a-f]{8}$`),
      )
    },
  )

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

  test('a bucket whose steps do not ascend is refused', () => {
    const inSteps = (...froms: readonly number[]) =>
      view({
        ...shopperWish,
        measures: {
          last_word: latest(
            bucket(
              column('quantity'),
              froms.map((from) => ({ from, word: `${from}` })),
            ),
            1,
          ),
        },
      })
    expect(planView(inSteps(-5, 0, 5), catalog.horizon).viewKind).toBe('sequence')
    expect(() => planView(inSteps(0, 5, 5), catalog.horizon)).toThrow(/step 5 does not ascend/)
    expect(() => planView(inSteps(0.5), catalog.horizon)).toThrow(/no exact integer/)
    expect(() => planView(inSteps(), catalog.horizon)).toThrow(/without a step/)
  })

  test('a join with what is no entity, or with words that the stream has, is refused', () => {
    const joined = (versions: Stream) =>
      planView(
        view({ ...segmentProduct, join: versionJoin({ versions, on: 'shopper', ofWhom: isNull('at') }) }),
        catalog.horizon,
      )
    expect(() => joined(interactions)).toThrow(/joins 'orders', which has no versions/)
    const [branch] = customerSegments.branches
    const action = { kind: 'id', nullable: true } as const
    const clashing = stream({
      ...customerSegments,
      columns: { ...customerSegments.columns, action },
      branches: [{ ...branch, select: { ...branch.select, action: noWord } }],
    })
    expect(() => joined(clashing)).toThrow(/a column 'action' already/)
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
