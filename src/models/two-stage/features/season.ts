import type { Feature } from './feature.ts'

const driver = 'season'

/** The item's time of the year. */
export const SEASON_FEATURES: readonly Feature[] = [
  { name: 'season_index', driver, of: ({ item }) => item.seasonIndex },
]
