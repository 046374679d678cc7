import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rankerOfAllColumns } from '../../../../test/ranker-of-all-columns.ts'
import type { LoggedRecord } from '../../../algebra/source.ts'
import { catalog } from '../../../catalog/catalog.ts'
import { fixedClock } from '../../../core/clock.ts'
import { DAY_MS } from '../../../core/duration.ts'
import { silentLogger } from '../../../core/logger.ts'
import type { Imported } from '../../../datagen/importers/import-format.ts'
import { syntheticShop } from '../../../datagen/synthetic-shop/synthetic-shop.ts'
import { DuckDbSession } from '../../../features/lake/duckdb/duckdb-session.ts'
import { memoryStateStore } from '../../../features/online/memory-state-store.ts'
import { openOnlineState } from '../../../features/online/online-state.ts'
import { DRIVERS } from '../../../models/candidates/candidate-source.ts'
import type { DecisionRequest } from '../../../recommend/decision.ts'
import { FEATURE_NAMES } from '../../../recommend/ranking/feature-feed.ts'
import { createRecommender, type ServingModel } from '../../../recommend/recommender.ts'
import type { DecisionRecord } from '../../../recommend/records/decision-record.ts'
import type { SegmentSnapshot } from '../../../recommend/segment-sales.ts'
import { openShopLog } from '../../embedded-shop.ts'
import { importData } from '../../importing/import-data.ts'
import { openFollowedLake } from '../../lake.ts'
import { segmentSnapshot } from '../../segment-snapshot.ts'
import { replayedEvents } from './replayed-events.ts'

const END = Date.UTC(2026, 0, 1)
const shop = syntheticShop({ products: 60, customers: 80, days: 60, seed: 8, endAt: END })

const model: ServingModel = {
  version: 'v1',
  trainedAt: 0,
  affinity: {
    skus: [],
    weights: {
      itemCount: 0,
      starts: Int32Array.of(0),
      targets: new Int32Array(),
      weights: new Float32Array(),
    },
  },
  ranker: rankerOfAllColumns('live records'),
}

let dataDir = ''
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'endcap-records-'))
  const imported = [...shop.events()].map(
    ({ topic, value }): Imported => ({ kind: 'event', topic, value: { ...value } }),
  )
  await importData({ dataDir, imported, logger: silentLogger, clock: fixedClock(END) })
}, 60_000)
afterAll(() => rmSync(dataDir, { recursive: true }))

type Asked = { readonly request: DecisionRequest; readonly record: DecisionRecord }

/** Whom the scores of all answers are owed to. */
const drivers = new Set<string>()

/** A server over a state: records of what it is asked, with the clock and the groups of then. */
function served(state: Awaited<ReturnType<typeof openOnlineState>>) {
  const records: DecisionRecord[] = []
  let [now, segments] = [0, null as SegmentSnapshot | null]
  const recommender = createRecommender({
    state,
    model: () => model,
    clock: () => now,
    segments: () => segments,
    seed: () => 5,
    record: (record) => records.push(record),
  })
  return (request: DecisionRequest, at: number, groups: SegmentSnapshot | null): DecisionRecord => {
    now = at
    segments = groups
    const { decision } = recommender.recommend(request)
    for (const { score, base, reasons } of decision.items) {
      expect(reasons.reduce((sum, { contribution }) => sum + contribution, base)).toBeCloseTo(score, 6)
      for (const { driver } of reasons) drivers.add(driver)
    }
    const record = records.at(-1)
    if (record === undefined) throw new Error('nothing was recorded')
    return record
  }
}

test('vectors of live decisions equal those of a backfill to the same log position, bit for bit', async () => {
  using lake = await openFollowedLake(dataDir)
  using session = await DuckDbSession.open()
  using events = await DuckDbSession.open()
  for (const each of [session, events]) await lake.attach(each)
  const log = await openShopLog({ dataDir, readOnly: true })
  const records: LoggedRecord[] = []
  for await (const some of log.read(0)) records.push(...some)
  await log.close()

  // One server lives through the shop: late events, new products, offers, changed consent come between its answers.
  const state = await openOnlineState({ catalog, store: memoryStateStore() })
  const live = served(state)
  const asked: Asked[] = []
  let groups: SegmentSnapshot | null = null
  const last = records.length
  for (const [step, position] of [0.5, 0.501, 0.53, 0.7, 0.702, 0.703, 0.9, 1].entries()) {
    state.applyBatch(records.slice(state.position(), Math.floor(position * last)))
    const now = state.newestAt() + 1
    const known = state.position()
    if (step % 3 === 0) groups = await segmentSnapshot(session, { asOf: now - DAY_MS, position: known })
    const visits = records
      .slice(known - 200, known)
      .flatMap(({ topic, value }) => (topic === 'clickstream' ? [String(value['session_id'])] : []))
    const customers = [...state.entities('customers')].map(({ customer_id: id }) => String(id))
    for (const who of [
      {},
      { sessionId: visits.at(-1) ?? '' },
      ...customers.slice(0, 12).map((customerId) => ({ customerId })),
      { customerId: customers[0] ?? '', sessionId: visits.at(-1) ?? '' },
    ]) {
      const request: DecisionRequest = { page: 'home', cart: [], exclude: [], limit: 8, ...who }
      asked.push({ request, record: live(request, now, groups) })
    }
  }

  let [compared, missing] = [0, 0]
  for (const [position, some] of Map.groupBy(asked, ({ record }) => record.logPosition)) {
    const then = await openOnlineState({ catalog, store: memoryStateStore() })
    for await (const batch of replayedEvents(events, catalog.sources, position)) then.applyBatch(batch)
    expect(then.position()).toBe(position)
    const backfilled = served(then)
    for (const { request, record } of some) {
      const again = record.segments == null ? null : await segmentSnapshot(session, record.segments)
      const other = backfilled(request, record.decidedAt, again)
      expect(other.columns).toEqual(record.columns)
      expect(other.candidates).toEqual(record.candidates)
      for (const [place, value] of record.values.entries()) {
        const column = record.columns[place % record.columns.length]
        expect(other.values[place], `${column} at ${position} for ${JSON.stringify(request)}`).toBe(value)
        if (Number.isNaN(value)) missing += 1
      }
      compared += record.values.length
    }
  }
  const byTrees = asked.filter(({ record }) => record.ranker === 'v1')
  expect(byTrees.length).toBeGreaterThan(60)
  for (const { record } of byTrees) expect(record.columns).toEqual(expect.arrayContaining([...FEATURE_NAMES]))
  expect([...drivers].sort()).toEqual([...DRIVERS].sort())
  expect(compared).toBeGreaterThan(50_000)
  expect(missing).toBeLessThan(compared / 2)
}, 120_000)
