import { describe, expect, test } from 'vitest'
import type { LoggedRecord } from '../../algebra/source.ts'
import { naiveTiles } from '../../compile/inprocess/naive.ts'
import { planView } from '../../compile/plan.ts'
import { catalog } from '../catalog.ts'
import { validators } from '../validator.ts'
import { productActivity } from '../views/product-activity.ts'
import { shopperProduct } from '../views/shopper-product.ts'

const T0 = Date.UTC(2026, 0, 5)

/** Three mugs at 5.00 less 0.50 were ordered; later two came back. */
const bought = {
  order_id: 'o1',
  line_no: 1,
  customer_id: 'ann',
  sku: 'mug',
  quantity: 3,
  price_cents: 500,
  price_discount_cents: 50,
  currency: 'GBP',
  ordered_at: T0,
}
const cameBack = { ...bought, line_no: 1001, quantity: -2, reverses: 'o1:1', ordered_at: T0 + 60_000 }
const cancelled = { ...bought, line_no: 1002, quantity: -1, reverses: 'o1:1', ordered_at: T0 + 120_000 }

const logged = (...lines: readonly (typeof bought)[]): LoggedRecord[] =>
  lines.map((value, offset) => ({ topic: 'orders', partition: 0, offset, loggedAt: value.ordered_at, value }))

function figures(view: typeof productActivity | typeof shopperProduct, records: readonly LoggedRecord[]) {
  const plan = planView(view, catalog.horizon)
  const names = plan.measures.map(({ name }) => name)
  return naiveTiles(plan, records).map(({ values }) =>
    Object.fromEntries(names.map((name, index) => [name, values[index]])),
  )
}

describe('the life of an order', () => {
  test('a return is a line of the contract with a negative quantity that says which line it takes back', () => {
    expect(validators.get('orders')?.(cameBack)).toBeNull()
  })

  test('takes units and revenue back, and is counted as a return, not as a purchase less', () => {
    expect(figures(productActivity, logged(bought, cameBack))).toMatchObject([
      { purchases: 1, returns: 1, units: 1, revenue_cents: 450 },
    ])
    expect(figures(shopperProduct, logged(bought, cameBack))).toMatchObject([{ purchases: 1, units: 1 }])
  })

  test('cancelled to the last unit leaves nothing sold, in whichever order the lines come', () => {
    const nothing = [{ purchases: 1, returns: 2, units: 0, revenue_cents: 0 }]
    expect(figures(productActivity, logged(bought, cameBack, cancelled))).toMatchObject(nothing)
    expect(figures(productActivity, logged(cancelled, bought, cameBack))).toMatchObject(nothing)
  })

  test('a line that is sent again, changed, does not edit the first', () => {
    expect(figures(productActivity, logged(bought, { ...bought, quantity: 9 }))).toMatchObject([{ units: 3 }])
  })
})
