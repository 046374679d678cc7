import type { LoggedRecord } from '../../../algebra/source.ts'
import type { Stream } from '../../../algebra/stream.ts'
import type { Window } from '../../../algebra/view.ts'
import type { Definitions } from '../../../compile/definitions.ts'
import { flinkDialect } from '../../../compile/flink/dialect.ts'
import type { Gap } from '../../../compile/gap.ts'
import { windowOfTiles } from '../../../compile/merge-tiles.ts'
import type { ViewPlan } from '../../../compile/plan.ts'
import type { TileRow } from '../../../compile/tile.ts'
import { windowSpan } from '../../../compile/window.ts'
import type { Question, StatisticsEngine } from '../../engine.ts'
import { endsWithTile, openTileGap } from '../../open-tile-gap.ts'
import type { FlinkCluster } from './flink-cluster.ts'
import { FlinkStatistics, type StatisticsLog } from './flink-statistics.ts'

/** A job that fails says why at once, instead of trying again. */
const BOUNDED = { 'restart-strategy.type': 'none' } as const

/** The exact statistics by a Flink job over Kafka that reads what was loaded and finishes. */
export class FlinkEngine implements StatisticsEngine {
  readonly name = 'flink'
  private readonly cluster: FlinkCluster
  private readonly log: StatisticsLog
  private readonly topicPrefix: string
  private statistics: FlinkStatistics | undefined
  private readonly tilesRead = new Map<string, TileRow[]>()

  /** @param topicPrefix of the topics that it makes, and deletes on close */
  constructor(cluster: FlinkCluster, log: StatisticsLog, topicPrefix: string) {
    this.cluster = cluster
    this.log = log
    this.topicPrefix = topicPrefix
  }

  gapOf(question: Question): Gap | undefined {
    if (question.kind === 'pairs') return flinkDialect.pairsGap
    if ('plan' in question && question.plan.kind === 'view' && question.plan.view.join !== undefined)
      return flinkDialect.joinGap
    if (question.kind === 'window' && !endsWithTile(question.plan, question.asOf))
      return openTileGap(flinkDialect.version)
    return undefined
  }

  async load(definitions: Definitions, records: readonly LoggedRecord[]): Promise<void> {
    await this.close()
    const partitions = records.reduce((most, { partition }) => Math.max(most, partition + 1), 1)
    const { cluster, log, topicPrefix } = this
    this.statistics = new FlinkStatistics({ cluster, log, definitions, topicPrefix, partitions })
    await this.statistics.createTopics()
    await this.statistics.append(records)
    const job = await this.statistics.start({ part: 'verify', until: 'untilNow', properties: BOUNDED })
    await cluster.waitFinished(job, { timeoutMs: 600_000 })
  }

  async tiles(plan: ViewPlan) {
    const known = this.tilesRead.get(plan.tileName)
    if (known !== undefined) return known
    const tiles = await this.loaded().tiles(plan)
    this.tilesRead.set(plan.tileName, tiles)
    return tiles
  }

  async window(plan: ViewPlan, window: Window, asOf: number) {
    return windowOfTiles(plan, await this.tiles(plan), windowSpan(window, asOf, plan.tileMs))
  }

  async pairs(): Promise<never> {
    throw new Error('bug: pair statistics asked of Flink, which has a gap there')
  }

  async refusals(stream: Stream) {
    return this.loaded().refusals(stream)
  }

  async close(): Promise<void> {
    this.tilesRead.clear()
    await this.statistics?.deleteTopics()
    this.statistics = undefined
  }

  private loaded(): FlinkStatistics {
    if (this.statistics === undefined) throw new Error('bug: asked before anything was loaded')
    return this.statistics
  }
}
