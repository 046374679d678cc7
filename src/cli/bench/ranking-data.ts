import { seededRandom } from '../../core/random.ts'
import type { FeatureTable } from '../../models/rankers/bins/quantiser.ts'

/** Made rows with a known function behind their labels. */
export type RankingData = {
  readonly features: FeatureTable
  /** 1: chosen. */
  readonly labels: Float32Array
  /** Group g is the rows [groups[g], groups[g + 1]). */
  readonly groups: Int32Array
}

export type RankingDataSize = {
  readonly rowCount: number
  readonly featureCount: number
  readonly groupSize: number
}

/**
 * Features of the kinds that a shop has: a third even, a third skewed counts with many zeros, a third with missing
 * values. Seven of them say how likely a row is chosen; about a tenth of the rows is.
 */
export function makeRankingData(size: RankingDataSize, seed: string): RankingData {
  const { rowCount, featureCount, groupSize } = size
  const random = seededRandom(`ranking data ${seed}`)
  const values = new Float32Array(rowCount * featureCount)
  for (let feature = 0; feature < featureCount; feature += 1) {
    for (let row = 0; row < rowCount; row += 1) {
      values[feature * rowCount + row] = drawValue(feature % 3, random.next())
    }
  }
  const at = (feature: number, row: number, absent: number): number => {
    const value = values[(feature % featureCount) * rowCount + row] ?? 0
    return Number.isNaN(value) ? absent : value
  }
  const labels = Float32Array.from({ length: rowCount }, (_, row) => {
    const taste = 3 * at(0, row, 0) + Math.log1p(at(1, row, 0)) - 2 * Math.abs(at(2, row, 0.9) - 0.4)
    const mixed = at(3, row, 0) > 0.5 ? at(4, row, 0) / 4 : at(5, row, 0.5) * 2
    return random.next() < 1 / (1 + Math.exp(5.2 - taste - mixed - at(6, row, 0) ** 2)) ? 1 : 0
  })
  const groups = Int32Array.from({ length: Math.ceil(rowCount / groupSize) + 1 }, (_, group) =>
    Math.min(group * groupSize, rowCount),
  )
  return { features: { rowCount, featureCount, values }, labels, groups }
}

function drawValue(kind: number, uniform: number): number {
  if (kind === 0) return uniform
  if (kind === 1) return Math.floor(Math.max(0, -6 * Math.log(1 - uniform) - 4))
  return uniform < 0.3 ? Number.NaN : (uniform - 0.3) / 0.7
}
