import { affinity, type ShopAffinity } from '../models/candidates/affinity.ts'
import { complements } from '../models/candidates/complements.ts'
import { exploration } from '../models/candidates/exploration.ts'
import { newcomers } from '../models/candidates/newcomers.ts'
import { onOffer } from '../models/candidates/on-offer.ts'
import { popular } from '../models/candidates/popular.ts'
import { preferences } from '../models/candidates/preferences.ts'
import type { WeightedSource } from '../models/candidates/ranker.ts'
import { repurchase } from '../models/candidates/repurchase.ts'
import { season } from '../models/candidates/season.ts'
import { type GroupSalesAt, segment } from '../models/candidates/segment.ts'
import { sessions } from '../models/candidates/sessions.ts'
import type { LiveShop } from './live-shop.ts'
import { shopDeals } from './offers/shop-deals.ts'

export type SourceOptions = {
  readonly affinityNow: () => ShopAffinity | null
  readonly groupAt: GroupSalesAt
  /** Of the decision that is being made. */
  readonly seedOf: () => number
}

/**
 * Every source of candidates, with its weight while no ranker has been trained: on pages about the shopper, and on
 * pages about a product. To add a source: a file in `models/candidates` and a line here.
 */
export function shopSources(shop: LiveShop, options: SourceOptions): readonly WeightedSource[] {
  const { items, content, histories } = shop
  const { affinityNow, groupAt, seedOf } = options
  const figuresAt = shop.sales.at
  const deals = shopDeals({ items, offersNow: () => shop.offers, usualPrices: shop.usualPrices, figuresAt })
  return [
    { source: repurchase(items), weights: { shopper: 1, product: 0.25 } },
    { source: affinity(items, affinityNow), weights: { shopper: 0.6, product: 1 } },
    { source: complements(items, histories.baskets), weights: { shopper: 0.2, product: 0.8 } },
    { source: sessions(items, histories.visits), weights: { shopper: 0.3, product: 0.4 } },
    { source: preferences(items, figuresAt), weights: { shopper: 0.3, product: 0.1 } },
    { source: popular(items, figuresAt), weights: { shopper: 0.25, product: 0.15 } },
    { source: segment(items, groupAt), weights: { shopper: 0.3, product: 0.1 } },
    { source: season(figuresAt), weights: { shopper: 0.25, product: 0.1 } },
    { source: onOffer(items, deals), weights: { shopper: 0.3, product: 0.2 } },
    { source: newcomers(items, content, figuresAt), weights: { shopper: 0.15, product: 0.15 } },
    { source: exploration(items, figuresAt, seedOf), weights: { shopper: 0, product: 0 } },
  ]
}

/** Names of the sources of a shop: what a trained ranker may read. A test holds it equal to `shopSources`. */
export const SOURCE_NAMES: readonly string[] = [
  'repurchase',
  'affinity',
  'complements',
  'sessions',
  'preferences',
  'popular',
  'segment',
  'season',
  'on_offer',
  'newcomers',
  'exploration',
]

/** The source that the exploration slot draws from. */
export const EXPLORATION = 'exploration'
