import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoggedRecord, RecordValue } from '../../../algebra/source.ts'
import { catalog } from '../../../catalog/catalog.ts'
import { segmentProduct } from '../../../catalog/views/segment-product.ts'
import { fixedClock } from '../../../core/clock.ts'
import { DAY_MS } from '../../../core/duration.ts'
import { silentLogger } from '../../../core/logger.ts'
import { seededRandom } from '../../../core/random.ts'
import type { Imported } from '../../../datagen/importers/import-format.ts'
import { syntheticShop } from '../../../datagen/synthetic-shop/synthetic-shop.ts'
import { DuckDbSession } from '../../../features/lake/duckdb/duckdb-session.ts'
import { memoryStateStore } from '../../../features/online/memory-state-store.ts'
import { type OnlineState, openOnlineState } from '../../../features/online/online-state.ts'
import type { RankerModel } from '../../../models/rankers/ranker-model.ts'
import { rowScorer } from '../../../models/rankers/row-scorer.ts'
import { FEATURE_NAMES } from '../../../recommend/ranking/feature-feed.ts'
import { createRecommender } from '../../../recommend/recommender.ts'
import { RANKED_NAMES } from '../../../recommend/sources.ts'
import { openShopLog } from '../../embedded-shop.ts'
import { importData } from '../../importing/import-data.ts'
import { openFollowedLake } from '../../lake.ts'
import { segmentSnapshot } from '../../segment-snapshot.ts'
import { laterPurchases } from './later-purchases.ts'
import { QuestionRows } from './question-rows.ts'
import { replayedEvents } from './replayed-events.ts'
import { trainRanker } from './train-ranker.ts'

const END = Date.UTC(2026, 0, 1)
const shop = syntheticShop({ products: 80, customers: 120, days: 90, seed: 5, endAt: END })
const INSTANT = END - 20 * DAY_MS

const stateOf = () => openOnlineState({ catalog, store: memoryStateStore() })
const candidatesAt = (state: OnlineState, customerId: string) => {
  const options = { state, model: () => null, clock: fixedClock(INSTANT), seed: () => 1 }
  const request = { page: 'home', customerId, cart: [], exclude: [], limit: 12, asOf: INSTANT } as const
  const { skus, names, columns } = createRecommender(options).candidates(request)
  return { skus, names, columns: columns.map((column) => [...column.subarray(0, skus.length)]) }
}

describe('training rows of a ranker', () => {
  let dataDir = ''
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'endcap-ranker-'))
    const imported = [...shop.events()].map(
      ({ topic, value }): Imported => ({ kind: 'event', topic, value: { ...value } }),
    )
    await importData({ dataDir, imported, logger: silentLogger, clock: fixedClock(END) })
  }, 60_000)
  afterAll(() => rmSync(dataDir, { recursive: true }))

  /** The lake's replay, up to what was logged before the instant. */
  async function replayed(): Promise<OnlineState> {
    using lake = await openFollowedLake(dataDir)
    using session = await DuckDbSession.open()
    await lake.attach(session)
    const state = await stateOf()
    for await (const records of replayedEvents(session, catalog.sources, lake.position)) {
      state.applyBatch(records.filter(({ loggedAt }) => loggedAt < INSTANT))
    }
    return state
  }

  /** A server that took the events in as they came, and has not seen what comes later. */
  async function live(): Promise<OnlineState> {
    const log = await openShopLog({ dataDir, readOnly: true })
    const known: LoggedRecord[] = []
    for await (const records of log.read(0))
      known.push(...records.filter(({ loggedAt }) => loggedAt < INSTANT))
    await log.close()
    known.sort((a, b) => a.loggedAt - b.loggedAt || a.offset - b.offset)
    const state = await stateOf()
    state.applyBatch(known.map((record, offset) => ({ ...record, offset })))
    return state
  }

  test('are what a server would have seen at the instant, bit for bit: nothing of what came later is in them', async () => {
    const [then, now] = [await replayed(), await live()]
    expect(then.hash()).toBe(now.hash())
    const customers = [...now.entities('customers')]
      .map(({ customer_id }) => String(customer_id))
      .slice(0, 40)
    for (const customerId of customers) {
      const rows = candidatesAt(then, customerId)
      expect(rows).toEqual(candidatesAt(now, customerId))
      expect(rows.names).toEqual([...RANKED_NAMES, ...FEATURE_NAMES])
      expect(rows.skus.length).toBeGreaterThan(10)
    }
  }, 60_000)

  test('are labelled with what was bought within the horizon and nothing else', async () => {
    using lake = await openFollowedLake(dataDir)
    using session = await DuckDbSession.open()
    await lake.attach(session)
    const span = { from: INSTANT, to: INSTANT + 7 * DAY_MS }
    const bought = await laterPurchases(session, { ...span, position: lake.position })
    const expected = new Set<string>()
    for (const { topic, value } of shop.events()) {
      const line: RecordValue = value
      const at = Number(line['ordered_at'])
      const isBought = topic === 'orders' && Number(line['quantity']) > 0 && line['customer_id'] !== undefined
      if (isBought && at >= span.from && at < span.to) expected.add(`${line['customer_id']} ${line['sku']}`)
    }
    expect(
      new Set([...bought].flatMap(([customer, skus]) => [...skus].map((sku) => `${customer} ${sku}`))),
    ).toEqual(expected)
  })

  test('know of groups what those who agree bought before the instant, and nothing later', async () => {
    using lake = await openFollowedLake(dataDir)
    using session = await DuckDbSession.open()
    await lake.attach(session)
    const { rows, days } = await segmentSnapshot(session, { asOf: INSTANT, position: lake.position })
    const agreed = new Map<string, boolean>()
    const bought = new Map<string, number>()
    for (const { topic, value } of shop.events()) {
      if (topic === 'customers') agreed.set(value.customer_id, value.consent.demographics)
    }
    for (const { topic, value, planted } of shop.events()) {
      if (topic !== 'orders' || planted === 'duplicate' || value.quantity <= 0) continue
      const isWithin = value.ordered_at < INSTANT && value.ordered_at >= INSTANT - days * DAY_MS
      if (!isWithin || agreed.get(value.customer_id ?? '') !== true) continue
      bought.set(value.sku, (bought.get(value.sku) ?? 0) + 1)
    }
    const purchases = Object.keys(segmentProduct.measures).indexOf('purchases')
    const told = new Map<string, number>()
    for (const { key, values } of rows) {
      const count = Number(values[purchases])
      if (count > 0) told.set(key[3] ?? '', (told.get(key[3] ?? '') ?? 0) + count)
    }
    expect(bought.size).toBeGreaterThan(20)
    expect(told).toEqual(bought)
  })

  test('teach trees that rank better than the weighted sum, the same on every run', async () => {
    using lake = await openFollowedLake(dataDir)
    const { position } = lake
    const learn = async () => {
      using session = await DuckDbSession.open()
      using events = await DuckDbSession.open()
      for (const each of [session, events]) await lake.attach(each)
      const nothing = {
        skus: [],
        weights: {
          itemCount: 0,
          starts: Int32Array.of(0),
          targets: new Int32Array(),
          weights: new Float32Array(),
        },
      }
      return await trainRanker({ session, events, position, affinityBefore: async () => nothing })
    }
    const first = await learn()
    expect(first.metrics['ranker_ndcg@10']).toBeGreaterThan(first.metrics['weighted_sum_ndcg@10'] ?? 1)
    const known = [...RANKED_NAMES, ...FEATURE_NAMES]
    expect(first.model?.featureNames.every((name) => known.includes(name))).toBe(true)
    expect(await learn()).toEqual(first)
    if (first.model !== null) expectMoreOffIsNotWorse(first.model)
  }, 120_000)
})

test('a question of which nothing was bought, or all, teaches nothing', () => {
  const rows = new QuestionRows()
  const candidates = {
    skus: ['a', 'b'],
    names: ['x'],
    columns: [Float32Array.of(1, 2, 9)],
    weighted: Float64Array.of(3, 4),
  }
  const random = { next: () => 0, below: () => 0 } as never
  rows.add(candidates, new Set(['c']), random)
  rows.add(candidates, new Set(['a', 'b']), random)
  expect(rows.questions).toBe(0)
  rows.add(candidates, new Set(['b']), random)
  expect(rows.rows()).toEqual({
    table: { rowCount: 2, featureCount: 1, values: Float32Array.of(1, 2) },
    groups: Int32Array.of(0, 2),
    labels: Float32Array.of(0, 1),
    weighted: Float64Array.of(3, 4),
  })
})

/** For random rows: the same with more off, or a lower price against the usual one, has no lower score. */
function expectMoreOffIsNotWorse({ featureNames, quantiser, forest }: RankerModel): void {
  const random = seededRandom('monotone')
  const [rowCount, featureCount] = [200, featureNames.length]
  const values = Float32Array.from({ length: rowCount * featureCount }, () => 2 * random.next())
  const scorer = rowScorer(featureNames, quantiser, forest)
  const before = scorer.score({ rowCount, featureCount, values })
  const directions = { on_offer: 1, discount_depth: 1, own_discount_share_x_depth: 1, price_to_usual: -1 }
  for (const [name, direction] of Object.entries(directions)) {
    const column = featureNames.indexOf(name)
    if (column < 0) continue
    const better = values.map((value, cell) =>
      Math.floor(cell / rowCount) === column ? value + direction * random.next() : value,
    )
    const after = scorer.score({ rowCount, featureCount, values: better })
    for (let row = 0; row < rowCount; row += 1) {
      expect(after[row] ?? 0, `${name}, row ${row}`).toBeGreaterThanOrEqual((before[row] ?? 0) - 1e-9)
    }
  }
}
