import type { LoggedRecord } from '../algebra/source.ts'
import type { Stream } from '../algebra/stream.ts'
import type { Window } from '../algebra/view.ts'
import type { Gap } from '../compile/gap.ts'
import { IncrementalEngine } from '../compile/inprocess/incremental.ts'
import { admissionClosure, idReader } from '../compile/inprocess/incremental-rows.ts'
import type { Refusal } from '../compile/inprocess/rows.ts'
import { windowOfTiles } from '../compile/merge-tiles.ts'
import type { ViewPlan } from '../compile/plan.ts'
import { windowSpan } from '../compile/window.ts'
import { type Definitions, type Question, type StatisticsEngine, sourcesOf } from './engine.ts'
import { endsWithTile, openTileGap } from './open-tile-gap.ts'

const VERSION = '1'

const PAIRS_GAP: Gap = {
  kind: 'notImplemented',
  reason:
    'the in-process engine keeps tiles; pair sums are added up in process by `train`, over the histories of ' +
    'the lake, where a test holds them to the SQL ones (docs/decisions/0009)',
  version: VERSION,
}

/** The in-process engine as it runs in `serve`: admission and dedupe, then one record at a time. */
export class InProcessEngine implements StatisticsEngine {
  readonly name = 'inprocess'
  private engine = new IncrementalEngine([])
  private refused: Refusal[] = []

  gapOf(question: Question): Gap | undefined {
    if (question.kind === 'pairs') return PAIRS_GAP
    if (question.kind === 'window' && !endsWithTile(question.plan, question.asOf)) return openTileGap(VERSION)
    return undefined
  }

  async load(definitions: Definitions, records: readonly LoggedRecord[]): Promise<void> {
    const { horizon, views } = definitions
    this.engine = new IncrementalEngine(views)
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
    }
  }

  async tiles(plan: ViewPlan) {
    return [...this.engine.tiles(plan.view.name)]
  }

  async window(plan: ViewPlan, window: Window, asOf: number) {
    return windowOfTiles(plan, await this.tiles(plan), windowSpan(window, asOf, plan.tileMs))
  }

  async pairs(): Promise<never> {
    throw new Error('bug: pair statistics asked of the in-process engine, which has a gap there')
  }

  async refusals(stream: Stream) {
    const topics = new Set(stream.branches.map((branch) => branch.source.name))
    return this.refused.filter(({ topic }) => topics.has(topic))
  }

  async close(): Promise<void> {
    this.engine = new IncrementalEngine([])
  }
}
