import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StackSettings } from '../../catalog/stack-settings.ts'
import { systemClock } from '../../core/clock.ts'
import { EndcapError } from '../../core/errors.ts'
import { silentLogger } from '../../core/logger.ts'
import type { ShopOptions } from '../../datagen/synthetic-shop/shop-options.ts'
import { syntheticShop } from '../../datagen/synthetic-shop/synthetic-shop.ts'
import { openKafkaLog } from '../../event-log/kafka/kafka-log.ts'
import { type HistoryEvent, startWriter } from '../../features/stream/inprocess/writer.ts'
import { catalog } from '../shop.ts'
import { stackUp } from '../stack/stack.ts'
import type { Stack } from '../stack/types.ts'
import { stackSettings } from '../streaming/stack-connection.ts'
import { connectionOf, openStatistics } from '../streaming/stack-shop.ts'
import { startStream, stopStream, streamStatus } from '../streaming/stream-job.ts'

const CATCH_UP_MS = 240_000
const BATCH = 5000

/** Kafka, registry and Flink with the live job of a benchmark's shop; what was not up is stopped with the scope. */
export class StackUnderBench {
  readonly #stack: Stack
  readonly #settings: StackSettings
  readonly #dataDir: string

  private constructor(stack: Stack, settings: StackSettings, dataDir: string) {
    this.#stack = stack
    this.#settings = settings
    this.#dataDir = dataDir
  }

  /**
   * Starts the engines, writes a shop's history to topics of its own and starts the job.
   * @throws EndcapError as `stackUp` and `startStream`
   */
  static async start(
    options: { readonly runDir?: string },
    dataDir: string,
    history: ShopOptions,
    progress: (text: string) => void,
  ): Promise<StackUnderBench> {
    const where = options.runDir === undefined ? { portBase: 'free' as const } : { runDir: options.runDir }
    const stack = await stackUp({ engines: ['kafka', 'registry', 'flink'], report: progress, ...where })
    const settings = await stackSettings({
      runDir: stack.runDir,
      topicPrefix: `bench-${randomUUID().slice(0, 8)}.`,
    })
    const bench = new StackUnderBench(stack, settings, dataDir)
    try {
      await bench.#appendHistory(history)
      progress('starting the job ...')
      await startStream(dataDir, settings)
      return bench
    } catch (error) {
      await stack.stop()
      throw error
    }
  }

  /** What `endcap serve` is told to serve this shop. */
  get serveOptions(): readonly string[] {
    const { runDir } = this.#stack
    return ['--profile', 'stack', '--run-dir', runDir, '--topic-prefix', this.#settings.topicPrefix]
  }

  /** Judged as the events that come by HTTP. */
  async #appendHistory(shop: ShopOptions): Promise<void> {
    const { statistics, close } = openStatistics(this.#settings)
    await statistics.createTopics()
    await close()
    const log = await openKafkaLog(connectionOf(this.#settings))
    const writer = await startWriter({ catalog, log, clock: systemClock, logger: silentLogger })
    try {
      let batch: HistoryEvent[] = []
      for (const { topic, value } of syntheticShop(shop).events()) {
        batch.push({ topic, value: { ...value } })
        if (batch.length < BATCH) continue
        await writer.appendHistory(batch)
        batch = []
      }
      await writer.appendHistory(batch)
    } finally {
      await writer.close()
    }
  }

  /** Until the job has read all that is in the topics. @throws EndcapError ENGINE_FAILED if it takes too long */
  async caughtUp(): Promise<void> {
    const giveUpAt = Date.now() + CATCH_UP_MS
    while ((await streamStatus(this.#dataDir, this.#settings)).lag !== 0) {
      if (Date.now() > giveUpAt)
        throw new EndcapError('ENGINE_FAILED', 'the job does not catch up', { place: 'flink' })
      await sleep(1000)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopStream(this.#dataDir, this.#settings)
    const { statistics, close } = openStatistics(this.#settings)
    await statistics.deleteTopics()
    await close()
    await this.#stack.stop()
  }
}
