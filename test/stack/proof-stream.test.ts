import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { oneOf } from '../../src/algebra/expression.ts'
import type { LoggedRecord } from '../../src/algebra/source.ts'
import { view } from '../../src/algebra/view.ts'
import { customers } from '../../src/catalog/events/customers.ts'
import { interactions } from '../../src/catalog/streams/interactions.ts'
import { productActivity } from '../../src/catalog/views/product-activity.ts'
import { catalogDefinitions } from '../../src/cli/verification/definitions.ts'
import { openStatisticsLog } from '../../src/cli/verification/engines.ts'
import type { Definitions } from '../../src/compile/definitions.ts'
import { duckdbSql } from '../../src/compile/duckdb/duckdb-sql.ts'
import { naiveTiles } from '../../src/compile/inprocess/naive.ts'
import { streamRows } from '../../src/compile/inprocess/rows.ts'
import { planView, type ViewPlan } from '../../src/compile/plan.ts'
import type { Reading } from '../../src/compile/sql-stream.ts'
import { AnswerIndex, type AnswerRows, type Difference } from '../../src/features/answer-rows.ts'
import { hostileEvents } from '../../src/features/hostile-events.ts'
import { loadRecords } from '../../src/features/lake/duckdb/duckdb-engine.ts'
import { DuckDbSession } from '../../src/features/lake/duckdb/duckdb-session.ts'
import { FlinkCluster } from '../../src/features/stream/flink/flink-cluster.ts'
import { FlinkStatistics } from '../../src/features/stream/flink/flink-statistics.ts'
import { untilEmpty, withProofStack } from './proof-stack.ts'

const PARTITIONS = 3
const definitions = catalogDefinitions()
const { horizon, views } = definitions
/** The last record of every partition counts, so that equality means that all partitions were read. */
const records = withLastWord(
  // Flink joins no versions of customers: they are left out.
  hostileEvents({ seed: 'stream', events: 4000, partitions: PARTITIONS }).filter(
    ({ topic }) => topic !== customers.name,
  ),
)

await withProofStack((stack) => {
  let cluster: FlinkCluster
  let log: ReturnType<typeof openStatisticsLog>
  beforeAll(() => {
    cluster = new FlinkCluster(stack().flink)
    log = openStatisticsLog(stack().kafka)
  })
  afterAll(() => log?.close())

  /** Topics of one test, deleted after it. */
  async function withTopics(
    asked: Definitions,
    work: (statistics: FlinkStatistics) => Promise<void>,
  ): Promise<void> {
    const topicPrefix = `proof-${randomUUID().slice(0, 8)}.`
    const options = { cluster, log, definitions: asked, topicPrefix, partitions: PARTITIONS }
    const statistics = new FlinkStatistics(options)
    await statistics.createTopics()
    try {
      await work(statistics)
    } finally {
      for (const job of await cluster.activeJobs()) await cluster.cancel(job)
      await statistics.deleteTopics()
    }
  }

  describe('a job that runs for ever', () => {
    test('counts every event once through kill -9, a savepoint and a new start', async () => {
      await withTopics(definitions, async (statistics) => {
        const [first, second, third] = thirdsOf(records)
        const job = await statistics.start({ part: 'g1' })
        await cluster.waitRunning(job)
        await statistics.append(first)
        expect(await untilEqual(statistics, first), 'before the kill').toEqual([])

        const restarts = await cluster.restarts(job)
        // Dies in the middle of the flow: half of the second third is sent, half is still to come.
        await statistics.append(second.slice(0, second.length / 2))
        await stack().killTaskManager()
        await statistics.append(second.slice(second.length / 2))
        await stack().startTaskManager()
        await cluster.waitRestarted(job, restarts, { timeoutMs: 120_000 })
        const seen = [...first, ...second]
        expect(await untilEqual(statistics, seen), 'after the kill').toEqual([])

        const savepoint = await cluster.stopWithSavepoint(job)
        expect(await differencesOf(statistics, seen), 'after the savepoint').toEqual([])
        const resumed = await statistics.start({
          part: 'g1',
          properties: { 'execution.state-recovery.path': savepoint },
        })
        await cluster.waitRunning(resumed)
        await statistics.append(third)
        expect(await untilEqual(statistics, records), 'after the resume').toEqual([])
        // A savepoint pushes out all that was read: nothing may be counted on top.
        await cluster.stopWithSavepoint(resumed)
        expect(await differencesOf(statistics, records), 'at the end').toEqual([])
      })
    })
  })

  describe('tiles in parts', () => {
    const position = positionAt(records, 0.75)
    const person = 'Insatiable~0'
    const erased = oneOf('customer_id', person)
    const without = { orders: erased, clickstream: erased }
    const kept = records.filter(({ value }) => value['customer_id'] !== person)
    const primedAt = startOf(records, position)

    test('a backfill up to X by DuckDB, then a stream beyond X, then an erase: each equals the whole', async () => {
      expect(records.filter(({ loggedAt }) => loggedAt < primedAt).length).toBeGreaterThan(500)
      await withTopics(definitions, async (statistics) => {
        await statistics.append(records)
        await backfill(statistics, 'batch', { upTo: position })
        await finish(statistics, 'g1', { beyond: position })
        expect(
          await differencesOf(statistics, records, { refusals: 'beyond' }),
          'backfill, then stream',
        ).toEqual([])

        // Erase: both parts are dropped, the batch is computed without the person, a new generation begins.
        for (const plan of views) {
          await statistics.dropPart(plan, 'batch')
          await statistics.dropPart(plan, 'g1')
        }
        expect(await tilesOfAll(statistics), 'after the drop').toBe(0)
        await backfill(statistics, 'batch2', { upTo: position, without })
        await finish(statistics, 'g2', { beyond: position, without })
        expect(kept.length).toBeLessThan(records.length - 100)
        expect(await differencesOf(statistics, kept, { refusals: 'none' }), 'after the erase').toEqual([])

        const [plan] = views
        if (plan === undefined) throw new Error('bug: no view')
        const planted = {
          sku: 'SKU.0',
          tile_start: 0,
          views: 1,
          carts: 0,
          wishes: 0,
          purchases: 0,
          returns: 0,
          units: 0,
          revenue_cents: 0,
        }
        await statistics.writePart(plan, 'planted', [planted])
        expect(await differencesOf(statistics, kept, { refusals: 'none' }), 'a planted row').toEqual([
          { answer: plan.view.name, key: 'SKU.0 0', expected: undefined, actual: '1,0,0,0,0,0,0' },
        ])
      })

      async function backfill(statistics: FlinkStatistics, part: string, reading: Reading): Promise<void> {
        using session = await DuckDbSession.open()
        for (const { source } of interactions.branches) await loadRecords(session, source, records)
        for (const plan of views) {
          await statistics.writePart(plan, part, await session.rows(duckdbSql.tiles(plan, {}, reading)))
        }
      }

      async function finish(statistics: FlinkStatistics, part: string, reading: Reading): Promise<void> {
        const job = await statistics.start({ part, reading, startAtMs: primedAt, until: 'untilNow' })
        await cluster.waitFinished(job)
      }
    })

    test('a changed definition is a new hash and a new topic beside the old, and both are right', async () => {
      const { revenue_cents: _revenue, ...fewer } = productActivity.measures
      const changed = planView(view({ ...productActivity, tile: 'day', measures: fewer }), horizon)
      const [old] = views
      if (old === undefined) throw new Error('bug: no view')
      expect(changed.tileName).not.toBe(old.tileName)
      await withTopics({ ...definitions, views: [old, changed] }, async (statistics) => {
        await statistics.append(records)
        const job = await statistics.start({ part: 'g1', until: 'untilNow' })
        await cluster.waitFinished(job)
        for (const plan of [old, changed]) {
          expect(tileDifferences(plan, records, await statistics.tiles(plan))).toEqual([])
        }
      })
    })

    async function tilesOfAll(statistics: FlinkStatistics): Promise<number> {
      let count = 0
      for (const plan of views) count += (await statistics.tiles(plan)).length
      return count
    }
  })

  const untilEqual = (statistics: FlinkStatistics, seen: readonly LoggedRecord[]) =>
    untilEmpty(() => differencesOf(statistics, seen), 120_000)

  /** The first rows on which the topics differ from the meaning of the records. */
  async function differencesOf(
    statistics: FlinkStatistics,
    seen: readonly LoggedRecord[],
    { refusals = 'all' }: { readonly refusals?: 'all' | 'beyond' | 'none' } = {},
  ): Promise<readonly Difference[]> {
    const found: Difference[] = []
    for (const plan of views) found.push(...tileDifferences(plan, seen, await statistics.tiles(plan)))
    if (refusals !== 'none') {
      const position = refusals === 'beyond' ? positionAt(records, 0.75) : {}
      const expected = streamRows(interactions, seen, horizon).refusals.filter(
        ({ topic, partition, offset }) => offset >= (position[topic]?.[partition] ?? 0),
      )
      found.push(
        ...compared(
          'refusals',
          { kind: 'refusals', rows: expected },
          { kind: 'refusals', rows: await statistics.refusals(interactions) },
        ),
      )
    }
    return found.slice(0, 5)
  }
})

function tileDifferences(
  plan: ViewPlan,
  seen: readonly LoggedRecord[],
  tiles: Extract<AnswerRows, { kind: 'tiles' }>['rows'],
): readonly Difference[] {
  return compared(
    plan.view.name,
    { kind: 'tiles', rows: naiveTiles(plan, seen) },
    { kind: 'tiles', rows: tiles },
  )
}

const compared = (name: string, expected: AnswerRows, actual: AnswerRows): readonly Difference[] =>
  new AnswerIndex(expected).differences(name, actual)

/** The records, then in each partition of each topic one more that counts. */
function withLastWord(events: readonly LoggedRecord[]): readonly LoggedRecord[] {
  const last = new Map<string, LoggedRecord>()
  for (const record of events) last.set(`${record.topic}/${record.partition}`, record)
  const at = Math.max(...events.map(({ loggedAt }) => loggedAt))
  const more = [...last.values()].map(({ topic, partition, offset }): LoggedRecord => {
    const id = `last-${topic}-${partition}`
    const value =
      topic === 'orders'
        ? {
            order_id: id,
            line_no: 0,
            sku: id,
            quantity: 1,
            price_cents: 1,
            price_discount_cents: 0,
            currency: 'GBP',
            ordered_at: at,
          }
        : {
            event_id: id,
            event: 'view_item',
            occurred_at: at,
            session_id: id,
            payload: { items: [{ item_id: id }] },
          }
    return { topic, partition, offset: offset + 1, loggedAt: at, value }
  })
  return [...events, ...more]
}

function thirdsOf(all: readonly LoggedRecord[]): [LoggedRecord[], LoggedRecord[], LoggedRecord[]] {
  const [one, two] = [Math.floor(all.length / 3), Math.floor((2 * all.length) / 3)]
  return [all.slice(0, one), all.slice(one, two), all.slice(two)]
}

/** By topic and partition, the offset that the share of all records in the order of arrival has reached. */
function positionAt(all: readonly LoggedRecord[], share: number): Record<string, number[]> {
  const position: Record<string, number[]> = {
    orders: new Array(PARTITIONS).fill(0),
    clickstream: new Array(PARTITIONS).fill(0),
  }
  for (const { topic, partition, offset } of all.slice(0, Math.floor(all.length * share))) {
    const offsets = position[topic]
    if (offsets !== undefined) offsets[partition] = offset + 1
  }
  return position
}

/** D before the earliest record beyond the position, epoch ms: from here on a stream has to prime its dedupe. */
function startOf(
  all: readonly LoggedRecord[],
  position: Readonly<Record<string, readonly number[]>>,
): number {
  const beyond = all.filter(({ topic, partition, offset }) => offset >= (position[topic]?.[partition] ?? 0))
  return Math.min(...beyond.map(({ loggedAt }) => loggedAt)) - horizon.lateMs
}
