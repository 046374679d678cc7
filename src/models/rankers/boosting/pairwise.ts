import { rowHash } from './row-hash.ts'
import { PLACE, type TrainingMemory } from './training-memory.ts'

/** Writes the pulls and hessians of the rows of one group. */
export type GroupGradients = (group: number) => void

/** Beyond this the exponential of a difference of scores says nothing new, and it stays finite. */
const FARTHEST = 300

/**
 * Pairs of a better and a worse row: with p the chance that the scores have them the wrong way round, the better is
 * pulled up by p, the worse down, and both get the hessian p(1 - p). It costs no exponential a pair: p is
 * e^worse / (e^better + e^worse). Weights: see `Objective`.
 */
export function pairwiseGradients(memory: TrainingMemory): GroupGradients {
  const { groups, byLabel, labels, pulls, hessians } = memory
  const size = largestGroup(groups)
  const scratch = { exponentials: new Float64Array(size), swaps: swapScratch(memory, size) }
  return (group) => {
    const [from, to] = [groups[group] ?? 0, groups[group + 1] ?? 0]
    pulls.fill(0, from, to)
    hessians.fill(0, from, to)
    const pairs = pairCount(memory, from, to)
    if (pairs === 0) return
    exponentiate(memory.scores, from, to, scratch.exponentials)
    scratch.swaps?.prepare(from, to)
    const share = Math.min(1, memory.settings.pairsPerGroup / pairs)
    let worseFrom = from
    for (let place = from; place < to; place += 1) {
      const better = byLabel[place] ?? 0
      while (worseFrom < to && (labels[byLabel[worseFrom] ?? 0] ?? 0) >= (labels[better] ?? 0)) worseFrom += 1
      if (worseFrom === to) break
      pullApart(memory, scratch, { from, to, better, worseFrom, share })
    }
  }
}

type Scratch = { readonly exponentials: Float64Array; readonly swaps: SwapScratch | null }

type BetterRow = {
  readonly from: number
  readonly to: number
  readonly better: number
  /** The rows with a lower label are `byLabel` from here to the end of the group. */
  readonly worseFrom: number
  /** Share of the pairs that are used. */
  readonly share: number
}

function pullApart(memory: TrainingMemory, scratch: Scratch, row: BetterRow): void {
  const { byLabel, weights, pulls, hessians, settings } = memory
  const { exponentials, swaps } = scratch
  const { from, better, worseFrom, share } = row
  const worseCount = row.to - worseFrom
  const drawn = share < 1 ? Math.max(1, Math.floor(worseCount * share)) : worseCount
  const rowWeight = weights.length > 0 ? (weights[better] ?? 0) : 1
  const weight = swaps === null ? rowWeight / drawn : (rowWeight * worseCount) / drawn
  const high = exponentials[better - from] ?? 0
  const tree = memory.place[PLACE.tree] ?? 0
  let pull = 0
  let hessian = 0
  for (let draw = 0; draw < drawn; draw += 1) {
    const at =
      share < 1 ? Math.floor((rowHash(settings.seed + better, tree, draw) / 2 ** 32) * worseCount) : draw
    const worse = byLabel[worseFrom + at] ?? 0
    const low = exponentials[worse - from] ?? 0
    const wrong = low / (high + low)
    const force = (swaps === null ? weight : weight * swaps.change(better - from, worse - from)) * wrong
    const bend = force * (1 - wrong)
    pull += force
    hessian += bend
    pulls[worse] = (pulls[worse] ?? 0) - force
    hessians[worse] = (hessians[worse] ?? 0) + bend
  }
  pulls[better] = (pulls[better] ?? 0) + pull
  hessians[better] = (hessians[better] ?? 0) + hessian
}

function largestGroup(groups: Int32Array): number {
  let size = 0
  for (let group = 0; group + 1 < groups.length; group += 1) {
    size = Math.max(size, (groups[group + 1] ?? 0) - (groups[group] ?? 0))
  }
  return size
}

function pairCount({ byLabel, labels }: TrainingMemory, from: number, to: number): number {
  let pairs = 0
  let better = 0
  for (let place = from + 1; place < to; place += 1) {
    if ((labels[byLabel[place] ?? 0] ?? 0) < (labels[byLabel[place - 1] ?? 0] ?? 0)) better = place - from
    pairs += better
  }
  return pairs
}

function exponentiate(scores: Float64Array, from: number, to: number, out: Float64Array): void {
  let highest = Number.NEGATIVE_INFINITY
  for (let row = from; row < to; row += 1) highest = Math.max(highest, scores[row] ?? 0)
  for (let row = from; row < to; row += 1) {
    out[row - from] = Math.exp(Math.max((scores[row] ?? 0) - highest, -FARTHEST))
  }
}

type SwapScratch = {
  /** Ranks the rows of a group by their present scores. */
  readonly prepare: (from: number, to: number) => void
  /** How much the group's NDCG changes if two of its rows, counted within the group, change places. */
  readonly change: (better: number, worse: number) => number
}

function swapScratch(
  { settings, scores, labels, byLabel }: TrainingMemory,
  size: number,
): SwapScratch | null {
  if (settings.objective !== 'pairwise-ndcg') return null
  const gains = new Float64Array(size)
  const discounts = new Float64Array(size)
  const order = new Int32Array(size)
  const discountAt = Float64Array.from({ length: size }, (_, rank) => 1 / Math.log2(rank + 2))
  return {
    prepare: (from, to) => {
      let ideal = 0
      for (let row = from; row < to; row += 1) {
        order[row - from] = row
        ideal += (2 ** (labels[byLabel[row] ?? 0] ?? 0) - 1) * (discountAt[row - from] ?? 0)
      }
      const ranked = order.subarray(0, to - from).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
      ranked.forEach((row, rank) => {
        discounts[row - from] = discountAt[rank] ?? 0
        gains[row - from] = (2 ** (labels[row] ?? 0) - 1) / ideal
      })
    },
    change: (better, worse) =>
      ((gains[better] ?? 0) - (gains[worse] ?? 0)) *
      Math.abs((discounts[better] ?? 0) - (discounts[worse] ?? 0)),
  }
}
