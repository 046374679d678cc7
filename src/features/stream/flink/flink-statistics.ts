import type { LoggedRecord } from '../../../algebra/source.ts'
import type { Stream } from '../../../algebra/stream.ts'
import { type Definitions, sourcesOf } from '../../../compile/definitions.ts'
import { type FlinkJob, flinkJob, PART, refusalTopic } from '../../../compile/flink/flink-job.ts'
import type { KafkaLogin } from '../../../compile/flink/kafka-login.ts'
import { openSourceConnectors, type Pace } from '../../../compile/flink/open-source-connectors.ts'
import type { Refusal } from '../../../compile/inprocess/rows.ts'
import type { ViewPlan } from '../../../compile/plan.ts'
import { refusalsOf } from '../../../compile/sql-results.ts'
import type { Reading } from '../../../compile/sql-stream.ts'
import type { TileRow } from '../../../compile/tile.ts'
import type { FlinkCluster } from './flink-cluster.ts'
import { type KeyedMessage, tileMessage, tilesOfTopic, upsertedRows } from './tile-topics.ts'

/** What is needed of the log: topics with partitions, written and read at known offsets. */
export type StatisticsLog = {
  readonly bootstrapBrokers: readonly string[]
  createTopics(
    topics: readonly {
      readonly name: string
      readonly partitions: number
      readonly compacted?: boolean
      readonly config?: Readonly<Record<string, string>>
    }[],
  ): Promise<unknown>
  deleteTopics(names: readonly string[]): Promise<unknown>
  send(
    records: readonly {
      readonly topic: string
      readonly partition: number
      readonly key: string
      readonly value: string | Uint8Array | null
      readonly timestampMs: number
    }[],
  ): Promise<unknown>
  /** How many records were ever written to the topics. */
  recordsWritten(topics: readonly string[]): Promise<number>
  /** Everything that the topics hold now, tombstones included. */
  read(topics: readonly string[]): AsyncIterable<KeyedMessage>
}

export type FlinkStatisticsOptions = {
  readonly cluster: FlinkCluster
  readonly log: StatisticsLog
  readonly definitions: Definitions
  /** Before the name of each topic. */
  readonly topicPrefix: string
  readonly partitions: number
  /** Sources are Avro, their schemas in this registry. Absent: JSON. */
  readonly registryUrl?: string
  readonly registryCredentials?: { readonly username: string; readonly password: string }
  /** How the job's tables tell Kafka who comes. Absent: it does not ask. */
  readonly login?: KafkaLogin
}

export type GenerationOptions = {
  /** `part` of its rows. */
  readonly part: string
  readonly until?: 'untilNow' | 'forEver'
  /** Default: `catchUp` of a job that ends, else `live`. */
  readonly pace?: Pace
  readonly reading?: Reading
  /** First log time to read, epoch ms; default: everything. */
  readonly startAtMs?: number
  /** Flink settings beside the usual ones: recovery from a savepoint, checkpoint interval. */
  readonly properties?: Readonly<Record<string, string>>
}

const PACES: Readonly<Record<Pace, Readonly<Record<string, string>>>> = {
  catchUp: { 'execution.checkpointing.interval': '60 s' },
  // Nothing waits for a buffer to fill. A checkpoint is the whole state: a million events are 700 MB.
  live: {
    'execution.buffer-timeout.interval': '0 ms',
    'execution.checkpointing.interval': '10 s',
    'execution.checkpointing.min-pause': '10 s',
  },
}

const ALWAYS = {
  'table.local-time-zone': 'UTC',
  // Rows of one sink key come from one group, in order; a second ordering would only cost state.
  'table.exec.sink.upsert-materialize': 'NONE',
  'execution.checkpointing.mode': 'EXACTLY_ONCE',
  // Rows are handed on from operator to operator; those that keep one copy it.
  'pipeline.object-reuse': 'true',
  // What several statements read is planned once, before each drops the columns that it does not need.
  'table.optimizer.reuse-optimize-block-with-digest-enabled': 'true',
} as const

/** Old and future instants are kept as they are, for ever: the log is the truth. */
const SOURCE_TOPIC = {
  'retention.ms': '-1',
  'message.timestamp.before.max.ms': '9223372036854775807',
  'message.timestamp.after.max.ms': '9223372036854775807',
} as const

/**
 * Topics of one shop on a real cluster, and the generations of the job that keeps their tiles: `tiles.*` and
 * `dead_letter.*`, upserted.
 */
export class FlinkStatistics {
  private readonly options: FlinkStatisticsOptions

  constructor(options: FlinkStatisticsOptions) {
    this.options = options
  }

  /** Makes the topics of the sources, the tiles and the refusals; those that are there stay as they are. */
  async createTopics(): Promise<void> {
    const { log, partitions } = this.options
    await log.createTopics([
      ...this.sourceTopics().map((name) => ({ name, partitions, config: SOURCE_TOPIC })),
      ...this.sinkTopics().map((name) => ({ name, partitions: 1, compacted: true })),
    ])
  }

  async deleteTopics(): Promise<void> {
    await this.options.log.deleteTopics([...this.sourceTopics(), ...this.sinkTopics()])
  }

  /** Appends records. @throws Error unless each topic's come partition by partition in the order of offsets */
  async append(records: readonly LoggedRecord[]): Promise<void> {
    const { log, topicPrefix, definitions } = this.options
    const keyOf = new Map(sourcesOf(definitions).map((source) => [source.name, source.partitionBy] as const))
    for (let start = 0; start < records.length; start += SEND_RECORDS) {
      await log.send(
        records.slice(start, start + SEND_RECORDS).map((record) => ({
          topic: `${topicPrefix}${record.topic}`,
          partition: record.partition,
          key: String(record.value[keyOf.get(record.topic) ?? '']),
          value: JSON.stringify(record.value),
          timestampMs: record.loggedAt,
        })),
      )
    }
  }

  /** How many records were ever written to the topics of the sources. */
  recordsWritten(): Promise<number> {
    return this.options.log.recordsWritten(this.sourceTopics())
  }

  /** The job's text, as it is run. */
  job(generation: GenerationOptions): FlinkJob {
    const { part, until, reading, startAtMs } = generation
    const { log, topicPrefix, definitions, registryUrl, registryCredentials, login } = this.options
    return flinkJob({
      ...definitions,
      part,
      ...(reading === undefined ? {} : { reading }),
      connectors: openSourceConnectors({
        bootstrapBrokers: log.bootstrapBrokers,
        topicPrefix,
        pace: paceOf(generation),
        ...(registryUrl === undefined ? {} : { registryUrl }),
        ...(registryCredentials === undefined ? {} : { registryCredentials }),
        ...(login === undefined ? {} : { login }),
        ...(until === undefined ? {} : { until }),
        ...(startAtMs === undefined ? {} : { startAtMs }),
      }),
    })
  }

  /** Starts a generation and returns its job id; the job may not run yet. */
  async start(options: GenerationOptions): Promise<string> {
    const { ddl, dml } = this.job(options)
    const session = await this.options.cluster.openSession({
      ...ALWAYS,
      // A job that ends has no use for checkpoints: after a failure its part is computed anew.
      ...(options.until === 'untilNow' ? {} : PACES[paceOf(options)]),
      ...options.properties,
    })
    try {
      for (const statement of ddl) await session.execute(statement)
      return await session.submit(dml)
    } finally {
      await session.close()
    }
  }

  /** Upserts rows that another engine computed as a part of a view's tiles. */
  async writePart(
    plan: ViewPlan,
    part: string,
    rows: readonly Readonly<Record<string, unknown>>[],
  ): Promise<void> {
    const { log, topicPrefix } = this.options
    await log.send(
      rows.map((row) => {
        const { topic, ...message } = tileMessage(plan, row, part)
        return { topic: `${topicPrefix}${topic}`, partition: 0, ...message, timestampMs: 0 }
      }),
    )
  }

  /** Tombstones for all rows of a part: a generation that is over, or a backfill that was made anew. */
  async dropPart(plan: ViewPlan, part: string): Promise<void> {
    const { log, topicPrefix } = this.options
    const topic = `${topicPrefix}${plan.tileName}`
    const doomed = [...(await this.rowsOf(plan.tileName))].filter(([, row]) => row[PART] === part)
    await log.send(doomed.map(([key]) => ({ topic, partition: 0, key, value: null, timestampMs: 0 })))
  }

  /** The tiles that the view's topic holds now, all parts together. */
  async tiles(plan: ViewPlan): Promise<TileRow[]> {
    return tilesOfTopic(plan, await this.rowsOf(plan.tileName))
  }

  /** The refusals that the stream's topic holds now. */
  async refusals(stream: Stream): Promise<Refusal[]> {
    return refusalsOf([...(await this.rowsOf(refusalTopic(stream))).values()])
  }

  private async rowsOf(name: string) {
    const topic = `${this.options.topicPrefix}${name}`
    const topics = await upsertedRows(this.options.log.read([topic]))
    return topics.get(topic) ?? new Map<string, never>()
  }

  private sourceTopics(): string[] {
    return sourcesOf(this.options.definitions).map(({ name }) => `${this.options.topicPrefix}${name}`)
  }

  private sinkTopics(): string[] {
    const { views, streams } = this.options.definitions
    const names = [...views.map(({ tileName }) => tileName), ...streams.map(refusalTopic)]
    return names.map((name) => `${this.options.topicPrefix}${name}`)
  }
}

const paceOf = ({ pace, until }: GenerationOptions): Pace =>
  pace ?? (until === 'untilNow' ? 'catchUp' : 'live')

const SEND_RECORDS = 5000
