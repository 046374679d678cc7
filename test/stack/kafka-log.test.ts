import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { avroSchemaOf, SUBJECT_COMPATIBILITY } from '../../src/catalog/avro.ts'
import { catalog } from '../../src/catalog/catalog.ts'
import { missingRequirements } from '../../src/cli/stack/requirements.ts'
import { stackDown, stackUp } from '../../src/cli/stack/stack.ts'
import type { Stack } from '../../src/cli/stack/types.ts'
import { hash64 } from '../../src/core/hash.ts'
import { describeEventLog } from '../../src/event-log/contract/event-log.contract.ts'
import type { EventLog, LogEntry } from '../../src/event-log/contract/event-log.ts'
import { openKafkaLog } from '../../src/event-log/kafka/kafka-log.ts'
import { KafkaProducer } from '../../src/event-log/kafka/kafka-producer.ts'
import { KafkaReader } from '../../src/event-log/kafka/kafka-reader.ts'
import type { KafkaMessage } from '../../src/event-log/kafka/kafka-types.ts'
import { SchemaRegistry } from '../../src/event-log/kafka/schema-registry.ts'
import { SCHEMA_CHANGES } from '../avro-changes.ts'

const ENGINES = ['kafka', 'registry'] as const
const missing = await missingRequirements(ENGINES)
const reasons = missing.map(({ name, reason }) => `${name}: ${reason}`).join('; ')

let folder = ''
let stack: Stack

beforeAll(async () => {
  if (missing.length > 0) return
  folder = mkdtempSync(join(tmpdir(), 'endcap-kafka-log-'))
  stack = await stackUp({
    runDir: join(folder, 'run'),
    engines: ENGINES,
    portBase: 'free',
    report: (line) => console.log(line),
  })
}, 600_000)
afterAll(async () => {
  await stack?.stop()
  if (folder !== '') rmSync(folder, { recursive: true, force: true })
}, 120_000)

describe.skipIf(missing.length > 0)(`the schema registry ${reasons}`, () => {
  const versions = (fields: readonly object[]) => ({ type: 'record', name: 'Thing', fields })
  const id = { name: 'id', type: 'string' }
  const size = { name: 'size', type: ['null', 'long'], default: null }
  const first = versions([id])

  test('gives a schema the same id whenever it is registered, and its text by the id', async () => {
    const registry = new SchemaRegistry(stack.registry)
    const given = await registry.register('things-value', first)
    expect(await registry.register('things-value', first)).toBe(given)
    expect(JSON.parse(await registry.schema(given))).toEqual(first)
    expect(await registry.subjects()).toContain('things-value')
    await expect(registry.schema(987_654)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('refuses a schema that cannot read what older ones wrote', async () => {
    const registry = new SchemaRegistry(stack.registry)
    await registry.register('sizes-value', first)
    await registry.setCompatibility('sizes-value', 'BACKWARD_TRANSITIVE')
    const second = versions([id, size])
    const bad = versions([id, { name: 'size', type: 'long' }])
    expect(await registry.isCompatible('sizes-value', second)).toBe(true)
    expect(await registry.isCompatible('sizes-value', bad)).toBe(false)
    expect(await registry.isCompatible('unknown-value', bad)).toBe(true)
    await expect(registry.register('sizes-value', bad)).rejects.toMatchObject({ code: 'SCHEMA_CONFLICT' })
    expect(await registry.register('sizes-value', second)).toBeGreaterThan(0)
  })

  test.each(SCHEMA_CHANGES)('judges $change of $topic as our own check does', async (changed) => {
    const { change, topic, of, isBackward, isForward } = changed
    const registry = new SchemaRegistry(stack.registry)
    const subject = `${change.replaceAll(' ', '-')}-value`
    const old = JSON.parse(JSON.stringify(avroSchemaOf(topic)))
    await registry.register(subject, old)
    await registry.setCompatibility(subject, 'BACKWARD_TRANSITIVE')
    expect(await registry.isCompatible(subject, of(old))).toBe(isBackward)
    await registry.setCompatibility(subject, SUBJECT_COMPATIBILITY)
    expect(await registry.isCompatible(subject, of(old))).toBe(isBackward && isForward)
  })

  test('is named when it is not there', async () => {
    const registry = new SchemaRegistry({ url: 'http://127.0.0.1:9' })
    await expect(registry.subjects()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('nothing answers at http://127.0.0.1:9'),
    })
  })

  test('keeps its schemas when it is stopped and started', async () => {
    const registry = new SchemaRegistry(stack.registry)
    const id1 = await registry.register('kept-value', first)
    await stackDown({ runDir: stack.runDir, engines: ['registry'], keep: true })
    await stackUp({ runDir: stack.runDir, engines: ENGINES })
    expect(await new SchemaRegistry(stack.registry).register('kept-value', first)).toBe(id1)
  })
})

/** Any event of the contract suite. */
const optional = (name: string, type: unknown) => ({ name, type: ['null', type], default: null })
const suiteSchema = {
  type: 'record',
  name: 'SuiteEvent',
  fields: [optional('n', 'long'), optional('id', 'long'), optional('occurred_at', 'long')],
}

let prefixes = 0
const newPrefix = (): string => {
  prefixes += 1
  return `log-${prefixes}.`
}

const openLog = (topicPrefix: string, schemas?: ReadonlyMap<string, object>): Promise<EventLog> =>
  openKafkaLog({
    connection: stack.kafka,
    registry: stack.registry,
    topicPrefix,
    sources: catalog.sources,
    ...(schemas === undefined ? {} : { schemas }),
  })

describe.skipIf(missing.length > 0)('with schemas of its own', () => {
  describeEventLog('the log in Kafka', async () => {
    const topicPrefix = newPrefix()
    const schemas = new Map([[`${topicPrefix}clickstream`, suiteSchema]])
    return { open: () => openLog(topicPrefix, schemas), outlivesClose: true, dispose: async () => {} }
  })
})

describe.skipIf(missing.length > 0)('the topics of a shop', () => {
  const click = (n: number) => ({
    event_id: `e-${n}`,
    event: 'view_item',
    occurred_at: 1_700_000_000_000 + n,
    session_id: `s-${n % 7}`,
    payload: { items: [{ item_id: `sku-${n}`, quantity: 1 }] },
  })
  const order = (n: number) => ({
    order_id: `o-${n}`,
    line_no: 0,
    sku: 'mug',
    quantity: 1,
    price_cents: 500,
    price_discount_cents: 0,
    currency: 'GBP',
    ordered_at: 1_700_000_000_000 + n,
  })
  const numberOf = (topic: string) => catalog.sources.findIndex(({ name }) => name === topic)

  function entry(events: readonly { topic: string; value: object }[]): LogEntry {
    const body = Buffer.from(JSON.stringify(events.map(({ topic, value }) => ({ topic, ...value }))))
    return {
      body,
      format: 'json',
      arrivedAt: 1_700_000_100_000,
      loggedAt: 1_700_000_100_000,
      newestLoggedAt: 1_700_000_100_000,
      statuses: Uint8Array.from(events, ({ topic }) => numberOf(topic)),
      idHashes: BigUint64Array.from(events, ({ value }) => hash64(JSON.stringify(value))),
      refused: [],
    }
  }

  const events = Array.from({ length: 40 }, (_, n) =>
    n % 4 === 0 ? { topic: 'orders', value: order(n) } : { topic: 'clickstream', value: click(n) },
  )

  async function messagesOf(topic: string): Promise<readonly KafkaMessage[]> {
    const reader = new KafkaReader(stack.kafka)
    try {
      const messages: KafkaMessage[] = []
      for await (const message of reader.read({ topics: [topic] })) messages.push(message)
      return messages
    } finally {
      await reader.close()
    }
  }

  const valuesFrom = async (log: EventLog, from: number) => {
    const records = []
    for await (const lot of log.read(from)) records.push(...lot)
    return records.map(({ topic, offset, value }) => ({ topic, offset, value }))
  }

  test('hold Avro, keyed and spread as the catalog says, and are read back in the order of the writer', async () => {
    const topicPrefix = newPrefix()
    const log = await openLog(topicPrefix)
    try {
      for (let n = 0; n < events.length; n += 8) await log.append(entry(events.slice(n, n + 8)))
      for (const from of [0, 1, 17, 39, 40]) {
        expect(await valuesFrom(log, from)).toEqual(
          events.slice(from).map((event, index) => ({ ...event, offset: from + index })),
        )
      }
    } finally {
      await log.close()
    }
    const clicks = await messagesOf(`${topicPrefix}clickstream`)
    expect(new Set(clicks.map(({ partition }) => partition)).size).toBeGreaterThan(1)
    for (const { key, partition, value, timestampMs } of clicks) {
      expect(partition).toBe(Number(hash64(key?.toString() ?? '') % 3n))
      expect([value?.[0], timestampMs]).toEqual([0, 1_700_000_100_000])
    }
    expect(await new SchemaRegistry(stack.registry).subjects()).toContain(`${topicPrefix}orders-value`)
  })

  test('leave out what others wrote, and go on where the last writer ended', async () => {
    const topicPrefix = newPrefix()
    const first = await openLog(topicPrefix)
    await first.append(entry(events.slice(0, 8)))
    await first.close()
    const stranger = new KafkaProducer(stack.kafka)
    const foreign = { topic: `${topicPrefix}clickstream`, key: 'x', value: 'not ours', timestampMs: 1 }
    await stranger.send([0, 1, 2, 2, 2].map((partition) => ({ ...foreign, partition })))
    await stranger.close()
    const second = await openLog(topicPrefix)
    try {
      expect(second.position).toBe(8)
      await second.append(entry(events.slice(8, 12)))
      const all = events.slice(0, 12).map((event, offset) => ({ ...event, offset }))
      expect(await valuesFrom(second, 0)).toEqual(all)
    } finally {
      await second.close()
    }
  })

  test('that others make are only looked at: what is missing in them is named, and nothing is made', async () => {
    const topicPrefix = newPrefix()
    const given = () =>
      openKafkaLog({
        connection: stack.kafka,
        registry: stack.registry,
        topicPrefix,
        sources: catalog.sources,
        topics: 'given',
      })
    await expect(given()).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(`${topicPrefix}orders`),
      remedy: expect.stringContaining('pulumi up'),
    })
    const registry = new SchemaRegistry(stack.registry)
    expect((await registry.subjects()).filter((name) => name.startsWith(topicPrefix))).toEqual([])
    await (await openLog(topicPrefix)).close()
    const log = await given()
    await log.append(entry(events.slice(0, 4)))
    expect(await valuesFrom(log, 0)).toHaveLength(4)
    await log.close()
    await registry.setCompatibility(`${topicPrefix}orders-value`, 'BACKWARD')
    await expect(given()).rejects.toMatchObject({
      code: 'SCHEMA_CONFLICT',
      place: `subject '${topicPrefix}orders-value'`,
    })
  })

  test('a record that its schema does not allow is written by nobody, and the log then takes nothing', async () => {
    const log = await openLog(newPrefix())
    try {
      const bad = entry([{ topic: 'orders', value: { ...order(1), quantity: 'three' } }])
      await expect(log.append(bad)).rejects.toThrow(/quantity/)
      await expect(log.append(entry(events.slice(0, 1)))).rejects.toThrow(/quantity/)
    } finally {
      await log.close()
    }
  })
})
