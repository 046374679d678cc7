import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoggedRecord, RecordValue } from '../algebra/source.ts'
import { catalog } from '../catalog/catalog.ts'
import { interactions } from '../catalog/streams/interactions.ts'
import type { Definitions } from '../compile/definitions.ts'
import type { ViewPlan } from '../compile/plan.ts'
import { planDefinitions } from '../compile/plan-definitions.ts'
import { DAY_MS, HOUR_MS } from '../core/duration.ts'
import { type AnswerRows, eachRow } from './answer-rows.ts'
import type { StatisticsEngine } from './engine.ts'
import { hostileEvents } from './hostile-events.ts'
import { NaiveEngine } from './naive-engine.ts'
import { asOfsOf, compareEngines } from './parity.ts'

export const contractDefinitions: Definitions = planDefinitions(catalog)

/** 2026-01-05, a Monday, 00:00 UTC. */
const T0 = Date.UTC(2026, 0, 5)

type Line = RecordValue & { readonly at: number }

/** Order lines in the order of their offsets. */
const orderLines = (lines: readonly Line[]): LoggedRecord[] =>
  lines.map(({ at, ...fields }, offset) => ({
    topic: 'orders',
    partition: 0,
    offset,
    loggedAt: Number(at) + 1000,
    value: {
      order_id: `o${offset}`,
      line_no: 1,
      customer_id: 'ann',
      sku: 'mug',
      quantity: 1,
      price_cents: 500,
      price_discount_cents: 0,
      currency: 'GBP',
      ordered_at: at,
      ...fields,
    },
  }))

/** Every item of the first is a hole or beside one; the second is right. */
const CLICKS: readonly LoggedRecord[] = [[{ item_id: 'mug' }, null], [{ item_id: 'pot' }]].map(
  (items, offset) => ({
    topic: 'clickstream',
    partition: 0,
    offset,
    loggedAt: T0,
    value: {
      event_id: `e${offset}`,
      event: 'view_item',
      occurred_at: T0,
      session_id: 's1',
      payload: { items },
    },
  }),
)

const HAND_MADE = orderLines([
  { at: T0 + HOUR_MS, order_id: 'twice', quantity: 2 },
  // The same id again, earlier in time: the smaller offset counts.
  { at: T0, order_id: 'twice', quantity: 5 },
  { at: T0 + DAY_MS, quantity: -1, price_cents: 700 },
  { at: T0 + DAY_MS + 1, customer_id: null, sku: 'jug', price_discount_cents: 100 },
  { at: T0 + DAY_MS + 2, sku: 'a jug' },
])

/** Ann is thirty in one place; a day later her year of birth is known and she has moved. */
const CUSTOMERS: readonly LoggedRecord[] = [
  { updated_at: T0, age: 30, gender: 'F', location: 'GB' },
  { updated_at: T0 + DAY_MS, birth_year: 1990, location: 'FR' },
].map((version, offset) => ({
  topic: 'customers',
  partition: 0,
  offset,
  loggedAt: T0 + DAY_MS,
  value: {
    customer_id: 'ann',
    consent: { personalisation: false, demographics: true, training: false },
    ...version,
  },
}))

/** What every engine must do. Each adapter runs it in one line. */
export function engineContract(name: string, open: () => Promise<StatisticsEngine>): void {
  describe(`${name} as an engine`, () => {
    let engine: StatisticsEngine
    beforeAll(async () => {
      engine = await open()
    }, 300_000)
    afterAll(async () => {
      await engine.close()
    }, 60_000)

    test('answers hand-worked figures', async () => {
      await engine.load(contractDefinitions, [...HAND_MADE, ...CLICKS, ...CUSTOMERS])
      expect(await rowsOf(engine, 'product_activity')).toEqual({
        // views, carts, wishes, purchases, returns, units, revenue_cents
        [`mug ${T0 + HOUR_MS}`]: '0,0,0,1,0,2,1000',
        [`mug ${T0 + DAY_MS}`]: '0,0,0,0,1,-1,-700',
        [`jug ${T0 + DAY_MS}`]: '0,0,0,1,0,1,400',
        [`pot ${T0}`]: '1,0,0,0,0,0,0',
      })
      expect(await rowsOf(engine, 'product_price')).toEqual({
        // min, max, max paid; a return is no purchase
        [`mug ${T0}`]: '500,500,500',
        [`mug ${T0 + DAY_MS}`]: '700,700,null',
        [`jug ${T0 + DAY_MS}`]: '500,500,500',
        [`pot ${T0}`]: 'null,null,null',
      })
      expect(await rowsOf(engine, 'product_price_histogram')).toEqual({
        // lines, sum of their prices; the bucket from 475 ends below 475 x 12/11 = 518
        [`mug 475 ${T0}`]: '1,500',
        [`jug 475 ${T0 + DAY_MS}`]: '1,500',
      })
      expect(await rowsOf(engine, 'product_discounts')).toEqual({
        // discounted lines and units, units at full price, off, paid
        [`mug ${T0}`]: '0,0,2,0,1000',
        [`jug ${T0 + DAY_MS}`]: '1,1,0,100,400',
      })
      expect(await rowsOf(engine, 'shopper_activity')).toEqual({
        // views, carts, lines, bought, net units, revenue, discounted units, off; the jug was a guest's
        [`c:ann ${T0}`]: '0,0,1,2,2,1000,0,0',
        [`c:ann ${T0 + DAY_MS}`]: '0,0,0,0,-1,-700,0,0',
        [`s:s1 ${T0}`]: '1,0,0,0,0,0,0,0',
      })
      expect(await rowsOf(engine, 'shopper_order')).toEqual({
        [`c:ann twice ${T0}`]: '1,2',
        [`c:ann o2 ${T0 + DAY_MS}`]: '0,-1',
      })
      expect(await rowsOf(engine, 'session_product')).toEqual({ [`s1 pot ${T0}`]: `1,0,0,0,${T0}` })
      expect(await rowsOf(engine, 'shopper_recent')).toEqual({
        [`c:ann ${T0}`]: `mug@${T0 + HOUR_MS}`,
        [`s:s1 ${T0}`]: `pot@${T0}`,
      })
      const segments = planOf('segment_product')
      if (engine.gapOf({ kind: 'tiles', plan: segments }) === undefined) {
        expect(asObject({ kind: 'tiles', rows: await engine.tiles(segments) })).toEqual({
          // views, purchases, units; what was bought stays where she lived, and came back where she lives
          [`millennials female GB mug ${T0}`]: '0,1,2',
          [`millennials unknown FR mug ${T0 + DAY_MS}`]: '0,0,-1',
        })
      }
      expect(asObject({ kind: 'refusals', rows: await engine.refusals(interactions) })).toEqual({
        'orders 0 4 -1': 'bad_id',
        'clickstream 0 0 -1': 'missing_field',
      })
    }, 300_000)

    test('equals the meaning on hostile events, which replace what was loaded before', async () => {
      const records = hostileEvents({ seed: 'contract', events: 3000, partitions: 3 })
      const oracle = new NaiveEngine()
      await oracle.load(contractDefinitions, records)
      await engine.load(contractDefinitions, records)
      const asOfs = asOfsOf(contractDefinitions, records)
      const options = { definitions: contractDefinitions, records, oracle, engines: [engine], asOfs }
      const compared: string[] = []
      for await (const report of compareEngines(options)) {
        if ('gap' in report) continue
        compared.push(report.view)
        expect(report.rows, report.view).toBeGreaterThan(50)
        expect(report, report.view).toMatchObject({ mismatches: 0 })
      }
      expect(compared).toEqual(expect.arrayContaining(contractDefinitions.views.map(({ view }) => view.name)))
    }, 300_000)
  })
}

async function rowsOf(engine: StatisticsEngine, name: string): Promise<Record<string, string>> {
  return asObject({ kind: 'tiles', rows: await engine.tiles(planOf(name)) })
}

function planOf(name: string): ViewPlan {
  const { views, batchViews } = contractDefinitions
  const plan = [...views, ...batchViews].find(({ view }) => view.name === name)
  if (plan === undefined) throw new Error(`bug: no view '${name}'`)
  return plan
}

function asObject(answer: AnswerRows): Record<string, string> {
  const rows: Record<string, string> = {}
  eachRow(answer, (key, value) => {
    expect(rows, 'no key comes twice').not.toHaveProperty([key])
    rows[key] = value
  })
  return rows
}
