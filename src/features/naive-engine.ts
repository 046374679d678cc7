import type { LoggedRecord } from '../algebra/source.ts'
import type { Stream } from '../algebra/stream.ts'
import type { Window } from '../algebra/view.ts'
import { tilesOfRows } from '../compile/inprocess/naive.ts'
import { pairsOfRows } from '../compile/inprocess/naive-pairs.ts'
import { type StreamResult, streamRows } from '../compile/inprocess/rows.ts'
import { windowOfTiles } from '../compile/merge-tiles.ts'
import type { PairPlan, ViewPlan } from '../compile/plan.ts'
import { windowSpan } from '../compile/window.ts'
import type { Definitions, StatisticsEngine } from './engine.ts'

/** The meaning itself, as an engine: plain loops over all rows at every question. The others are held to it. */
export class NaiveEngine implements StatisticsEngine {
  readonly name = 'naive'
  private streams: ReadonlyMap<string, StreamResult> = new Map()

  gapOf(): undefined {
    return undefined
  }

  async load({ streams, horizon }: Definitions, records: readonly LoggedRecord[]): Promise<void> {
    this.streams = new Map(
      streams.map((stream) => [stream.name, streamRows(stream, records, horizon)] as const),
    )
  }

  async tiles(plan: ViewPlan) {
    return tilesOfRows(plan, this.streamOf(plan.view.from).rows)
  }

  async window(plan: ViewPlan, window: Window, asOf: number) {
    const span = windowSpan(window, asOf, plan.tileMs)
    return windowOfTiles(plan, tilesOfRows(plan, this.streamOf(plan.view.from).rows, span.to), span)
  }

  async pairs(plan: PairPlan) {
    return pairsOfRows(plan, this.streamOf(plan.pairs.from).rows)
  }

  async refusals(stream: Stream) {
    return this.streamOf(stream).refusals
  }

  async close(): Promise<void> {}

  private streamOf(stream: Stream): StreamResult {
    const result = this.streams.get(stream.name)
    if (result === undefined) throw new Error(`bug: stream '${stream.name}' was not loaded`)
    return result
  }
}
