import { affinity, type ShopAffinity } from '../models/candidates/affinity.ts'
import type { CandidateSource } from '../models/candidates/candidate-source.ts'
import { complements } from '../models/candidates/complements.ts'
import { exploration } from '../models/candidates/exploration.ts'
import { newcomers } from '../models/candidates/newcomers.ts'
import { onOffer } from '../models/candidates/on-offer.ts'
import { popular } from '../models/candidates/popular.ts'
import { preferences } from '../models/candidates/preferences.ts'
import type { SourceWeights } from '../models/candidates/ranker.ts'
import { repurchase } from '../models/candidates/repurchase.ts'
import { season } from '../models/candidates/season.ts'
import { type GroupSalesAt, segment } from '../models/candidates/segment.ts'
import { sessions } from '../models/candidates/sessions.ts'
import type { LiveShop } from './live-shop.ts'

export type SourceOptions = {
  readonly affinityNow: () => ShopAffinity | null
  readonly groupAt: GroupSalesAt
}

/**
 * Every source, with its weight while no ranker has been trained: on pages about the shopper, and on pages about a
 * product. To add a source: a file in `models/candidates`, a line here and a line in `shopSources`.
 */
const WEIGHTS = {
  repurchase: { shopper: 1, product: 0.25 },
  affinity: { shopper: 0.6, product: 1 },
  complements: { shopper: 0.2, product: 0.8 },
  sessions: { shopper: 0.3, product: 0.4 },
  preferences: { shopper: 0.3, product: 0.1 },
  popular: { shopper: 0.25, product: 0.15 },
  segment: { shopper: 0.3, product: 0.1 },
  season: { shopper: 0.25, product: 0.1 },
  on_offer: { shopper: 0.5, product: 0.2 },
  newcomers: { shopper: 0.15, product: 0.15 },
  exploration: { shopper: 0, product: 0 },
} as const satisfies Readonly<Record<string, SourceWeights>>

/** The source that the exploration slot draws from. */
export const EXPLORATION: keyof typeof WEIGHTS = 'exploration'

/** Names of the sources that a trained ranker may read, in the order of `shopSources`: not what draws by lot. */
export const RANKED_NAMES: readonly string[] = Object.keys(WEIGHTS).filter((name) => name !== EXPLORATION)

/** In the same order. */
export const SOURCE_WEIGHTS: readonly SourceWeights[] = Object.values(WEIGHTS)

/** The sources over a shop, in the order of `WEIGHTS`. */
export function shopSources(shop: LiveShop, options: SourceOptions): readonly CandidateSource[] {
  const { items, content, histories } = shop
  const { affinityNow, groupAt } = options
  const figuresAt = shop.sales.at
  const byName: Readonly<Record<keyof typeof WEIGHTS, CandidateSource>> = {
    repurchase: repurchase(items),
    affinity: affinity(items, affinityNow),
    complements: complements(items, histories.baskets),
    sessions: sessions(items, histories.visits),
    preferences: preferences(items, figuresAt),
    popular: popular(items, figuresAt),
    segment: segment(groupAt),
    season: season(figuresAt),
    on_offer: onOffer(items, shop.deals.at),
    newcomers: newcomers(items, content, figuresAt),
    exploration: exploration(items, figuresAt),
  }
  return Object.values(byName)
}
