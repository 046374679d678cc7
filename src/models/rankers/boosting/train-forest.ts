import type { Forest } from '../forest.ts'
import { type BoostingSettings, boostingSettings } from './boosting-settings.ts'
import { validationOf } from './early-stopping.ts'
import { growTree, type Tree } from './grow-tree.ts'
import { logOdds } from './logistic.ts'
import { checkRows, type RankingRows } from './ranking-rows.ts'
import { plainMemory, type TrainingMemory, trainingMemory } from './training-memory.ts'
import { type Crew, crewOfOne } from './training-part.ts'

export type TrainingProgress = {
  /** Trees that are grown. */
  readonly trees: number
  /** NDCG@10, or the mean log likelihood, of the validation rows; null without them. */
  readonly validation: number | null
}

export type TrainForestOptions = {
  /** Rows of a later period, by which the number of trees is chosen. */
  readonly validation?: RankingRows
  /** After each tree; false stops there, with the trees so far. */
  readonly onTree?: (progress: TrainingProgress) => boolean
}

/**
 * Learns a forest in this thread. The same rows, settings and seed give the same forest, bit for bit, also by
 * `trainForestInWorkers` with any number of threads.
 * @throws Error if rows or settings are not what they must be
 */
export function trainForest(
  rows: RankingRows,
  settings: Partial<BoostingSettings> = {},
  options: TrainForestOptions = {},
): Forest {
  checkRows(rows)
  if (options.validation !== undefined) checkRows(options.validation)
  const memory = trainingMemory(rows, boostingSettings(settings), 1, plainMemory)
  return growForest(memory, crewOfOne(memory), options)
}

/** Grows trees in prepared memory by a crew until there are enough, nothing is left, or they stop helping. */
export function growForest(memory: TrainingMemory, crew: Crew, options: TrainForestOptions): Forest {
  const { settings, featureCount } = memory
  const base = baseOf(memory)
  memory.scores.fill(base)
  const validation =
    options.validation === undefined ? null : validationOf(options.validation, settings, base)
  const trees: Tree[] = []
  let best = { value: Number.NEGATIVE_INFINITY, trees: 0 }
  while (trees.length < settings.trees) {
    const tree = growTree(memory, crew, trees.length)
    if (tree === null) break
    trees.push(tree)
    const value = validation?.add(tree) ?? null
    if (value !== null && value > best.value) best = { value, trees: trees.length }
    if (options.onTree?.({ trees: trees.length, validation: value }) === false) break
    if (value !== null && trees.length - best.trees >= settings.patience) break
  }
  const { shape, depth } = settings
  return joinTrees(best.trees > 0 ? trees.slice(0, best.trees) : trees, { shape, depth, featureCount, base })
}

function baseOf({ settings, labels, weights }: TrainingMemory): number {
  if (settings.objective !== 'logistic') return 0
  return logOdds(labels, weights.length > 0 ? weights : undefined)
}

function joinTrees(
  trees: readonly Tree[],
  shape: Pick<Forest, 'shape' | 'depth' | 'featureCount' | 'base'>,
): Forest {
  return {
    ...shape,
    treeCount: trees.length,
    features: Int32Array.from(trees.flatMap(({ features }) => [...features])),
    bins: Uint8Array.from(trees.flatMap(({ bins }) => [...bins])),
    missingRight: Uint8Array.from(trees.flatMap(({ missingRight }) => [...missingRight])),
    leaves: Float32Array.from(trees.flatMap(({ leaves }) => [...leaves])),
    expectations: Float32Array.from(trees.flatMap(({ expectations }) => [...expectations])),
  }
}
