import type { RankingRows } from './ranking-rows.ts'
import { rowHash } from './row-hash.ts'

/**
 * Mean NDCG at the cutoff over the groups in which not all rows are 0; gains are 2^label - 1. Rows with equal scores
 * are ranked by a hash of their number, so that the order of the data gives nothing away. NaN if there is no such group.
 */
export function meanNdcg(
  { groups, labels }: Pick<RankingRows, 'groups' | 'labels'>,
  scores: Float64Array,
  cutoff: number,
): number {
  let sum = 0
  let count = 0
  for (let group = 0; group + 1 < groups.length; group += 1) {
    const [from, to] = [groups[group] ?? 0, groups[group + 1] ?? 0]
    const ideal = gainOf(labels.slice(from, to).sort().reverse(), cutoff)
    if (ideal === 0) continue
    const rows = Int32Array.from({ length: to - from }, (_, index) => from + index)
    rows.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || rowHash(0, 0, a) - rowHash(0, 0, b))
    sum +=
      gainOf(
        Float32Array.from(rows.subarray(0, cutoff), (row) => labels[row] ?? 0),
        cutoff,
      ) / ideal
    count += 1
  }
  return sum / count
}

function gainOf(labels: Float32Array, cutoff: number): number {
  let gain = 0
  for (let rank = 0; rank < Math.min(cutoff, labels.length); rank += 1) {
    gain += (2 ** (labels[rank] ?? 0) - 1) / Math.log2(rank + 2)
  }
  return gain
}
