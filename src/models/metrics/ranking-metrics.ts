/** What recall divides by: all targets, or no more of them than the list has places. */
export type RecallRule = 'all-targets' | 'capped-targets'

/** Items of the first `k` places that are targets. `ranked` holds no item twice. */
export function hitsAt(k: number, ranked: ArrayLike<number>, targets: ReadonlySet<number>): number {
  let hits = 0
  for (let place = 0; place < Math.min(k, ranked.length); place += 1) {
    if (targets.has(ranked[place] ?? -1)) hits += 1
  }
  return hits
}

/** hits / |targets|, or hits / min(k, |targets|); in [0, 1]. 0 without targets. */
export function recallAt(
  k: number,
  ranked: ArrayLike<number>,
  targets: ReadonlySet<number>,
  rule: RecallRule,
): number {
  const reachable = rule === 'all-targets' ? targets.size : Math.min(k, targets.size)
  return reachable === 0 ? 0 : hitsAt(k, ranked, targets) / reachable
}

/**
 * Discounted gain over the best possible: places count 1 / log2(place + 1) from place 1, the ideal list has
 * min(k, |targets|) targets in front. In [0, 1]; 0 without targets.
 */
export function ndcgAt(k: number, ranked: ArrayLike<number>, targets: ReadonlySet<number>): number {
  let gain = 0
  for (let place = 0; place < Math.min(k, ranked.length); place += 1) {
    if (targets.has(ranked[place] ?? -1)) gain += 1 / Math.log2(place + 2)
  }
  let ideal = 0
  for (let place = 0; place < Math.min(k, targets.size); place += 1) ideal += 1 / Math.log2(place + 2)
  return ideal === 0 ? 0 : gain / ideal
}

/** 1 if any of the first `k` is a target, else 0. The mean over users is also called PHR. */
export const hitAt = (k: number, ranked: ArrayLike<number>, targets: ReadonlySet<number>): number =>
  hitsAt(k, ranked, targets) > 0 ? 1 : 0
