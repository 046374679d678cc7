import { type BinTable, emptyBinTable } from '../rankers/bins/bin-table.ts'
import { type FeatureTable, fitQuantiser, type Quantiser, quantise } from '../rankers/bins/quantiser.ts'
import { BOOSTING_DEFAULTS, type BoostingSettings } from '../rankers/boosting/boosting-settings.ts'
import type { RankingRows } from '../rankers/boosting/ranking-rows.ts'
import type { Forest } from '../rankers/forest.ts'
import type { Feature } from './features/feature.ts'
import type { TrainingRows } from './training-rows.ts'

/** Grows a forest: in this thread, or in several. All trainers agree bit for bit. */
export type ForestTrainer = (
  rows: RankingRows,
  settings: Partial<BoostingSettings>,
  validation: RankingRows | null,
) => Forest | Promise<Forest>

/** What ranks candidates: the features that differ between candidates, their bins, and trees over those. */
export type LearntRanker = {
  readonly features: readonly Feature[]
  readonly quantiser: Quantiser
  readonly forest: Forest
}

/** Gathers rows split by split as bins, so that the floats of one split are in memory at a time. */
export class RankerLearner {
  private readonly features: readonly Feature[]
  /** Numbers of the features that are kept, and their bins; null before the first rows. */
  private kept: { readonly numbers: readonly number[]; readonly quantiser: Quantiser } | null = null
  private readonly parts: RankingRows[] = []

  constructor(features: readonly Feature[]) {
    this.features = features
  }

  /** The first rows, which are of the latest split, say which features differ and where their bins end. */
  add(rows: TrainingRows): void {
    if (rows.rowCount === 0) return
    this.kept ??= keptFeatures(rows, this.features.length)
    const { numbers, quantiser } = this.kept
    const table = quantise(quantiser, columnsOf(rows, numbers))
    this.parts.push({ table, groups: rows.groups, labels: rows.labels })
  }

  /** All rows, and the ranker that trees grown on them make; null without any. */
  rows(): { readonly rows: RankingRows; readonly rankerOf: (forest: Forest) => LearntRanker } | null {
    if (this.kept === null) return null
    const { numbers, quantiser } = this.kept
    const features = numbers.flatMap((number) => this.features[number] ?? [])
    return { rows: joinedRows(this.parts), rankerOf: (forest) => ({ features, quantiser, forest }) }
  }

  /**
   * Finds how many trees help on the latest split when learnt from the earlier ones (with one split: on a fifth of
   * its questions), then learns from all: more in proportion, because more rows bear more trees. Null without rows.
   */
  async learn(train: ForestTrainer, settings: Partial<BoostingSettings>): Promise<LearntRanker | null> {
    const [latest, ...earlier] = this.parts
    if (latest === undefined) return null
    const [probe, validation] =
      earlier.length > 0 ? [joinedRows(earlier), latest] : dividedRows(latest, VALIDATION_PART)
    const most = settings.trees ?? BOOSTING_DEFAULTS.trees
    const { treeCount } = await train(probe, { patience: PATIENCE, ...settings }, validation)
    const rowCount = this.parts.reduce((sum, { table }) => sum + table.rowCount, 0)
    const scaled = Math.round((treeCount * rowCount) / Math.max(1, probe.table.rowCount))
    return this.grow(train, { ...settings, trees: Math.min(most, Math.max(1, scaled)) })
  }

  /** Learns so many trees from all rows. Null without rows. */
  async grow(
    train: ForestTrainer,
    settings: Partial<BoostingSettings> & Pick<BoostingSettings, 'trees'>,
  ): Promise<LearntRanker | null> {
    const all = this.rows()
    return all === null ? null : all.rankerOf(await train(all.rows, settings, null))
  }
}

/** Features that are not the same for all rows. */
function keptFeatures(rows: TrainingRows, featureCount: number) {
  const numbers = Array.from({ length: featureCount }, (_, number) => number).filter((number) => {
    const column = rows.values.subarray(number * rows.rowCount, (number + 1) * rows.rowCount)
    return column.some((value) => !Object.is(value, column[0]))
  })
  return { numbers, quantiser: fitQuantiser(columnsOf(rows, numbers)) }
}

function columnsOf({ rowCount, values }: TrainingRows, numbers: readonly number[]): FeatureTable {
  const columns = new Float32Array(rowCount * numbers.length)
  for (const [place, number] of numbers.entries()) {
    columns.set(values.subarray(number * rowCount, (number + 1) * rowCount), place * rowCount)
  }
  return { rowCount, featureCount: numbers.length, values: columns }
}

/** Trees without a better figure before stopping: the figure of one period is noisy, and 50 stopped early. */
const PATIENCE = 100

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
