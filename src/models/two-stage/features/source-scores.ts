import type { Driver } from '../../candidates/candidate-source.ts'
import { type Feature, SCORING_SOURCES, type ScoringSourceName } from './feature.ts'

/** Whose word it is. */
export const SCORE_DRIVERS = {
  affinity: 'affinity',
  basket: 'affinity',
  sessions: 'affinity',
  together: 'affinity',
  titles: 'content',
  attributes: 'content',
} as const satisfies Record<ScoringSourceName, Driver>

/** What each scoring source says: its score, that score against the best of the question, and its rank. */
export const SCORE_FEATURES: readonly Feature[] = SCORING_SOURCES.flatMap((source): Feature[] => {
  const driver = SCORE_DRIVERS[source]
  return [
    { name: `${source}_score`, driver, of: ({ scores }) => scores[source].score },
    { name: `${source}_share`, driver, of: ({ scores }) => scores[source].share },
    { name: `${source}_rank`, driver, of: ({ scores }) => scores[source].rank },
  ]
})
