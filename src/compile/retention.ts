import { durationMs, floorTo } from '../core/duration.ts'
import type { ViewPlan } from './plan.ts'

/**
 * Start of the oldest tile of a view that is kept in a state whose newest event happened at `newestAt`, epoch ms:
 * the tile in which the instant `retain` before it lies. Every window that ends at or after `newestAt` begins
 * there or later.
 */
export const keptFrom = ({ view, tileMs }: ViewPlan, newestAt: number): number =>
  floorTo(Math.max(0, newestAt - durationMs(view.retain)), tileMs)
