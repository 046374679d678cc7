import type { LoggedRecord } from '../algebra/source.ts'
import type { Stream } from '../algebra/stream.ts'
import type { Window } from '../algebra/view.ts'
import { type Definitions, sourcesOf } from '../compile/definitions.ts'
import type { Gap } from '../compile/gap.ts'
import { IncrementalEngine } from '../compile/inprocess/incremental.ts'
import { IncrementalPairs } from '../compile/inprocess/incremental-pairs.ts'
import { admissionClosure, idReader } from '../compile/inprocess/incremental-rows.ts'
import type { Refusal } from '../compile/inprocess/rows.ts'
import { windowOfTiles } from '../compile/merge-tiles.ts'
import type { PairPlan, ViewPlan } from '../compile/plan.ts'
import { windowSpan } from '../compile/window.ts'
import type { Question, StatisticsEngine } from './engine.ts'
import { endsWithTile, openTileGap } from './open-tile-gap.ts'

const VERSION = '1'

const JOIN_GAP: Gap = {
  kind: 'never',
  reason:
    'a version of an entity that comes late moves rows of the past to another segment, which would have to be kept; ' +
    'DuckDB and Spark compute batch views',
  version: VERSION,
}

/** The in-process engine as it runs in `serve`: admission and dedupe, then one record at a time. */
export class InProcessEngine implements StatisticsEngine {
  readonly name = 'inprocess'
  private engine = new IncrementalEngine([])
  private pairSums: ReadonlyMap<string, IncrementalPairs> = new Map()
  private refused: Refusal[] = []

  gapOf(question: Question): Gap | undefined {
    if ('plan' in question && question.plan.kind === 'view' && question.plan.view.join !== undefined)
      return JOIN_GAP
    if (question.kind === 'window' && !endsWithTile(question.plan, question.asOf)) return openTileGap(VERSION)
    return undefined
  }

  async load(definitions: Definitions, records: readonly LoggedRecord[]): Promise<void> {
    const { horizon, views } = definitions
    this.engine = new IncrementalEngine(views)
    this.pairSums = new Map(definitions.pairs.map((plan) => [plan.pairs.name, new IncrementalPairs(plan)]))
    this.refused = []
    const doors = new Map(
      sourcesOf(definitions).map((source) => [
        source.name,
        { refuses: admissionClosure(source, horizon), idOf: idReader(source), seen: new Set<string>() },
      ]),
    )
    for (const record of records) {
      const door = doors.get(record.topic)
      if (door === undefined) continue
      const { topic, partition, offset } = record
      const rule = door.refuses(record)
      if (rule !== undefined) {
        this.refused.push({ topic, partition, offset, item: -1, reason: rule.reason })
        continue
      }
      const id = door.idOf(record.value)
      if (door.seen.has(id)) continue
      door.seen.add(id)
      this.refused.push(...this.engine.apply(record))
      for (const pairs of this.pairSums.values()) pairs.apply(record)
    }
  }

  async tiles(plan: ViewPlan) {
    return [...this.engine.tiles(plan.view.name)]
  }

  async window(plan: ViewPlan, window: Window, asOf: number) {
    return windowOfTiles(plan, await this.tiles(plan), windowSpan(window, asOf, plan.tileMs))
  }

  async pairs(plan: PairPlan) {
    const sums = this.pairSums.get(plan.pairs.name)
    if (sums === undefined) throw new Error(`bug: '${plan.pairs.name}' was not among the definitions loaded`)
    return [...sums.rows()]
  }

  async refusals(stream: Stream) {
    const topics = new Set(stream.branches.map((branch) => branch.source.name))
    return this.refused.filter(({ topic }) => topics.has(topic))
  }

  async close(): Promise<void> {
    this.engine = new IncrementalEngine([])
    this.pairSums = new Map()
  }
}
