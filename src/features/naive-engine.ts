import type { LoggedRecord } from '../algebra/source.ts'
import type { Stream } from '../algebra/stream.ts'
import type { Window } from '../algebra/view.ts'
import type { Definitions } from '../compile/definitions.ts'
import { tilesOfRows } from '../compile/inprocess/naive.ts'
import { viewRows } from '../compile/inprocess/naive-join.ts'
import { pairsOfRows } from '../compile/inprocess/naive-pairs.ts'
import { type StreamResult, streamRows } from '../compile/inprocess/rows.ts'
import { windowOfTiles } from '../compile/merge-tiles.ts'
import type { PairPlan, ViewPlan } from '../compile/plan.ts'
import type { TileRow } from '../compile/tile.ts'
import { windowSpan } from '../compile/window.ts'
import type { StatisticsEngine } from './engine.ts'

/** The meaning itself, as an engine: plain loops over all rows at every question. The others are held to it. */
export class NaiveEngine implements StatisticsEngine {
  readonly name = 'naive'
  private records: readonly LoggedRecord[] = []
  private streams: ReadonlyMap<string, StreamResult> = new Map()
  /** Tiles before an instant, which all windows that end there share; of the last view and instant asked for. */
  private lastTiles: { readonly of: string; readonly tiles: readonly TileRow[] } | undefined

  gapOf(): undefined {
    return undefined
  }

  async load({ streams, horizon }: Definitions, records: readonly LoggedRecord[]): Promise<void> {
    this.lastTiles = undefined
    this.records = records
    this.streams = new Map(
      streams.map((stream) => [stream.name, streamRows(stream, records, horizon)] as const),
    )
  }

  async tiles(plan: ViewPlan) {
    return tilesOfRows(plan, this.rowsOf(plan))
  }

  async window(plan: ViewPlan, window: Window, asOf: number) {
    const span = windowSpan(window, asOf, plan.tileMs)
    return windowOfTiles(plan, this.tilesBefore(plan, span.to), span)
  }

  async pairs(plan: PairPlan) {
    return pairsOfRows(plan, this.streamOf(plan.pairs.from).rows)
  }

  async refusals(stream: Stream) {
    return this.streamOf(stream).refusals
  }

  async close(): Promise<void> {}

  private tilesBefore(plan: ViewPlan, before: number): readonly TileRow[] {
    const of = `${plan.tileName} ${before}`
    if (this.lastTiles?.of !== of) {
      this.lastTiles = { of, tiles: tilesOfRows(plan, this.rowsOf(plan), before) }
    }
    return this.lastTiles.tiles
  }

  private rowsOf(plan: ViewPlan) {
    return viewRows(plan, this.streamOf(plan.view.from).rows, this.records)
  }

  private streamOf(stream: Stream): StreamResult {
    const result = this.streams.get(stream.name)
    if (result === undefined) throw new Error(`bug: stream '${stream.name}' was not loaded`)
    return result
  }
}
