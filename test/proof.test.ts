import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { oneOf } from '../src/algebra/expression.ts'
import type { LoggedRecord } from '../src/algebra/source.ts'
import { interactions } from '../src/catalog/streams/interactions.ts'
import { catalogDefinitions } from '../src/cli/verification/definitions.ts'
import { sourcesOf } from '../src/compile/definitions.ts'
import { duckdbSql } from '../src/compile/duckdb/duckdb-sql.ts'
import { naiveTiles } from '../src/compile/inprocess/naive.ts'
import { naivePairs } from '../src/compile/inprocess/naive-pairs.ts'
import { streamRows } from '../src/compile/inprocess/rows.ts'
import { mergeParts } from '../src/compile/merge-tiles.ts'
import type { ViewPlan } from '../src/compile/plan.ts'
import { pairRowsOf, refusalsOf, tileRowsOf } from '../src/compile/sql-results.ts'
import type { Reading } from '../src/compile/sql-stream.ts'
import type { TileRow } from '../src/compile/tile.ts'
import { AnswerIndex } from '../src/features/answer-rows.ts'
import { hostileEvents } from '../src/features/hostile-events.ts'
import { InProcessEngine } from '../src/features/in-process-engine.ts'
import { DuckDbEngine, loadRecords } from '../src/features/lake/duckdb/duckdb-engine.ts'
import { DuckDbSession } from '../src/features/lake/duckdb/duckdb-session.ts'
import { NaiveEngine } from '../src/features/naive-engine.ts'
import { asOfsOf, compareEngines } from '../src/features/parity.ts'

/**
 * The proof of issue 3 as far as it needs npm packages alone; test/stack/proof.test.ts goes on with real
 * Kafka, Flink and Spark.
 */
const definitions = catalogDefinitions()
const { horizon } = definitions
const allViews = [...definitions.views, ...definitions.batchViews]

const shops = fc.record({
  seed: fc.integer(),
  events: fc.integer({ min: 1, max: 300 }),
  shoppers: fc.integer({ min: 1, max: 8 }),
  products: fc.integer({ min: 1, max: 12 }),
  days: fc.integer({ min: 1, max: 30 }),
  partitions: fc.integer({ min: 1, max: 4 }),
})

describe('the same events through the engines that need no server', () => {
  test('naive = in-process = DuckDB: tiles, windows, pair sums and refusals, on shops at random', async () => {
    const [oracle, inProcess, duckdb] = [new NaiveEngine(), new InProcessEngine(), await DuckDbEngine.open()]
    try {
      await fc.assert(
        fc.asyncProperty(shops, async (shop) => {
          const records = hostileEvents(shop)
          for (const engine of [oracle, inProcess, duckdb]) await engine.load(definitions, records)
          const asOfs = asOfsOf(definitions, records)
          const options = { definitions, records, oracle, engines: [inProcess, duckdb], asOfs }
          for await (const report of compareEngines(options)) {
            if ('mismatches' in report) expect(report).toMatchObject({ mismatches: 0 })
          }
        }),
        { numRuns: 6, verbose: true },
      )
    } finally {
      await duckdb.close()
    }
  }, 120_000)
})

describe('readings of one log', () => {
  const records = hostileEvents({ seed: 'readings', events: 3000, partitions: 3 })
  const positions = Object.fromEntries(
    ['orders', 'clickstream', 'customers'].map((topic) => [topic, halfOf(records, topic)]),
  )
  const below = records.filter(
    ({ topic, partition, offset }) => offset < (positions[topic]?.[partition] ?? 0),
  )

  test('up to a position, DuckDB equals the meaning of the records below it', async () => {
    expect(below.length).toBeGreaterThan(1000)
    expect(below.length).toBeLessThan(2000)
    const reading = { upTo: positions }
    const rows = await askDuckDb(records, (session) => tilesBy(session, reading))
    for (const plan of allViews) expectEqual(plan, naiveTiles(plan, below), rows.get(plan) ?? [])
  }, 120_000)

  test('a backfill up to X and a stream beyond X that is primed from before it come to all', async () => {
    const parts = await askDuckDb(records, async (session) => [
      await entriesBy(session, { upTo: positions }),
      await entriesBy(session, { beyond: positions }),
    ])
    for (const plan of definitions.views) {
      const rows = tileRowsOf(
        plan,
        parts.flatMap((part) => part.get(plan) ?? []),
      )
      const tiles = plan.viewKind === 'sequence' ? rows : mergeParts(plan, rows)
      expectEqual(plan, naiveTiles(plan, records), tiles)
    }
  }, 120_000)

  test('an erased shopper is in no tile, pair sum or refusal, and all else is as if never logged', async () => {
    const id = 'Insatiable~0'
    const kept = records.filter(({ value }) => value['customer_id'] !== id)
    expect(records.length - kept.length).toBeGreaterThan(100)
    const erased = oneOf('customer_id', id)
    const reading = { without: { orders: erased, clickstream: erased, customers: erased } }
    await askDuckDb(records, async (session) => {
      const rows = await tilesBy(session, reading)
      for (const plan of allViews) expectEqual(plan, naiveTiles(plan, kept), rows.get(plan) ?? [])
      for (const plan of definitions.pairs) {
        const sums = pairRowsOf(await session.rows(duckdbSql.pairs(plan, reading)))
        const expected = new AnswerIndex({ kind: 'pairs', rows: naivePairs(plan, kept) })
        expect(expected.differences(plan.pairs.name, { kind: 'pairs', rows: sums })).toEqual([])
      }
      const refused = refusalsOf(await session.rows(duckdbSql.refusals(interactions, horizon, reading)))
      const expected = new AnswerIndex({
        kind: 'refusals',
        rows: streamRows(interactions, kept, horizon).refusals,
      })
      expect(expected.differences('refusals', { kind: 'refusals', rows: refused })).toEqual([])
    })
  }, 120_000)
})

/** By partition, the offset of the record in its middle. */
function halfOf(records: readonly LoggedRecord[], topic: string): number[] {
  const lengths: number[] = []
  for (const record of records) {
    if (record.topic === topic) lengths[record.partition] = record.offset + 1
  }
  return lengths.map((length) => Math.floor(length / 2))
}

async function askDuckDb<T>(
  records: readonly LoggedRecord[],
  ask: (session: DuckDbSession) => Promise<T>,
): Promise<T> {
  using session = await DuckDbSession.open()
  for (const source of sourcesOf(definitions)) await loadRecords(session, source, records)
  // Awaited here: the session is closed on return, also under a query that still runs.
  return await ask(session)
}

type Rows = Awaited<ReturnType<DuckDbSession['rows']>>

async function entriesBy(session: DuckDbSession, reading: Reading): Promise<Map<ViewPlan, Rows>> {
  const rows = new Map<ViewPlan, Rows>()
  for (const plan of allViews) rows.set(plan, await session.rows(duckdbSql.tiles(plan, {}, reading)))
  return rows
}

async function tilesBy(session: DuckDbSession, reading: Reading): Promise<Map<ViewPlan, TileRow[]>> {
  const rows = await entriesBy(session, reading)
  return new Map([...rows].map(([plan, entries]) => [plan, tileRowsOf(plan, entries)]))
}

function expectEqual(plan: ViewPlan, expected: readonly TileRow[], actual: readonly TileRow[]): void {
  const rows = new AnswerIndex({ kind: 'tiles', rows: expected })
  expect(rows.size, plan.view.name).toBeGreaterThan(10)
  const found = rows.differences(plan.view.name, { kind: 'tiles', rows: actual })
  expect(found.slice(0, 3)).toEqual([])
}
