import type { RecordValue } from '../../algebra/source.ts'
import type { LakeHistories } from '../../features/lake/duckdb/lake-histories.ts'
import { affinityProblem, type ContentSimilarity, contentSimilarity } from '../../models/affinity/affinity.ts'
import type { AffinityWeights } from '../../models/affinity/affinity-model.ts'
import type { PairSumSource } from '../../models/affinity/pair-sums.ts'
import type { Sequences } from '../../models/sequences.ts'
import { learnableItems } from '../../models/training/learnable-items.ts'
import { solveInWorkers } from '../../models/training/workers/solve-in-workers.ts'
import { type ProductContent, productContent } from './product-content.ts'

/** What affinity is learnt from: the histories of the products that can be learnt, and what these say of themselves. */
export type AffinityMaterial = ProductContent & {
  /** By item number of the sequences. */
  readonly skus: readonly string[]
  readonly sequences: Sequences
}

/** What is known of the products beside the histories. */
export type KnownProducts = {
  /** Winning versions. */
  readonly products: readonly RecordValue[]
  /** Vectors that `endcap pictures` made, by sku. */
  readonly pictures: ReadonlyMap<string, Float32Array>
}

export function affinityMaterial(
  histories: LakeHistories,
  { products, pictures }: KnownProducts,
): AffinityMaterial {
  const all = { ...histories, itemCount: histories.skus.length, days: null }
  const { numbers, sequences } = learnableItems(all)
  const skus = Array.from(numbers, (number) => histories.skus[number] ?? '')
  return { skus, sequences, ...productContent(skus, products, pictures) }
}

/** Weights from all histories of the material; the same bits on every run. */
export const learnAffinity = async (
  { sequences, content }: Pick<AffinityMaterial, 'sequences' | 'content'>,
  pairSums: PairSumSource,
  similarity: ContentSimilarity = contentSimilarity(content),
): Promise<AffinityWeights> => solveInWorkers(affinityProblem(await pairSums(sequences), similarity))
