import { randomUUID } from 'node:crypto'
import type { LoggedRecord, RecordValue } from '../../algebra/source.ts'
import { topicOf } from '../../catalog/topic-of.ts'
import type { Definitions } from '../../compile/definitions.ts'
import { IncrementalEngine } from '../../compile/inprocess/incremental.ts'
import type { ViewPlan } from '../../compile/plan.ts'
import type { TileRow } from '../../compile/tile.ts'
import { EndcapError } from '../../core/errors.ts'
import { hash64, sha256 } from '../../core/hash.ts'
import { seededRandom } from '../../core/random.ts'
import type { LogEntry } from '../../event-log/contract/event-log.ts'
import { openKafkaLog } from '../../event-log/kafka/kafka-log.ts'
import { FlinkCluster } from '../../features/stream/flink/flink-cluster.ts'
import { FlinkStatistics } from '../../features/stream/flink/flink-statistics.ts'
import { catalog } from '../shop.ts'
import type { Stack } from '../stack/types.ts'
import { withStack } from '../stack/with-stack.ts'
import { catalogDefinitions } from '../verification/definitions.ts'
import { openStatisticsLog } from '../verification/engines.ts'
import { eventOf } from './ingest-events.ts'
import { type Machine, machine } from './machine.ts'
import { rounded } from './measuring.ts'

export type CatchUpOptions = {
  readonly events: number
  readonly shoppers: number
  readonly products: number
  /** Names of views; all of the catalog's if absent. */
  readonly views?: readonly string[]
  readonly runDir?: string
}

export type CatchUpFigures = {
  readonly bench: 'catch-up'
  readonly profile: 'stack'
  /** From the running job to its end, every tile written. */
  readonly events_per_s: number
  readonly seconds: number
  /** From the first statement to the running job. */
  readonly start_seconds: number
  /** Into the topics, by the log's one writer, in Avro. */
  readonly append_events_per_s: number
  readonly events: number
  readonly views: readonly string[]
  /** Tiles that were compared with those counted in process, by view. */
  readonly answer_check: Readonly<Record<string, number>>
  readonly engines: { readonly kafka: string; readonly flink: string }
  readonly machine: Machine
}

const PARTITIONS = 6
const PER_BODY = 5000
/** A job that fails says why at once. */
const SETTINGS = { 'restart-strategy.type': 'none', 'parallelism.default': '2' } as const

/**
 * Events in Avro in Kafka, counted by one Flink job into the tiles of all views: how fast a job catches up.
 * Starts the engines that are not up and stops what it started.
 * @throws EndcapError ENGINE_FAILED if a tile was not the one that is counted in process
 */
export function benchCatchUp(
  options: CatchUpOptions,
  progress: (text: string) => void,
): Promise<CatchUpFigures> {
  const { runDir } = options
  return withStack(
    {
      engines: ['kafka', 'registry', 'flink'],
      report: progress,
      ...(runDir === undefined ? { portBase: 'free' as const } : { runDir }),
    },
    (stack) => measure(stack, options, progress),
  )
}

async function measure(
  stack: Stack,
  options: CatchUpOptions,
  progress: (text: string) => void,
): Promise<CatchUpFigures> {
  const topicPrefix = `bench-${randomUUID().slice(0, 8)}.`
  const definitions = chosen(options.views)
  const cluster = new FlinkCluster(stack.flink)
  const log = openStatisticsLog(stack.kafka)
  const statistics = new FlinkStatistics({
    cluster,
    log,
    definitions,
    topicPrefix,
    partitions: PARTITIONS,
    registryUrl: stack.registry.url,
  })
  try {
    await statistics.createTopics()
    progress(`${options.events} events into Kafka ...`)
    const load = loadOf(options)
    const append_events_per_s = await appendAll(stack, topicPrefix, load)
    progress('catching up ...')
    const askedAt = performance.now()
    const job = await statistics.start({ part: 'bench', until: 'untilNow', properties: SETTINGS })
    await cluster.waitRunning(job, { timeoutMs: 300_000 })
    const runningAt = performance.now()
    await cluster.waitFinished(job, { timeoutMs: 600_000 })
    const seconds = (performance.now() - runningAt) / 1000
    progress('checking the tiles ...')
    return {
      bench: 'catch-up',
      profile: 'stack',
      events_per_s: Math.round(options.events / seconds),
      seconds: rounded(seconds),
      start_seconds: rounded((runningAt - askedAt) / 1000),
      append_events_per_s,
      events: options.events,
      views: definitions.views.map(({ view }) => view.name),
      answer_check: await compared(statistics, definitions, load),
      engines: { kafka: '4.2.0', flink: '2.2.0' },
      machine: machine(),
    }
  } finally {
    await statistics.deleteTopics()
    await log.close()
  }
}

function chosen(names: readonly string[] | undefined): Definitions {
  const definitions = catalogDefinitions()
  if (names === undefined) return definitions
  const views = definitions.views.filter(({ view }) => names.includes(view.name))
  if (views.length === names.length) return { ...definitions, views }
  throw new EndcapError('USAGE', `views are ${definitions.views.map(({ view }) => view.name).join(', ')}`)
}

function loadOf({ events, shoppers, products }: CatchUpOptions): readonly RecordValue[] {
  const random = seededRandom('catch-up')
  const now = Date.now()
  const load = {
    seed: 1,
    events,
    perBody: PER_BODY,
    shoppers,
    products,
    now,
    duplicateShare: 0,
    faultyShare: 0,
  }
  return Array.from({ length: events }, (_, number) => ({ ...eventOf(number, load, random) }))
}

/** Events a second. */
async function appendAll(stack: Stack, topicPrefix: string, load: readonly RecordValue[]): Promise<number> {
  const log = await openKafkaLog({
    connection: stack.kafka,
    registry: stack.registry,
    topicPrefix,
    sources: catalog.sources,
  })
  try {
    const startedAt = performance.now()
    for (let from = 0; from < load.length; from += PER_BODY) {
      await log.append(entryOf(load.slice(from, from + PER_BODY)))
    }
    return Math.round((load.length / (performance.now() - startedAt)) * 1000)
  } finally {
    await log.close()
  }
}

function entryOf(values: readonly RecordValue[]): LogEntry {
  const now = Date.now()
  return {
    body: Buffer.from(JSON.stringify(values)),
    format: 'json',
    arrivedAt: now,
    loggedAt: now,
    newestLoggedAt: now,
    statuses: Uint8Array.from(values, numberOf),
    idHashes: BigUint64Array.from(values, (value) => hash64(String(value['event_id'] ?? value['order_id']))),
    refused: [],
  }
}

const numberOf = (value: RecordValue): number => {
  const topic = topicOf(value)
  return catalog.sources.findIndex(({ name }) => name === topic)
}

/** Rows that were compared, by view. @throws EndcapError ENGINE_FAILED */
async function compared(
  statistics: FlinkStatistics,
  { views }: Definitions,
  load: readonly RecordValue[],
): Promise<Readonly<Record<string, number>>> {
  const engine = new IncrementalEngine(views)
  for (const [offset, value] of load.entries()) engine.apply(recordOf(value, offset))
  const checked: Record<string, number> = {}
  for (const plan of views) {
    const [expected, actual] = [[...engine.tiles(plan.view.name)], await statistics.tiles(plan)]
    if (digest(plan, expected) !== digest(plan, actual)) {
      const message = `view '${plan.view.name}': ${actual.length} tiles are not the ${expected.length} of the events`
      throw new EndcapError('ENGINE_FAILED', message, { place: 'flink' })
    }
    checked[plan.view.name] = actual.length
  }
  return checked
}

const recordOf = (value: RecordValue, offset: number): LoggedRecord => {
  const at = Number(value['occurred_at'] ?? value['ordered_at'])
  return { topic: topicOf(value) ?? '', partition: 0, offset, loggedAt: at, value }
}

/** Of the tiles in any order; entries of a sequence are compared as a set, since events of one instant may change places. */
function digest(plan: ViewPlan, tiles: readonly TileRow[]): string {
  const valuesOf = (row: TileRow) =>
    plan.viewKind === 'sequence'
      ? row.values.map((value) =>
          Array.isArray(value) ? value.map((entry) => JSON.stringify(entry)).toSorted() : value,
        )
      : row.values
  const hashes = BigUint64Array.from(tiles, (row) =>
    hash64(JSON.stringify([row.key, row.tileStart, valuesOf(row)])),
  )
  return sha256(Buffer.from(hashes.sort().buffer))
}
