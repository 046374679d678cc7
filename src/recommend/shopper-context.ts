import { shopperProduct } from '../catalog/views/shopper-product.ts'
import { RECENT_LIMIT, shopperRecent } from '../catalog/views/shopper-recent.ts'
import type { LatestEntry, TileRow } from '../compile/tile.ts'
import type { ShopperContext, ShopperProduct } from '../models/candidates/candidate-source.ts'
import type { DecisionRequest } from './decision.ts'
import type { ShopState } from './shop-state.ts'

const MEASURES = Object.keys(shopperProduct.measures)
const at = (name: keyof typeof shopperProduct.measures & string): number => MEASURES.indexOf(name)
const [VIEWS, CARTS, WISHES, UNWISHES, PURCHASES] = [
  at('views'),
  at('carts'),
  at('wishes'),
  at('unwishes'),
  at('purchases'),
]

/**
 * What is known of a shopper before `asOf`, from the tiles of all keys that they go by (customer, session).
 *
 * @param shoppers keys of the stream's `shopper` column; empty where nothing personal may be used
 */
export function shopperContext(
  state: ShopState,
  shoppers: readonly string[],
  request: DecisionRequest,
  asOf: number,
): ShopperContext {
  const recent = shoppers
    .flatMap((shopper) => [...state.ownerTiles(shopperRecent.name, shopper)])
    .filter((tile) => tile.tileStart < asOf)
    .flatMap((tile) => (tile.values[0] ?? []) as readonly LatestEntry[])
    .toSorted((a, b) => b.at - a.at)
    .slice(0, RECENT_LIMIT)
  const tiles = shoppers.flatMap((shopper) => [...state.ownerTiles(shopperProduct.name, shopper)])
  return {
    asOf,
    recent,
    products: productsOf(
      tiles.filter((tile) => tile.tileStart < asOf),
      recent,
    ),
    pageSku: request.sku,
    cart: request.cart,
  }
}

/** Sums over days; the instant of the last action is exact where the product is among the recent ones. */
function productsOf(tiles: readonly TileRow[], recent: readonly LatestEntry[]): Map<string, ShopperProduct> {
  const lastSeen = new Map(recent.toReversed().map((entry) => [entry.word, entry.at]))
  const products = new Map<string, ShopperProduct>()
  for (const { key, tileStart, values } of tiles) {
    const sku = key[1] ?? ''
    const before = products.get(sku)
    const value = (index: number) => Number(values[index])
    const exactAt = lastSeen.get(sku)
    const lastAt = exactAt !== undefined && exactAt >= tileStart ? exactAt : tileStart
    products.set(sku, {
      sku,
      views: (before?.views ?? 0) + value(VIEWS),
      carts: (before?.carts ?? 0) + value(CARTS),
      wishes: (before?.wishes ?? 0) + value(WISHES) - value(UNWISHES),
      purchases: (before?.purchases ?? 0) + value(PURCHASES),
      lastPurchaseAt: Math.max(before?.lastPurchaseAt ?? 0, value(PURCHASES) > 0 ? lastAt : 0),
      lastActionAt: Math.max(before?.lastActionAt ?? 0, lastAt),
    })
  }
  return products
}
