import type { ItemFigures } from '../figures/item-figures.ts'
import type { Feature } from './feature.ts'

const driver = 'season'

/** The item's time of the year; without a year of history the index is 1 and says nothing. */
export const SEASON_FEATURES: readonly Feature[] = [
  { name: 'season_index', driver, of: ({ item }) => (isKnown(item) ? item.seasonIndex : 1) },
  { name: 'season_known', driver, of: ({ item }) => (isKnown(item) ? 1 : 0) },
]

const isKnown = ({ seasonIndex }: Readonly<ItemFigures>): boolean => !Number.isNaN(seasonIndex)
