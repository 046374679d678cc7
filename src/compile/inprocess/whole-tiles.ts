import { mergeParts } from '../merge-tiles.ts'
import type { ViewPlan } from '../plan.ts'
import type { TileRow } from '../tile.ts'
import { PART_COLUMN } from './put-tiles.ts'

/** Whether the view's tiles are kept apart by who counted them. */
export const hasParts = ({ view }: ViewPlan): boolean => view.key.at(-1) === PART_COLUMN

/** Tiles of a view, parts that were counted apart put together. */
export function wholeTiles(plan: ViewPlan, tiles: Iterable<TileRow>): readonly TileRow[] {
  if (!hasParts(plan)) return [...tiles]
  return mergeParts(
    plan,
    Array.from(tiles, (tile) => ({ ...tile, key: tile.key.slice(0, -1) })),
  )
}
