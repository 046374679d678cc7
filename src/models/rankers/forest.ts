/**
 * Boosted trees on bins. A condition is "the bin of `feature` exceeds `bin`": then a row goes right. A missing value
 * counts as bin 127 if `missingRight`, as 0 otherwise. Bin 127 is exceeded by nothing.
 */
export type Forest = {
  /** `oblivious`: one condition for all nodes of a level; `perfect`: a condition a node. All leaves are at `depth`. */
  readonly shape: ForestShape
  /** Conditions between root and leaf, 1..8. */
  readonly depth: number
  readonly featureCount: number
  readonly treeCount: number
  /** The score of a row before the first tree. */
  readonly base: number
  /** trees x conditions: by level (oblivious), or by node, root first, children of n at 2n + 1 and 2n + 2 (perfect). */
  readonly features: Int32Array
  readonly bins: Uint8Array
  readonly missingRight: Uint8Array
  /** trees x 2^depth: the leaf's number has a bit a condition, the first one the highest, 1: right. */
  readonly leaves: Float32Array
  /** trees x (2^depth - 1): by node as above, the mean leaf over the training rows that reach it. */
  readonly expectations: Float32Array
}

export type ForestShape = 'oblivious' | 'perfect'

export const MAX_DEPTH = 8

/** Inner nodes of a tree. */
export const nodesOf = (depth: number): number => (1 << depth) - 1

/** Conditions of a tree. */
export const conditionsOf = ({ shape, depth }: Pick<Forest, 'shape' | 'depth'>): number =>
  shape === 'oblivious' ? depth : nodesOf(depth)

/** The place of the condition that decides at `level` for a row that took `path` so far, within its tree. */
export const conditionAt = (shape: ForestShape, level: number, path: number): number =>
  shape === 'oblivious' ? level : (1 << level) - 1 + path
