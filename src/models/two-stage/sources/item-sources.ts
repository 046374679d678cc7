import type { ItemKinds } from '../figures/categories.ts'
import type { SegmentShares } from '../figures/segment-shares.ts'
import type { TwoStageSettings } from '../settings.ts'
import { bought } from './bought.ts'
import { exploration } from './exploration.ts'
import { likedKinds, likedOffers } from './liked-kinds.ts'
import { newItems } from './new-items.ts'
import { popularWithin } from './popular.ts'
import { rising } from './rising.ts'
import { season } from './season.ts'
import { segment } from './segment.ts'
import type { ItemSource } from './source.ts'

/** A source and how many items it may propose. */
export type LimitedSource = { readonly source: ItemSource; readonly limit: number }

/** The sources that propose without a score, in the order in which they are asked. One line each. */
export const itemSources = (
  kinds: ItemKinds,
  shares: SegmentShares,
  limits: TwoStageSettings['limits'],
): readonly LimitedSource[] => [
  { source: bought, limit: limits.bought },
  ...POPULAR_DAYS.map((days) => ({ source: popularWithin(days), limit: limits.popular })),
  { source: rising, limit: limits.rising },
  { source: newItems, limit: limits.newItems },
  { source: segment(shares), limit: limits.segment },
  { source: season(), limit: limits.season },
  { source: likedKinds(kinds), limit: limits.likedKinds },
  { source: likedOffers(kinds), limit: limits.likedOffers },
  { source: exploration, limit: limits.exploration },
]

const POPULAR_DAYS = [7, 30, 90] as const
