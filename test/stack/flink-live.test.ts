import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Catalog, catalog as wholeCatalog } from '../../src/catalog/catalog.ts'
import { productActivity } from '../../src/catalog/views/product-activity.ts'
import { shopperLastSeen } from '../../src/catalog/views/shopper-last-seen.ts'
import { shopperRecent } from '../../src/catalog/views/shopper-recent.ts'
import type { Stack } from '../../src/cli/stack/types.ts'
import { openMaterialisedState } from '../../src/cli/streaming/materialised-state.ts'
import { openStatisticsLog } from '../../src/cli/verification/engines.ts'
import { planView } from '../../src/compile/plan.ts'
import { silentLogger as logger } from '../../src/core/logger.ts'
import { syntheticShop } from '../../src/datagen/synthetic-shop/synthetic-shop.ts'
import { openKafkaLog } from '../../src/event-log/kafka/kafka-log.ts'
import { KafkaProducer } from '../../src/event-log/kafka/kafka-producer.ts'
import { KafkaReader } from '../../src/event-log/kafka/kafka-reader.ts'
import { memoryLog } from '../../src/event-log/memory/memory-log.ts'
import { memoryStateStore } from '../../src/features/online/memory-state-store.ts'
import { openOnlineState } from '../../src/features/online/online-state.ts'
import { FlinkCluster } from '../../src/features/stream/flink/flink-cluster.ts'
import { FlinkStatistics } from '../../src/features/stream/flink/flink-statistics.ts'
import { type HistoryEvent, startWriter } from '../../src/features/stream/inprocess/writer.ts'
import { withProofStack } from './proof-stack.ts'

const topicPrefix = `live-${randomUUID().slice(0, 8)}.`
/** One view of each kind: sums, merges, a sequence. All views are compared by `proof-stream.test.ts`. */
const views = [productActivity, shopperLastSeen, shopperRecent]
const catalog: Catalog = { ...wholeCatalog, views }
const definitions = {
  horizon: catalog.horizon,
  streams: catalog.streams,
  views: views.map((view) => planView(view, catalog.horizon)),
  batchViews: [],
  pairs: [],
}
const clock = () => Date.UTC(2026, 0, 2)
const shop = { products: 30, customers: 60, days: 12, seed: 4, endAt: Date.UTC(2026, 0, 1) }

let folder = ''
let stack: Stack

/** Events of a shop, the last of them a click on a product. */
function history(): readonly HistoryEvent[] {
  const events = [...syntheticShop(shop).events()].map(
    ({ topic, value }): HistoryEvent => ({ topic, value: { ...value } }),
  )
  const last: HistoryEvent = {
    topic: 'clickstream',
    value: {
      event_id: 'the-last',
      event: 'view_item',
      occurred_at: shop.endAt,
      session_id: 'the-last',
      payload: {
        items: [{ item_id: String(events.find(({ topic }) => topic === 'products')?.value['sku']) }],
      },
    },
  }
  return [...events, last]
}

/** The hash of the state that the embedded profile has of these events. */
async function embeddedHash(events: readonly HistoryEvent[]): Promise<string> {
  const log = memoryLog(catalog.sources)
  const state = await openOnlineState({ catalog, store: memoryStateStore() })
  const writer = await startWriter({ catalog, log, state, clock, logger })
  await writer.appendHistory(events)
  const hash = state.hash()
  await writer.close()
  return hash
}

const connections = () => ({
  connection: stack.kafka,
  registry: stack.registry,
  topicPrefix,
  sources: catalog.sources,
})

/** Started, and closed when all that was read is in the state. */
async function openMaterialised() {
  const { state, materialiser, close } = await openMaterialisedState({
    folder: join(folder, 'state'),
    catalog,
    topics: connections(),
    logger,
  })
  await materialiser.start()
  const settleAndClose = async () => {
    await materialiser.settle()
    await close()
  }
  return { state, materialiser, close: settleAndClose }
}

await withProofStack(
  (up) => {
    beforeAll(() => {
      stack = up()
      folder = mkdtempSync(join(tmpdir(), 'endcap-live-'))
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    describe('events in Avro through Flink into the online state', () => {
      test('give the state of the embedded profile, through an upgrade with a savepoint and a restart', async () => {
        const events = history()
        const half = Math.floor(events.length / 2)
        const expected = {
          half: await embeddedHash(events.slice(0, half)),
          whole: await embeddedHash(events),
        }

        const log = await openKafkaLog(connections())
        const writer = await startWriter({ catalog, log, clock, logger })
        const statisticsLog = openStatisticsLog(stack.kafka)
        const cluster = new FlinkCluster(stack.flink)
        const statistics = new FlinkStatistics({
          cluster,
          log: statisticsLog,
          definitions,
          topicPrefix,
          partitions: 3,
          registryUrl: stack.registry.url,
        })
        await statistics.createTopics()
        const first = await openMaterialised()
        const applied = async ({ state, materialiser }: typeof first, hash: string) => {
          const giveUpAt = Date.now() + 90_000
          while (state.hash() !== hash && Date.now() < giveUpAt) while ((await materialiser.step()) > 0);
          return state.hash()
        }
        try {
          const job = await statistics.start({ part: 'g1' })
          await cluster.waitRunning(job)
          expect((await writer.appendHistory(events.slice(0, half))).refused).toBe(0)
          expect(await applied(first, expected.half)).toBe(expected.half)

          const savepoint = await cluster.stopWithSavepoint(job)
          await first.close()
          await writer.appendHistory(events.slice(half))
          const resumed = await statistics.start({
            part: 'g1',
            properties: { 'execution.state-recovery.path': savepoint },
          })
          const second = await openMaterialised()
          expect(second.state.hash()).toBe(expected.half)
          expect(second.state.position()).toBeGreaterThan(0)
          expect(await applied(second, expected.whole)).toBe(expected.whole)
          expect(await second.materialiser.lag()).toBe(0)
          await second.close()
          await cluster.cancel(resumed)
        } finally {
          await writer.close()
          await statisticsLog.close()
        }
      })

      test('an entity that cannot be read becomes a dead letter with its bytes, and the others go on', async () => {
        const { state, materialiser, close } = await openMaterialised()
        const producer = new KafkaProducer(stack.kafka)
        const reader = new KafkaReader(stack.kafka)
        try {
          const topic = `${topicPrefix}products`
          const [end = 0] = (await reader.endOffsets([topic])).get(topic) ?? []
          const bytes = Buffer.from('{"sku":"not avro"}')
          const bad = { topic, partition: 0, key: 'mug', value: bytes, timestampMs: 7 }
          await producer.send([bad])
          while (materialiser.poisonCount === 0) await materialiser.step()
          const letters = []
          for await (const { key, value } of reader.read({ topics: [`${topicPrefix}dead_letter`] })) {
            letters.push([key?.toString(), value])
          }
          expect(letters).toEqual([[`products-0-${end}`, bytes]])
          expect(state.offsets()[topic]?.[0]).toBe(end + 1)
        } finally {
          await Promise.all([producer.close(), reader.close()])
          await close()
        }
      })
    })
  },
  ['kafka', 'registry', 'flink'],
)
