import { join } from 'node:path'
import type { StackSettings } from '../../catalog/stack-settings.ts'
import { systemClock } from '../../core/clock.ts'
import { EndcapError } from '../../core/errors.ts'
import { openKafkaLog } from '../../event-log/kafka/kafka-log.ts'
import { FlinkCluster } from '../../features/stream/flink/flink-cluster.ts'
import { FlinkStatistics } from '../../features/stream/flink/flink-statistics.ts'
import { startWriter } from '../../features/stream/inprocess/writer.ts'
import { type EmbeddedShop, intakeOf, type ShopOptions, writerSettings } from '../embedded-shop.ts'
import { catalog } from '../shop.ts'
import { checkManifest } from '../shop-manifest.ts'
import { catalogDefinitions } from '../verification/definitions.ts'
import { openStatisticsLog } from '../verification/engines.ts'
import { flinkLogin } from './flink-login.ts'
import { openMaterialisedState } from './materialised-state.ts'

const PARTITIONS = 6

/** What the clients of a shop's topics are told. */
export const connectionOf = (stack: StackSettings) => ({
  connection: stack.kafka,
  registry: stack.registry,
  topicPrefix: stack.topicPrefix,
  sources: catalog.sources,
  partitions: stack.partitions ?? PARTITIONS,
  ...(stack.topics === undefined ? {} : { topics: stack.topics }),
})

/**
 * The job that counts a shop's tiles, and its topics. Close it after use.
 * @throws EndcapError NOT_EXPRESSIBLE for a Kafka or a registry that asks for tokens
 */
export function openStatistics(stack: StackSettings) {
  const login = flinkLogin(stack)
  const log = openStatisticsLog(stack.kafka)
  const cluster = new FlinkCluster(stack.flink)
  const statistics = new FlinkStatistics({
    cluster,
    log,
    definitions: catalogDefinitions(),
    topicPrefix: stack.topicPrefix,
    partitions: stack.partitions ?? PARTITIONS,
    registryUrl: stack.registry.url,
    ...login,
  })
  return { cluster, statistics, close: () => log.close() }
}

/**
 * A shop whose events lie in Kafka and whose tiles Flink counts: what comes in is judged here, written there, and the
 * state follows from the topics. The data folder holds the state and what is not of the stream: models, decisions, keys.
 * @throws EndcapError as `openShop`; ENGINE_UNAVAILABLE, ENGINE_FAILED
 */
export async function openStackShop(
  { dataDir, logger, clock = systemClock }: ShopOptions,
  stack: StackSettings,
): Promise<EmbeddedShop> {
  checkManifest(dataDir, { profile: 'stack', readOnly: false })
  await using cleanups = new AsyncDisposableStack()
  const opened = openStatistics(stack)
  if (stack.topics !== 'given') await opened.statistics.createTopics()
  await opened.close()
  const log = await openKafkaLog(connectionOf(stack))
  cleanups.defer(() => log.close())
  const {
    state,
    materialiser,
    close: closeState,
  } = await openMaterialisedState({
    folder: join(dataDir, 'state-stack'),
    catalog,
    topics: connectionOf(stack),
    logger,
  })
  cleanups.defer(closeState)
  await materialiser.start()
  const writer = await startWriter({ catalog, log, ...writerSettings(dataDir), clock, logger })
  const ending = new AbortController()
  const running = materialiser.run(ending.signal).catch(async (error: unknown) => {
    // Answers would grow old without a word: no event is taken any more, and /health says that it is not ready.
    logger.error({ error }, 'the state does not follow the topics any more')
    await writer.close()
  })
  cleanups.defer(async () => {
    ending.abort()
    await running
  })
  const owned = cleanups.move()
  const close = async () => {
    await writer.close()
    await owned.disposeAsync()
  }
  return { log, state, writer, intake: intakeOf(writer), erasureRefusal: NOT_ERASED, close }
}

/** A request that nobody carries out must not be answered as if somebody would. */
const NOT_ERASED = new EndcapError(
  'NOT_SUPPORTED',
  'the profile stack does not erase: the customer would stay in topics, job and tiles',
  {
    remedy: 'Nothing was done. Erase on the embedded profile, or make the topics anew without the customer.',
  },
)
