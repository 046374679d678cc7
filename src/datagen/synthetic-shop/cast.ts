import { seededRandom } from '../../core/random.ts'
import { type Aisle, aislesOf } from './aisles.ts'
import { type PlantedBundle, plantBundles } from './bundles.ts'
import { type Leaf, leavesOf } from './category-tree.ts'
import { Memories } from './memories.ts'
import { OfferBoard } from './offer-board.ts'
import { type PlantedOffer, plantOffers } from './offers.ts'
import type { ShopOptions } from './shop-options.ts'
import { makeProducts, type ShopProduct } from './shop-products.ts'
import { Crowd } from './shoppers.ts'
import { Stock } from './stock.ts'
import type { Shop } from './visit.ts'

/** Everybody and everything in the shop, before anything happens. */
export type Cast = {
  readonly leaves: readonly Leaf[]
  readonly products: readonly ShopProduct[]
  readonly aisles: readonly Aisle[]
  readonly bundles: readonly PlantedBundle[]
  /** By start. */
  readonly offers: readonly PlantedOffer[]
  readonly crowd: Crowd
}

export function castOf(options: ShopOptions): Cast {
  const random = seededRandom(`synthetic-shop/${options.seed}`)
  const leaves = leavesOf(options)
  const products = makeProducts(options, random.fork('products'))
  const aisles = aislesOf(leaves, products)
  const bundles = plantBundles(products, options, random.fork('bundles'))
  const offers = plantOffers({ options, products, leaves, bundles, random: random.fork('offers') })
  return { leaves, products, aisles, bundles, offers, crowd: new Crowd(options, aisles) }
}

/** The shop on its first day; it changes with what happens, so each story has its own. */
export function shopOf(options: ShopOptions, { aisles, products, bundles, offers }: Cast): Shop {
  return {
    aisles,
    productOf: new Map(products.map((item) => [item.product.sku, item])),
    bundleOf: new Map(bundles.map((bundle) => [bundle.trigger, bundle])),
    offers: new OfferBoard(offers),
    stock: new Stock(products, seededRandom(`synthetic-shop/${options.seed}/stock`)),
    memories: new Memories(),
    endAt: options.endAt,
  }
}
