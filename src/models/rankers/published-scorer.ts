import type { RankerModel } from './ranker-model.ts'
import { type RowScorer, rowScorer } from './row-scorer.ts'

/** The scorer of whatever ranker is published now, made once for each; null while there is none. */
export function publishedScorer(published: () => RankerModel | undefined): () => RowScorer | null {
  let known: RankerModel | undefined
  let scorer: RowScorer | null = null
  return () => {
    const model = published()
    if (model === known) return scorer
    known = model
    scorer = model === undefined ? null : rowScorer(model.featureNames, model.quantiser, model.forest)
    return scorer
  }
}
