import { type BinTable, emptyBinTable } from '../rankers/bins/bin-table.ts'
import { fitQuantiser, type Quantiser, quantise } from '../rankers/bins/quantiser.ts'
import type { BoostingSettings } from '../rankers/boosting/boosting-settings.ts'
import type { RankingRows } from '../rankers/boosting/ranking-rows.ts'
import type { Forest } from '../rankers/forest.ts'
import type { TrainingRows } from './training-rows.ts'

/** Grows a forest: in this thread, or in several. All trainers agree bit for bit. */
export type ForestTrainer = (
  rows: RankingRows,
  settings: Partial<BoostingSettings>,
  validation: RankingRows | null,
) => Forest | Promise<Forest>

/** What ranks candidates. */
export type LearntRanker = { readonly quantiser: Quantiser; readonly forest: Forest }

/** Gathers rows split by split as bins, so that the floats of one split are in memory at a time. */
export class RankerLearner {
  private quantiser: Quantiser | null = null
  private readonly parts: RankingRows[] = []
  private readonly featureCount: number

  constructor(featureCount: number) {
    this.featureCount = featureCount
  }

  /** The first rows, which are of the latest split, say where bins end. */
  add({ values, rowCount, groups, labels }: TrainingRows): void {
    if (rowCount === 0) return
    const table = { rowCount, featureCount: this.featureCount, values }
    this.quantiser ??= fitQuantiser(table)
    this.parts.push({ table: quantise(this.quantiser, table), groups, labels })
  }

  /** All rows with the bins that they are in; null without any. */
  rows(): { readonly quantiser: Quantiser; readonly rows: RankingRows } | null {
    return this.quantiser === null ? null : { quantiser: this.quantiser, rows: joinedRows(this.parts) }
  }

  /**
   * Finds how many trees help on the latest split when learnt from the earlier ones (with one split: on a fifth of
   * its questions), then learns so many from all. Null without rows.
   */
  async learn(train: ForestTrainer, settings: Partial<BoostingSettings>): Promise<LearntRanker | null> {
    const [latest, ...earlier] = this.parts
    if (this.quantiser === null || latest === undefined) return null
    const [probe, validation] =
      earlier.length > 0 ? [joinedRows(earlier), latest] : dividedRows(latest, VALIDATION_PART)
    const { treeCount } = await train(probe, settings, validation)
    const forest = await train(joinedRows(this.parts), { ...settings, trees: Math.max(1, treeCount) }, null)
    return { quantiser: this.quantiser, forest }
  }
}

/** Of a single split every fifth question says when to stop. */
const VALIDATION_PART = 5

/** Rows one after the other; their tables have the same features. */
export function joinedRows(parts: readonly RankingRows[]): RankingRows {
  const featureCount = parts[0]?.table.featureCount ?? 0
  const rowCount = parts.reduce((sum, { table }) => sum + table.rowCount, 0)
  const table = emptyBinTable(rowCount, featureCount)
  const labels = new Float32Array(rowCount)
  const groups = [0]
  let at = 0
  for (const part of parts) {
    copyRows(part.table, { from: 0, to: part.table.rowCount }, table, at)
    labels.set(part.labels, at)
    for (const end of part.groups.subarray(1)) groups.push(at + end)
    at += part.table.rowCount
  }
  return { table, labels, groups: Int32Array.from(groups) }
}

/** Every `part`-th group apart from the others. */
function dividedRows(rows: RankingRows, part: number): readonly [RankingRows, RankingRows] {
  const groups = Array.from({ length: rows.groups.length - 1 }, (_, group) => group)
  return [
    joinedRows(groups.filter((group) => group % part !== 0).map((group) => groupRows(rows, group))),
    joinedRows(groups.filter((group) => group % part === 0).map((group) => groupRows(rows, group))),
  ]
}

function groupRows({ table, groups, labels }: RankingRows, group: number): RankingRows {
  const [from, to] = [groups[group] ?? 0, groups[group + 1] ?? 0]
  const own = emptyBinTable(to - from, table.featureCount)
  copyRows(table, { from, to }, own, 0)
  return { table: own, groups: Int32Array.of(0, to - from), labels: labels.subarray(from, to) }
}

function copyRows(
  source: BinTable,
  { from, to }: { readonly from: number; readonly to: number },
  target: BinTable,
  at: number,
): void {
  for (let feature = 0; feature < source.featureCount; feature += 1) {
    const start = feature * source.stride
    target.bins.set(source.bins.subarray(start + from, start + to), feature * target.stride + at)
  }
}
