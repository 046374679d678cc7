import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest'
import { isAlive, killProcess } from '../../src/cli/stack/process.ts'
import { type MissingRequirement, missingRequirements } from '../../src/cli/stack/requirements.ts'
import { stackDown, stackStatus, stackUp } from '../../src/cli/stack/stack.ts'
import { ENGINES, type Stack } from '../../src/cli/stack/types.ts'
import { withStack } from '../../src/cli/stack/with-stack.ts'
import { KafkaAdmin } from '../../src/event-log/kafka/kafka-admin.ts'
import { KafkaProducer } from '../../src/event-log/kafka/kafka-producer.ts'
import { KafkaReader, type ReadOptions } from '../../src/event-log/kafka/kafka-reader.ts'
import type { KafkaMessage, KafkaRecord } from '../../src/event-log/kafka/kafka-types.ts'
import { connectSpark, type SparkSql } from '../../src/features/lake/spark/spark-sql.ts'
import { FlinkCluster } from '../../src/features/stream/flink/flink-cluster.ts'
import type { FlinkSession } from '../../src/features/stream/flink/flink-session.ts'

const MAX = Number.MAX_SAFE_INTEGER

let missing: readonly MissingRequirement[] = []
let folder = ''
let stack: Stack | undefined
let upSeconds = 0

/** The running stack, or the test is skipped with what this machine lacks. */
function theStack(context: TestContext): Stack {
  context.skip(missing.length > 0, missing.map(({ name, reason }) => `${name}: ${reason}`).join('; '))
  if (stack === undefined) throw new Error('bug: the stack was not started')
  return stack
}

async function readAll(
  reader: KafkaReader,
  topic: string,
  range: Pick<ReadOptions, 'from' | 'to'> = {},
): Promise<KafkaMessage[]> {
  const messages: KafkaMessage[] = []
  for await (const message of reader.read({ topics: [topic], ...range })) messages.push(message)
  return messages
}

beforeAll(async () => {
  missing = await missingRequirements(ENGINES)
  if (missing.length > 0) return
  folder = await mkdtemp(join(tmpdir(), 'endcap-stack-'))
  const startedAt = performance.now()
  stack = await stackUp({
    runDir: join(folder, 'run'),
    portBase: 'free',
    report: (line) => console.log(line),
  })
  upSeconds = (performance.now() - startedAt) / 1000
  console.log(`stack up in ${upSeconds.toFixed(1)} s`)
}, 600_000)

afterAll(async () => {
  if (folder === '') return
  await stackDown({ runDir: join(folder, 'run') })
  await rm(folder, { recursive: true, force: true })
})

describe('stack up', () => {
  test('starts six processes that live and answer', async (context) => {
    const { runDir, started } = theStack(context)
    const status = await stackStatus({ runDir })
    expect(started.toSorted()).toEqual(ENGINES.toSorted())
    expect(status.map(({ engine, state }) => [engine, state])).toEqual(
      ENGINES.map((engine) => [engine, 'up']),
    )
    expect(status.flatMap(({ processes }) => processes.map(({ name }) => name))).toEqual([
      'kafka',
      'registry',
      'flink-jobmanager',
      'flink-taskmanager',
      'flink-gateway',
      'spark-thrift',
    ])
  })

  test('a second call finds everything up, and its stop leaves everything up', async (context) => {
    const { runDir, kafka } = theStack(context)
    const second = await stackUp({ runDir })
    expect(second.started).toEqual([])
    expect(second.kafka).toEqual(kafka)
    await second.stop()
    expect((await stackStatus({ runDir })).map(({ state }) => state)).toEqual(ENGINES.map(() => 'up'))
  })

  test('refuses other ports than those of the stack that runs', async (context) => {
    const { runDir } = theStack(context)
    await expect(stackUp({ runDir, portBase: 29_092 })).rejects.toThrow(/runs on ports from \d+, not 29092/)
  })

  test('names a port that is taken, and what to do', async (context) => {
    theStack(context)
    const server = createServer()
    await new Promise<void>((listening) => server.listen(29_192, '127.0.0.1', listening))
    try {
      const up = stackUp({ engines: ['kafka'], runDir: join(folder, 'taken'), portBase: 29_192 })
      await expect(up).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: 'kafka: port 29192 (kafka) of 127.0.0.1 is taken',
        remedy: expect.stringContaining('--port-base'),
      })
    } finally {
      server.close()
    }
  })

  test('shows the end of the log of an engine that does not start, and stops it', async (context) => {
    theStack(context)
    const runDir = join(folder, 'broken')
    await mkdir(join(runDir, 'kafka', 'data'), { recursive: true })
    await writeFile(
      join(runDir, 'kafka', 'data', 'meta.properties'),
      'version=1\ncluster.id=other\nnode.id=7\n',
    )
    const up = stackUp({ engines: ['kafka'], runDir, portBase: 'free' })
    await expect(up).rejects.toThrow(/process kafka ended; last lines of [\s\S]*node/)
    expect((await stackStatus({ runDir })).map(({ state }) => state)).toEqual(ENGINES.map(() => 'down'))
  })
})

describe('withStack', () => {
  test('stops what it started also when the work fails', async (context) => {
    theStack(context)
    const runDir = join(folder, 'with')
    const work = withStack({ engines: ['kafka'], runDir, portBase: 'free' }, async ({ started }) => {
      throw new Error(`the work fails after ${started.join()} came up`)
    })
    await expect(work).rejects.toThrow('the work fails after kafka came up')
    expect((await stackStatus({ runDir })).map(({ state }) => state)).toEqual(ENGINES.map(() => 'down'))
  })
})

describe('the Kafka client', () => {
  let admin: KafkaAdmin
  let producer: KafkaProducer
  let reader: KafkaReader

  beforeAll(() => {
    if (stack === undefined) return
    admin = new KafkaAdmin(stack.kafka)
    producer = new KafkaProducer(stack.kafka)
    reader = new KafkaReader(stack.kafka)
  })
  afterAll(async () => {
    if (stack !== undefined) await Promise.all([admin.close(), producer.close(), reader.close()])
  })

  test('gives records back with partition, offset, log time, key and value, tombstones included', async (context) => {
    theStack(context)
    await admin.createTopics([{ name: 'round-trip', partitions: 3 }])
    const record = (partition: number, key: string | null, value: string | null, timestampMs: number) => ({
      topic: 'round-trip',
      partition,
      key,
      value,
      timestampMs,
    })
    await producer.send([
      record(2, 'a', 'first', 1_700_000_000_000),
      record(0, 'ключ', 'ärger\u0000"\\\n😀', 5_000),
      record(2, 'a', null, 1_600_000_000_000),
      record(2, null, '', 1_700_000_000_001),
    ])
    const seen = (await readAll(reader, 'round-trip')).map((message) => ({
      ...message,
      key: message.key?.toString() ?? null,
      value: message.value?.toString() ?? null,
    }))
    expect(seen).toEqual([
      { ...record(0, 'ключ', 'ärger\u0000"\\\n😀', 5_000), offset: 0, headers: {} },
      { ...record(2, 'a', 'first', 1_700_000_000_000), offset: 0, headers: {} },
      { ...record(2, 'a', null, 1_600_000_000_000), offset: 1, headers: {} },
      { ...record(2, null, '', 1_700_000_000_001), offset: 2, headers: {} },
    ])
  })

  test('cuts many records into batches and reads exactly between two offsets', async (context) => {
    theStack(context)
    await admin.createTopics([{ name: 'ranges', partitions: 2 }])
    const records: KafkaRecord[] = Array.from({ length: 20_000 }, (_, index) => ({
      topic: 'ranges',
      partition: index % 2,
      key: `k${index}`,
      value: `${index}`.padEnd(300, '.'),
      timestampMs: 1_700_000_000_000 - index,
    }))
    await producer.send(records)
    expect(await reader.endOffsets(['ranges'])).toEqual(new Map([['ranges', [10_000, 10_000]]]))
    const range = { from: new Map([['ranges', [9_990, 4_321]]]), to: new Map([['ranges', [9_995, 4_323]]]) }
    const seen = await readAll(reader, 'ranges', range)
    expect(seen.map(({ partition, offset }) => [partition, offset])).toEqual([
      [0, 9_990],
      [0, 9_991],
      [0, 9_992],
      [0, 9_993],
      [0, 9_994],
      [1, 4_321],
      [1, 4_322],
    ])
    expect(seen.map(({ key }) => key?.toString())).toEqual([
      'k19980',
      'k19982',
      'k19984',
      'k19986',
      'k19988',
      'k8643',
      'k8645',
    ])
    const all = await readAll(reader, 'ranges')
    const wrong = all.filter(({ partition, offset, key, timestampMs }) => {
      const index = offset * 2 + partition
      return key?.toString() !== `k${index}` || timestampMs !== 1_700_000_000_000 - index
    })
    expect([all.length, wrong.length]).toEqual([20_000, 0])
  })

  test('deletes a topic so that it can be created again at once, empty', async (context) => {
    theStack(context)
    const topic = { name: 'again', partitions: 1 }
    await admin.createTopics([topic])
    await producer.send([{ topic: 'again', partition: 0, key: 'k', value: 'v', timestampMs: 1 }])
    await admin.deleteTopics(['again', 'was-never-there'])
    expect(await admin.listTopics()).not.toContain('again')
    await admin.createTopics([topic])
    expect(await reader.endOffsets(['again'])).toEqual(new Map([['again', [0]]]))
    await producer.send([{ topic: 'again', partition: 0, key: 'k', value: 'new', timestampMs: 1 }])
    expect((await readAll(reader, 'again')).map(({ value }) => value?.toString())).toEqual(['new'])
  })

  test('says what the broker said', async (context) => {
    theStack(context)
    await admin.createTopics([{ name: 'twice', partitions: 1 }])
    await expect(admin.createTopics([{ name: 'twice', partitions: 1 }])).rejects.toThrow(
      /kafka: create topic 'twice': .*already exists/i,
    )
  })
})

describe('the Flink client', () => {
  let cluster: FlinkCluster
  let session: FlinkSession
  let admin: KafkaAdmin
  let producer: KafkaProducer
  let reader: KafkaReader

  beforeAll(async () => {
    if (stack === undefined) return
    cluster = new FlinkCluster(stack.flink)
    admin = new KafkaAdmin(stack.kafka)
    producer = new KafkaProducer(stack.kafka)
    reader = new KafkaReader(stack.kafka)
    session = await cluster.openSession({
      'execution.checkpointing.interval': '1 s',
      'execution.buffer-timeout.interval': '0 ms',
    })
  })
  afterAll(async () => {
    if (stack === undefined) return
    for (const job of await cluster.activeJobs()) await cluster.cancel(job)
    await Promise.all([session.close(), admin.close(), producer.close(), reader.close()])
  })

  /** Topics and tables `<name>-in` of (sku, quantity) and `<name>-out` of sums by sku; the sums are not below 1. */
  async function sumsBySku(name: string, { kafka }: Stack): Promise<string> {
    await admin.createTopics([
      { name: `${name}-in`, partitions: 2 },
      { name: `${name}-out`, partitions: 2, compacted: true },
    ])
    const brokers = `'properties.bootstrap.servers' = '${kafka.bootstrapBrokers.join(',')}'`
    await session.execute(`CREATE TABLE \`${name}-in\` (sku STRING, quantity BIGINT) WITH ('connector' = 'kafka',
      'topic' = '${name}-in', ${brokers}, 'scan.startup.mode' = 'earliest-offset', 'format' = 'json')`)
    await session.execute(`CREATE TABLE \`${name}-out\` (sku STRING, events BIGINT, units BIGINT,
      PRIMARY KEY (sku) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = '${name}-out', ${brokers},
      'key.format' = 'json', 'value.format' = 'json', 'sink.parallelism' = '1')`)
    return `INSERT INTO \`${name}-out\` SELECT sku, events, units FROM (
      SELECT sku, COUNT(*) AS events, SUM(quantity) AS units FROM \`${name}-in\` GROUP BY sku) WHERE units >= 1`
  }

  const item = (topic: string, sku: string, quantity: number): KafkaRecord => ({
    topic,
    partition: sku === 'a' ? 0 : 1,
    key: sku,
    value: JSON.stringify({ sku, quantity }),
    timestampMs: 1_700_000_000_000,
  })

  /** Latest value by key, null for a tombstone. */
  async function latest(topic: string): Promise<Record<string, unknown>> {
    const byKey = new Map<string, unknown>()
    for (const { key, value } of await readAll(reader, topic)) {
      byKey.set(key?.toString() ?? '', value === null ? null : JSON.parse(value.toString()))
    }
    return Object.fromEntries(byKey)
  }

  const soon = { timeout: 60_000, interval: 100 }

  test('gives rows by column name, with exact integers', async (context) => {
    theStack(context)
    const rows = await session.query(
      `SELECT 1 AS n, CAST(${MAX} AS BIGINT) AS most, CAST(-${MAX} AS BIGINT) AS least, CAST(NULL AS STRING) AS absent`,
    )
    expect(rows).toEqual([{ n: 1, most: MAX, least: -MAX, absent: null }])
    await expect(session.query('SELECT CAST(9007199254740993 AS BIGINT) AS wide')).rejects.toThrow(
      /column 'wide'.* no exact integer/,
    )
  })

  test('names the root cause of a wrong statement', async (context) => {
    theStack(context)
    await expect(session.execute('SELECT nope')).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: "flink: 'SELECT nope': SqlValidatorException: Column 'nope' not found in any table",
    })
  })

  test('sums a topic into an upsert topic, with a tombstone for a row that goes', async (context) => {
    const insert = await sumsBySku('sums', theStack(context))
    await producer.send([
      item('sums-in', 'a', 3),
      item('sums-in', 'b', 5),
      item('sums-in', 'a', 4),
      item('sums-in', 'b', -5),
    ])
    const job = await session.submit(insert)
    await cluster.waitRunning(job)
    await expect
      .poll(() => latest('sums-out'), soon)
      .toEqual({ '{"sku":"a"}': { sku: 'a', events: 2, units: 7 }, '{"sku":"b"}': null })
    await cluster.cancel(job)
    expect(await cluster.activeJobs()).toEqual([])
  })

  test('counts everything once after kill -9 of the TaskManager, and after a savepoint', async (context) => {
    const running = theStack(context)
    const insert = await sumsBySku('killed', running)
    const send = (count: number) =>
      producer.send(
        Array.from({ length: count }, (_, index) => item('killed-in', index % 2 === 0 ? 'a' : 'b', 1)),
      )
    const half = (units: number) => ({
      '{"sku":"a"}': { sku: 'a', events: units, units },
      '{"sku":"b"}': { sku: 'b', events: units, units },
    })

    await send(2_000)
    const job = await session.submit(insert)
    await expect.poll(() => latest('killed-out'), soon).toEqual(half(1_000))

    const restarts = await cluster.restarts(job)
    const killedAt = performance.now()
    await running.killTaskManager()
    await send(2_000)
    await running.startTaskManager()
    await cluster.waitRestarted(job, restarts)
    console.log(`running again ${((performance.now() - killedAt) / 1000).toFixed(1)} s after kill -9`)
    await expect.poll(() => latest('killed-out'), soon).toEqual(half(2_000))

    const savepoint = await cluster.stopWithSavepoint(job)
    await send(2_000)
    await session.execute(`SET 'execution.state-recovery.path' = '${savepoint}'`)
    const resumed = await session.submit(insert)
    await session.execute(`RESET 'execution.state-recovery.path'`)
    await expect.poll(() => latest('killed-out'), soon).toEqual(half(3_000))
    await cluster.cancel(resumed)
  })
})

describe('the Spark client', () => {
  let spark: SparkSql

  beforeAll(async () => {
    if (stack !== undefined) spark = await connectSpark(stack.spark)
  })
  afterAll(async () => {
    if (stack !== undefined) await spark.close()
  })

  test('gives each value in its own column, with exact integers', async (context) => {
    theStack(context)
    const rows = await spark.query(`SELECT 'x' AS first, CAST(${MAX} AS BIGINT) AS most,
      CAST(-${MAX} AS BIGINT) AS least, CAST(-1 AS BIGINT) AS minus, CAST(NULL AS BIGINT) AS none,
      array(1, 2) AS list, CAST(12 AS DECIMAL(38, 0)) AS sum, true AS last`)
    expect(rows).toEqual([
      { first: 'x', most: MAX, least: -MAX, minus: -1, none: null, list: [1, 2], sum: 12, last: true },
    ])
  })

  test.for(['9007199254740992', '-9007199254740992', '9223372036854775807', '-9223372036854775807', '1.5'])(
    'refuses %s, which JavaScript cannot hold exactly',
    async (number, context) => {
      theStack(context)
      const type = number.includes('.') ? 'DECIMAL(3, 1)' : 'BIGINT'
      await expect(spark.query(`SELECT CAST(${number} AS ${type}) AS wide`)).rejects.toThrow(
        /column 'wide'.* no exact integer/,
      )
      const text = await spark.query(`SELECT CAST(CAST(${number} AS ${type}) AS STRING) AS text`)
      expect(text).toEqual([{ text: number }])
    },
  )

  test('finds Spark under a path that nobody can guess, and nowhere else', async (context) => {
    const { spark: endpoint } = theStack(context)
    expect(endpoint.path).toMatch(/^\/sql\/1\.0\/warehouses\/[0-9a-f]{32}$/)
    await expect(connectSpark({ ...endpoint, path: '/sql/1.0/warehouses/local' })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('HTTP status code: 405'),
    })
  })

  test('names the reason of a wrong statement, and goes on', async (context) => {
    theStack(context)
    await expect(spark.query('SELECT 1 / 0')).rejects.toThrow(/spark: 'SELECT 1 \/ 0': \[DIVIDE_BY_ZERO\] /)
    await expect(spark.query('SELECT nope')).rejects.toThrow(/\[UNRESOLVED_COLUMN/)
    expect(await spark.query('SELECT 1 AS one WHERE false')).toEqual([])
  })

  test('creates, fills, merges and reads a Delta table', async (context) => {
    const { spark: endpoint } = theStack(context)
    await spark.query('CREATE TABLE stock (sku STRING, units BIGINT) USING delta')
    await spark.query("INSERT INTO stock VALUES ('a', 1), ('b', 2)")
    await spark.query(`MERGE INTO stock USING (SELECT 'b' AS sku, ${MAX} AS units) AS change
      ON stock.sku = change.sku WHEN MATCHED THEN UPDATE SET *`)
    expect(await spark.query('SELECT * FROM stock ORDER BY sku')).toEqual([
      { sku: 'a', units: 1 },
      { sku: 'b', units: MAX },
    ])
    expect(await spark.query("SELECT units FROM stock VERSION AS OF 1 WHERE sku = 'b'")).toEqual([
      { units: 2 },
    ])
    expect(existsSync(join(endpoint.warehouseFolder, 'stock', '_delta_log'))).toBe(true)
  })

  test('reads files of the shared folder, also many rows', async (context) => {
    const { spark: endpoint } = theStack(context)
    const lines = Array.from({ length: 50_000 }, (_, index) =>
      JSON.stringify({ id: index, text: `Ünï-${index}` }),
    )
    await writeFile(join(endpoint.filesFolder, 'many.json'), lines.join('\n'))
    const rows = await spark.query(`SELECT id, text FROM json.\`${endpoint.filesFolder}/many.json\``)
    expect(rows.length).toBe(50_000)
    expect(rows.filter(({ id, text }) => text !== `Ünï-${id}`)).toEqual([])
  })
})

describe('stack down', () => {
  test('after a crash of one engine says so, and up starts that one again with its topics', async (context) => {
    const { runDir, kafka: endpoint } = theStack(context)
    const before = new KafkaAdmin(endpoint)
    await before.createTopics([{ name: 'survives', partitions: 1 }])
    await before.close()
    const [kafka] = await stackStatus({ runDir })
    const pid = kafka?.processes[0]?.pid ?? 0
    await killProcess(pid)
    expect((await stackStatus({ runDir }))[0]).toMatchObject({ state: 'failing', reason: 'kafka ended' })
    const again = await stackUp({ runDir })
    expect(again.started).toEqual(['kafka'])
    const admin = new KafkaAdmin(again.kafka)
    expect(await admin.listTopics()).toContain('survives')
    await admin.close()
  })

  test('leaves no process and no data', async (context) => {
    const { runDir } = theStack(context)
    const pids = (await stackStatus({ runDir })).flatMap(({ processes }) => processes.map(({ pid }) => pid))
    expect(pids.filter(isAlive)).toHaveLength(6)
    expect(await stackDown({ runDir })).toEqual(ENGINES)
    expect(pids.filter(isAlive)).toEqual([])
    expect(ENGINES.filter((engine) => existsSync(join(runDir, engine)))).toEqual([])
    expect((await stackStatus({ runDir })).map(({ state }) => state)).toEqual(ENGINES.map(() => 'down'))
    expect(await stackDown({ runDir })).toEqual([])
  })
})
