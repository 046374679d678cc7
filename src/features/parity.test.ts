import { describe, expect, test } from 'vitest'
import type { ViewPlan } from '../compile/plan.ts'
import type { TileRow } from '../compile/tile.ts'
import { contractDefinitions } from './engine.contract.ts'
import { hostileEvents } from './hostile-events.ts'
import { InProcessEngine } from './in-process-engine.ts'
import { NaiveEngine } from './naive-engine.ts'
import { asOfsOf, compareEngines, type GapReport, type ParityReport } from './parity.ts'

const records = hostileEvents({ seed: 'parity', events: 600, partitions: 2 })

/** The naive engine with one count in one tile of product_activity one too high. */
class OneOff extends NaiveEngine {
  override async tiles(plan: ViewPlan): Promise<TileRow[]> {
    const tiles = await super.tiles(plan)
    const [first, ...rest] = tiles
    if (plan.view.name !== 'product_activity' || first === undefined) return tiles
    return [
      { ...first, values: first.values.map((value, place) => (place === 0 ? Number(value) + 1 : value)) },
      ...rest,
    ]
  }
}

async function reportsOf(engine: NaiveEngine | InProcessEngine): Promise<(ParityReport | GapReport)[]> {
  const oracle = new NaiveEngine()
  await oracle.load(contractDefinitions, records)
  await engine.load(contractDefinitions, records)
  const asOfs = asOfsOf(contractDefinitions, records)
  const options = { definitions: contractDefinitions, records, oracle, engines: [engine], asOfs }
  const reports: (ParityReport | GapReport)[] = []
  for await (const report of compareEngines(options)) reports.push(report)
  return reports
}

describe('comparing engines', () => {
  test('a single planted row that differs is found, named and shown', async () => {
    const reports = await reportsOf(new OneOff())
    const wrong = reports.filter((report) => 'mismatches' in report && report.mismatches > 0)
    expect(wrong).toMatchObject([
      { view: 'product_activity', engine: 'naive', mismatches: 1, examples: [{ answer: 'tiles' }] },
    ])
  })

  test('an engine that equals the meaning has no mismatch, and its gaps are named with a reason', async () => {
    const reports = await reportsOf(new InProcessEngine())
    expect(reports.filter((report) => 'mismatches' in report && report.mismatches > 0)).toEqual([])
    const gaps = reports.filter((report) => 'gap' in report)
    expect(gaps.map(({ view, gap }) => `${view} ${gap}`)).toEqual(
      [...contractDefinitions.views, ...contractDefinitions.batchViews].map(
        ({ view }) => `${view.name} never`,
      ),
    )
  })

  test('asks at the end of a day and in the middle of an hour, inside the events', () => {
    const { aligned, unaligned } = asOfsOf(contractDefinitions, records)
    expect(aligned % 86_400_000).toBe(0)
    expect(unaligned % 300_000).not.toBe(0)
  })
})

describe('hostile events', () => {
  test('the same seed gives the same records, another seed others', () => {
    const again = hostileEvents({ seed: 'parity', events: 600, partitions: 2 })
    expect(again).toEqual(records)
    expect(hostileEvents({ seed: 'other', events: 600, partitions: 2 })).not.toEqual(records)
  })

  test('offsets count from 0 in each partition, and one id lies in one partition', () => {
    const next = new Map<string, number>()
    const placeOf = new Map<string, number>()
    for (const { topic, partition, offset, value } of records) {
      expect(offset).toBe(next.get(`${topic}/${partition}`) ?? 0)
      next.set(`${topic}/${partition}`, offset + 1)
      const id = `${topic}/${value['event_id'] ?? value['order_id'] ?? value['customer_id']}`
      expect(placeOf.get(id) ?? partition).toBe(partition)
      placeOf.set(id, partition)
    }
    // Three topics of two partitions.
    expect(next.size).toBe(6)
  })

  test('duplicates come in both orders of time', () => {
    const firstAt = new Map<string, number>()
    let [later, earlier] = [0, 0]
    for (const { topic, value } of records) {
      const at = value[topic === 'orders' ? 'ordered_at' : 'occurred_at']
      const id = `${topic}/${value['event_id'] ?? `${value['order_id']}:${value['line_no']}`}`
      const first = firstAt.get(id)
      if (typeof at !== 'number') continue
      if (first === undefined) firstAt.set(id, at)
      else if (at > first) later += 1
      else if (at < first) earlier += 1
    }
    expect(later).toBeGreaterThan(0)
    expect(earlier).toBeGreaterThan(0)
  })
})
