import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LoggedRecord } from '../../algebra/source.ts'
import { catalog } from '../../catalog/catalog.ts'
import { planPairs } from '../plan.ts'
import { IncrementalPairs } from './incremental-pairs.ts'
import { naivePairs, type PairRow } from './naive-pairs.ts'

const T0 = Date.UTC(2026, 0, 5)
const plans = catalog.pairs.map((pairs) => planPairs(pairs, catalog.horizon))

type Bought = { readonly customer: string | null; readonly sku: string; readonly at: number }
const bought: fc.Arbitrary<Bought> = fc.record({
  customer: fc.constantFrom('ann', 'bob', 'cid', null),
  sku: fc.constantFrom('a', 'b', 'c', 'd'),
  at: fc.integer({ min: T0, max: T0 + 20 }),
})
const histories = fc.array(bought, { maxLength: 60 })

function recordsOf(all: readonly Bought[]): LoggedRecord[] {
  return all.map(({ customer, sku, at }, offset) => ({
    topic: 'orders',
    partition: 0,
    offset,
    loggedAt: at,
    value: {
      order_id: `o${offset}`,
      line_no: 1,
      customer_id: customer,
      sku,
      quantity: 1,
      price_cents: 100,
      price_discount_cents: 0,
      currency: 'GBP',
      ordered_at: at,
    },
  }))
}

const sorted = (rows: Iterable<PairRow>): string[] =>
  [...rows].map(({ left, right, weight }) => `${left} ${right} ${weight}`).toSorted()

describe.each(plans)('$pairs.name kept up to date', (plan) => {
  test('is the meaning, whenever it is asked on the way', () => {
    fc.assert(
      fc.property(histories, fc.nat(60), (all, early) => {
        const records = recordsOf(all)
        const pairs = new IncrementalPairs(plan)
        for (const record of records.slice(0, early)) pairs.apply(record)
        expect(sorted(pairs.rows())).toEqual(sorted(naivePairs(plan, records.slice(0, early))))
        for (const record of records.slice(early)) pairs.apply(record)
        expect(sorted(pairs.rows())).toEqual(sorted(naivePairs(plan, records)))
      }),
    )
  })

  test('forgets records and owners without a trace', () => {
    fc.assert(
      fc.property(histories, histories, (kept, gone) => {
        const records = recordsOf([...kept, ...gone])
        const pairs = new IncrementalPairs(plan)
        for (const record of records) pairs.apply(record)
        sorted(pairs.rows())
        for (const record of records.slice(kept.length)) pairs.retract(record)
        expect(sorted(pairs.rows())).toEqual(sorted(naivePairs(plan, records.slice(0, kept.length))))
        pairs.forget('c:ann')
        const others = records.slice(0, kept.length).filter(({ value }) => value['customer_id'] !== 'ann')
        expect(sorted(pairs.rows())).toEqual(sorted(naivePairs(plan, others)))
      }),
    )
  })
})
