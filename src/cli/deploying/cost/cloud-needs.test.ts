import avro from 'avsc'
import { describe, expect, test } from 'vitest'
import { avroSchemaOf } from '../../../catalog/avro.ts'
import { catalog } from '../../../catalog/catalog.ts'
import { productActivity } from '../../../catalog/views/product-activity.ts'
import { planView } from '../../../compile/plan.ts'
import { tileMessage } from '../../../features/stream/flink/tile-topics.ts'
import { ASSUMPTIONS } from './assumptions.ts'
import { cloudNeeds, type Load } from './cloud-needs.ts'

const SMALL: Load = {
  eventsPerSecond: 10,
  shoppers: 20_000,
  products: 5000,
  peak: 4,
  cluster: 'standard',
  partitions: 6,
}

describe('what a load needs', () => {
  test('of ten events a second, worked by hand', () => {
    const needs = cloudNeeds(SMALL, catalog)
    // 12 views x 0.6 = 7.2 upserts of 350 bytes, and the event of 220: 2,740 bytes in; 2 x 220 + 2 x 2,520 = 5,480 out.
    expect(needs.ingressMbpsAtPeak).toBe(0.11)
    expect(needs.egressMbpsAtPeak).toBe(0.219)
    expect(needs.ingressGbPerDay).toBe(2.37)
    expect(needs.egressGbPerDay).toBe(4.73)
    // 6 sources, 12 tables of tiles and one of refusals, six partitions each.
    expect(needs.partitions).toBe(114)
    expect(needs.kafkaUnits).toBe(2)
    expect(needs.cfuAtPeak).toBe(1)
    expect(needs.cfuHoursPerDay).toBe(24)
    // 315,360,000 events of 220 bytes are 69.4 GB; products have 43.8 million hours and shoppers 146 million rows, which is
    // less than 0.3 of 2.27 thousand million upserts: 66.4 GB.
    expect(needs.storedGbAfterYear).toBe(136)
    expect(needs.lakeDbuPerDay).toBe(0.0173)
    expect(needs.trainingDbuPerDay).toBe(1.26)
    expect(needs.appDbuPerDay).toBe(12)
  })

  test('grows with the load, and with its peak', () => {
    const busy = cloudNeeds({ ...SMALL, eventsPerSecond: 10_000 }, catalog)
    // 10,000 x 2,740 bytes x 4 = 109.6 MB/s in, of 25 a unit; 219.2 out, of 75: five and three.
    expect(busy.kafkaUnits).toBe(5)
    expect(busy.cfuAtPeak).toBe(40)
    expect(busy.cfuHoursPerDay).toBe(240)
    expect(cloudNeeds({ ...SMALL, eventsPerSecond: 10_000, cluster: 'enterprise' }, catalog).kafkaUnits).toBe(
      2,
    )
    expect(cloudNeeds({ ...SMALL, partitions: 60 }, catalog).kafkaUnits).toBe(5)
  })
})

test('an upsert of a tile is no larger than is taken for granted', () => {
  const plan = planView(productActivity, catalog.horizon)
  const measures = Object.fromEntries(plan.measures.map(({ name }) => [name, 1234]))
  const row = { sku: 'soap-0010', tile_start: 1_762_063_200_000, ...measures }
  const { key, value } = tileMessage(plan, row, 'g1')
  expect(key.length + value.length + 60).toBeLessThanOrEqual(ASSUMPTIONS.upsertBytes.value)
})

test('a click and an order line are no larger than is taken for granted', () => {
  const bytesOf = (topic: 'clickstream' | 'orders', value: object) =>
    avro.Type.forSchema(JSON.parse(JSON.stringify(avroSchemaOf(topic)))).toBuffer(value).length
  const click = {
    event_id: 's-000001.1',
    event: 'view_item_list',
    occurred_at: 1_762_063_725_389,
    session_id: 's-000001',
    payload: {
      items: [
        {
          item_id: 'soap-0010',
          item_name: 'Armstrong Ochre Unscented Shower Gel, 300 ml',
          item_category: 'Beauty/Bath/Soap',
          price_cents: 849,
          index: 0,
          item_list_id: 'soap',
        },
      ],
    },
  }
  const line = {
    order_id: 'o-000001',
    line_no: 0,
    customer_id: 'c-000017',
    sku: 'soap-0010',
    quantity: 1,
    price_cents: 849,
    price_discount_cents: 0,
    currency: 'GBP',
    ordered_at: 1_762_063_725_389,
  }
  for (const bytes of [bytesOf('clickstream', click), bytesOf('orders', line)]) {
    expect(bytes + 60).toBeLessThanOrEqual(ASSUMPTIONS.eventBytes.value)
  }
})
