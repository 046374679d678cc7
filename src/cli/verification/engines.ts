import { join } from 'node:path'
import { EndcapError, unreachable } from '../../core/errors.ts'
import { uuidv7 } from '../../core/ids.ts'
import { KafkaAdmin } from '../../event-log/kafka/kafka-admin.ts'
import { KafkaProducer } from '../../event-log/kafka/kafka-producer.ts'
import { KafkaReader } from '../../event-log/kafka/kafka-reader.ts'
import type { KafkaConnection } from '../../event-log/kafka/kafka-types.ts'
import type { StatisticsEngine } from '../../features/engine.ts'
import { InProcessEngine } from '../../features/in-process-engine.ts'
import { DuckDbEngine } from '../../features/lake/duckdb/duckdb-engine.ts'
import { SparkEngine } from '../../features/lake/spark/spark-engine.ts'
import { connectSpark } from '../../features/lake/spark/spark-sql.ts'
import { FlinkCluster } from '../../features/stream/flink/flink-cluster.ts'
import { FlinkEngine } from '../../features/stream/flink/flink-engine.ts'
import type { StatisticsLog } from '../../features/stream/flink/flink-statistics.ts'
import type { EngineName, StackEndpoints } from '../stack/types.ts'

export const VERIFIED_ENGINES = ['inprocess', 'duckdb', 'flink', 'spark'] as const
export type VerifiedEngine = (typeof VERIFIED_ENGINES)[number]

/** What of the stack the engines run on. */
export function stackEnginesOf(names: readonly VerifiedEngine[]): readonly EngineName[] {
  return [
    ...(names.includes('flink') ? (['kafka', 'flink'] as const) : []),
    ...(names.includes('spark') ? (['spark'] as const) : []),
  ]
}

/** @param cleanups closes the engine, then whatever it runs on that was opened for it */
export async function openEngine(
  name: VerifiedEngine,
  stack: StackEndpoints | undefined,
  cleanups: AsyncDisposableStack,
): Promise<StatisticsEngine> {
  const engine = await open(name, stack, cleanups)
  cleanups.defer(() => engine.close())
  return engine
}

async function open(
  name: VerifiedEngine,
  stack: StackEndpoints | undefined,
  cleanups: AsyncDisposableStack,
): Promise<StatisticsEngine> {
  switch (name) {
    case 'inprocess':
      return new InProcessEngine()
    case 'duckdb':
      return DuckDbEngine.open()
    case 'flink':
      return openFlink(needed(stack), cleanups)
    case 'spark':
      return openSpark(needed(stack), cleanups)
    default:
      return unreachable(name)
  }
}

function needed(stack: StackEndpoints | undefined): StackEndpoints {
  if (stack === undefined) throw new EndcapError('ENGINE_UNAVAILABLE', 'the stack is not up')
  return stack
}

/** Topics with a prefix of their own on the stack's Kafka, deleted on close. */
async function openFlink({ kafka, flink }: StackEndpoints, cleanups: AsyncDisposableStack) {
  const log = openStatisticsLog(kafka)
  cleanups.defer(() => log.close())
  return new FlinkEngine(new FlinkCluster(flink), log, `verify-${uuidv7(Date.now())}.`)
}

/** Kafka as the Flink adapter needs it. */
export function openStatisticsLog(connection: KafkaConnection): StatisticsLog & { close(): Promise<void> } {
  const [admin, producer, reader] = [
    new KafkaAdmin(connection),
    new KafkaProducer(connection),
    new KafkaReader(connection),
  ]
  return {
    bootstrapBrokers: connection.bootstrapBrokers,
    createTopics: (topics) => admin.ensureTopics(topics),
    deleteTopics: (names) => admin.deleteTopics(names),
    send: (records) => producer.send(records),
    recordsWritten: async (topics) => {
      const ends = await reader.endOffsets(topics)
      return [...ends.values()].flat().reduce((sum, end) => sum + end, 0)
    },
    read: (topics) => reader.read({ topics }),
    close: async () => {
      await Promise.all([admin.close(), producer.close(), reader.close()])
    },
  }
}

/** Parquet files written by DuckDB, in a folder that Spark sees too. */
async function openSpark({ spark: endpoint }: StackEndpoints, cleanups: AsyncDisposableStack) {
  const spark = await connectSpark(endpoint)
  cleanups.defer(() => spark.close())
  return new SparkEngine({
    spark,
    folder: join(endpoint.filesFolder, `verify-${uuidv7(Date.now())}`),
    writeParquet: async (definitions, records, folder) => {
      const duckdb = await DuckDbEngine.open()
      try {
        await duckdb.load(definitions, records)
        await duckdb.writeParquet(folder)
      } finally {
        await duckdb.close()
      }
    },
  })
}
