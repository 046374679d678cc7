import type { LoggedRecord } from '../algebra/source.ts'
import type { Stream } from '../algebra/stream.ts'
import type { Window } from '../algebra/view.ts'
import type { Definitions } from '../compile/definitions.ts'
import type { Gap } from '../compile/gap.ts'
import type { PairRow } from '../compile/inprocess/naive-pairs.ts'
import type { Refusal } from '../compile/inprocess/rows.ts'
import type { PairPlan, ViewPlan } from '../compile/plan.ts'
import type { TileRow, WindowRow } from '../compile/tile.ts'

/** A question that one of the engines may have a gap at. */
export type Question =
  | { readonly kind: 'tiles'; readonly plan: ViewPlan }
  | { readonly kind: 'window'; readonly plan: ViewPlan; readonly asOf: number }
  | { readonly kind: 'pairs'; readonly plan: PairPlan }
  | { readonly kind: 'refusals'; readonly stream: Stream }

/**
 * An engine that computes the exact statistics of the same definitions. Answers are sets: no order is meant.
 * A tile of a sequence that has no entries may be given or left out.
 */
export interface StatisticsEngine {
  readonly name: string
  /** Why it does not answer a question; undefined where it does. Asking all the same is a bug. */
  gapOf(question: Question): Gap | undefined
  /** Makes `records` the whole log, whatever was loaded before, and returns when all of it is counted. */
  load(definitions: Definitions, records: readonly LoggedRecord[]): Promise<void>
  tiles(plan: ViewPlan): Promise<readonly TileRow[]>
  /** Keys with rows in the window as of an instant (epoch ms). */
  window(plan: ViewPlan, window: Window, asOf: number): Promise<readonly WindowRow[]>
  pairs(plan: PairPlan): Promise<readonly PairRow[]>
  refusals(stream: Stream): Promise<readonly Refusal[]>
  close(): Promise<void>
}
