import type { Training } from '../recommender.ts'
import type { ScoringSourceName } from './features/feature.ts'
import type { Scorer, SourceFitter, SourceFitters } from './scoring-sources.ts'

/**
 * What models that differ in their drivers alone learn alike, each once and kept as long as its training is there: the
 * scoring sources, and how many trees help, which the first of the models says for all.
 */
export class KeptLearning {
  private readonly scorers = new WeakMap<Training, Map<string, Promise<Scorer | null>>>()
  private readonly treeCounts = new WeakMap<Training, number>()

  /** Fitters for a part of a training, by its place among the parts: a training is always divided alike. */
  fitters(fitters: SourceFitters, training: Training, part: number): SourceFitters {
    const known = this.scorers.get(training) ?? new Map<string, Promise<Scorer | null>>()
    this.scorers.set(training, known)
    const keptOf = ([name, fitter]: readonly [ScoringSourceName, SourceFitter]) => {
      const key = `${name} ${part}`
      const learn: SourceFitter = (past) => {
        const scorer = known.get(key) ?? fitter(past)
        known.set(key, scorer)
        return scorer
      }
      return [name, learn] as const
    }
    return new Map(Array.from(fitters, keptOf))
  }

  treeCount(training: Training): number | undefined {
    return this.treeCounts.get(training)
  }

  keepTreeCount(training: Training, trees: number): void {
    this.treeCounts.set(training, trees)
  }
}
