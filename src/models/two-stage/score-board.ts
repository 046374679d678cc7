import type { Driver } from '../candidates/candidate-source.ts'
import type { ShopperHistory } from '../sequences.ts'
import { topItems } from '../top-items.ts'
import { SCORING_SOURCES, type ScoringSourceName, type SourceScore } from './features/feature.ts'
import type { TwoStageSettings } from './settings.ts'
import type { ScoringSource } from './sources/source.ts'

type Entry = {
  readonly name: ScoringSourceName
  readonly source: ScoringSource
  readonly limit: number
  /** By item. */
  readonly scores: Float64Array
  /** By item, from 1; 0 where the source does not propose it. */
  readonly ranks: Int32Array
  proposed: Int32Array
  best: number
}

/** The scores of one question from all scoring sources, and what each of them proposes. Memory is kept. */
export class ScoreBoard {
  private readonly entries: readonly Entry[]
  private readonly answer: Record<ScoringSourceName, SourceScore>

  constructor(
    itemCount: number,
    scoring: ReadonlyMap<ScoringSourceName, ScoringSource>,
    limits: TwoStageSettings['limits'],
  ) {
    this.entries = [...scoring].map(([name, source]) => ({
      name,
      source,
      limit: limits[name],
      scores: new Float64Array(itemCount),
      ranks: new Int32Array(itemCount),
      proposed: new Int32Array(),
      best: 0,
    }))
    this.answer = unknownScores()
  }

  /** Scores every item anew; gives what each source proposes: the best of the items with a score above 0. */
  fill(history: ShopperHistory): { readonly driver: Driver; readonly items: Int32Array }[] {
    return this.entries.map((entry) => {
      for (const item of entry.proposed) entry.ranks[item] = 0
      entry.source.score(history, entry.scores)
      const top = topItems(entry.scores, entry.limit)
      entry.proposed = top.filter((item) => (entry.scores[item] ?? 0) > 0)
      for (const [place, item] of entry.proposed.entries()) entry.ranks[item] = place + 1
      entry.best = entry.scores[entry.proposed[0] ?? -1] ?? 0
      return { driver: entry.source.driver, items: entry.proposed }
    })
  }

  /** What the sources say of an item: always the same object. */
  of(item: number): Record<ScoringSourceName, SourceScore> {
    for (const { name, scores, ranks, best } of this.entries) {
      const answer = this.answer[name]
      answer.score = scores[item] ?? 0
      answer.share = best > 0 ? answer.score / best : Number.NaN
      answer.rank = ranks[item] || Number.NaN
    }
    return this.answer
  }
}

/** What is said where no source says anything. */
export function unknownScores(): Record<ScoringSourceName, SourceScore> {
  const unknown = () => ({ score: Number.NaN, share: Number.NaN, rank: Number.NaN })
  return Object.fromEntries(SCORING_SOURCES.map((name) => [name, unknown()])) as Record<
    ScoringSourceName,
    SourceScore
  >
}
