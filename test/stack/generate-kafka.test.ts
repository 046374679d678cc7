import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { catalog } from '../../src/catalog/catalog.ts'
import { folderSink } from '../../src/cli/generating/folder-sink.ts'
import { openTarget, targetOf } from '../../src/cli/generating/target.ts'
import { tellShop } from '../../src/cli/generating/tell-shop.ts'
import { missingRequirements } from '../../src/cli/stack/requirements.ts'
import { stackUp } from '../../src/cli/stack/stack.ts'
import type { Stack } from '../../src/cli/stack/types.ts'
import { hash64 } from '../../src/core/hash.ts'
import { syntheticShop } from '../../src/datagen/synthetic-shop/synthetic-shop.ts'
import { KafkaAdmin } from '../../src/event-log/kafka/kafka-admin.ts'
import { KafkaReader } from '../../src/event-log/kafka/kafka-reader.ts'
import type { KafkaMessage } from '../../src/event-log/kafka/kafka-types.ts'

const shop = { products: 60, customers: 600, days: 40, seed: 9, endAt: Date.UTC(2026, 0, 1) }
const topicPrefix = 'generated.'

const missing = await missingRequirements(['kafka'])
const reasons = missing.map(({ name, reason }) => `${name}: ${reason}`).join('; ')

let folder = ''
let stack: Stack | undefined
let messages: readonly KafkaMessage[] = []

beforeAll(async () => {
  if (missing.length > 0) return
  folder = mkdtempSync(join(tmpdir(), 'endcap-generate-kafka-'))
  stack = await stackUp({
    runDir: join(folder, 'run'),
    engines: ['kafka'],
    portBase: 'free',
    report: (line) => console.log(line),
  })
  const { bootstrapBrokers } = stack.kafka
  const admin = new KafkaAdmin(stack.kafka)
  // One topic is there already, with partitions of its own.
  await admin.createTopics([
    { name: `${topicPrefix}orders`, partitions: 5, config: { 'retention.ms': '-1' } },
  ])
  await admin.close()
  const target = targetOf(`kafka://${bootstrapBrokers.join(',')}/${topicPrefix}`)
  await tellShop({ shop, openSink: () => openTarget(target, { partitions: 3 }), truthTo: null })
  await tellShop({ shop, openSink: () => folderSink(join(folder, 'files')), truthTo: null })
  messages = await readAll()
}, 600_000)
afterAll(async () => {
  await stack?.stop()
  if (folder !== '') rmSync(folder, { recursive: true, force: true })
}, 120_000)

async function readAll(): Promise<readonly KafkaMessage[]> {
  if (stack === undefined) throw new Error('bug: the stack was not started')
  const reader = new KafkaReader(stack.kafka)
  try {
    const found: KafkaMessage[] = []
    const topics = catalog.sources.map(({ name }) => `${topicPrefix}${name}`)
    for await (const message of reader.read({ topics })) found.push(message)
    return found
  } finally {
    await reader.close()
  }
}

test('each topic holds what the file of the topic holds, bots marked', (context) => {
  context.skip(missing.length > 0, reasons)
  for (const { name } of catalog.sources) {
    const lines = readFileSync(join(folder, 'files', `${name}.ndjson`), 'utf8')
      .trim()
      .split('\n')
    const told = messages
      .filter(({ topic }) => topic === `${topicPrefix}${name}`)
      .map(({ value }) => {
        const { bot: _, ...record } = JSON.parse(value?.toString() ?? '')
        return JSON.stringify(record)
      })
    expect([name, told.toSorted()]).toEqual([name, lines.toSorted()])
  }
  const marks = messages.map(({ value }) => JSON.parse(value?.toString() ?? '').bot)
  expect(new Set(marks)).toEqual(new Set([undefined, 'declared', 'rate']))
})

test('keys, partitions and order are those of the catalog, the time of a record is when it was logged', (context) => {
  context.skip(missing.length > 0, reasons)
  const expected = [...syntheticShop(shop).events()].map(({ topic, value, loggedAt }) => {
    const fields = new Map<string, unknown>(Object.entries(value))
    const { partitionBy = '' } = catalog.sources.find(({ name }) => name === topic) ?? {}
    const key = String(fields.get(partitionBy))
    const partition = Number(hash64(key) % (topic === 'orders' ? 5n : 3n))
    return `${topicPrefix}${topic} ${partition} ${key} ${loggedAt}`
  })
  const told = messages.map(
    ({ topic, partition, key, timestampMs }) => `${topic} ${partition} ${key?.toString()} ${timestampMs}`,
  )
  const byPartition = (texts: readonly string[]) =>
    Map.groupBy(texts, (text) => text.split(' ').slice(0, 2).join(' '))
  expect(new Map([...byPartition(told)].toSorted())).toEqual(new Map([...byPartition(expected)].toSorted()))
  expect(messages.length).toBeGreaterThan(5000)
})
