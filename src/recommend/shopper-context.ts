import type { Customer } from '../catalog/events/customers.ts'
import { measureOf } from '../catalog/readings/window-figures.ts'
import { wishlistOf } from '../catalog/readings/wishlist.ts'
import { shopperActivity } from '../catalog/views/shopper-activity.ts'
import { shopperProduct } from '../catalog/views/shopper-product.ts'
import { RECENT_LIMIT, shopperRecent } from '../catalog/views/shopper-recent.ts'
import { shopperWish } from '../catalog/views/shopper-wish.ts'
import type { LatestEntry, TileRow } from '../compile/tile.ts'
import { DAY_MS } from '../core/duration.ts'
import type { RecentItem, ShopperContext, ShopperProduct } from '../models/candidates/candidate-source.ts'
import type { ItemTable } from '../models/candidates/item-table.ts'
import { type Person, personOf } from '../models/candidates/person.ts'
import { tasteOf } from '../models/candidates/taste.ts'
import type { DecisionRequest } from './decision.ts'
import type { LiveShop } from './live-shop.ts'
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

/** Whose request it is, and what of them may be read. */
export type Reader = {
  /** Keys of the stream's `shopper` column; empty where nothing personal may be used. */
  readonly keys: readonly string[]
  readonly preferences: Customer['preferences']
  readonly person: Person | null
}

const NOBODY: Reader = { keys: [], preferences: undefined, person: null }

/**
 * Keys under which the shopper's own events may be read: customer and session with consent for personalisation,
 * the session alone where nobody is logged in, none otherwise (docs/decisions/0006-consent.md). Age, gender and
 * place need consent for demographics too.
 */
export function readerOf(state: ShopState, { customerId, sessionId }: DecisionRequest): Reader {
  const session = sessionId === undefined ? [] : [`s:${sessionId}`]
  if (customerId === undefined) return session.length === 0 ? NOBODY : { ...NOBODY, keys: session }
  const customer = state.entity('customers', customerId) as Customer | undefined
  const consents = customer?.consent.personalisation === true && customer.deleted !== true
  if (!consents) return NOBODY
  return {
    keys: [`c:${customerId}`, ...session],
    preferences: customer.preferences,
    person: personOf(customer),
  }
}

export type ContextOptions = {
  readonly state: ShopState
  readonly shop: Pick<LiveShop, 'items' | 'discountShare'>
  readonly request: DecisionRequest
  readonly reader: Reader
  readonly asOf: number
}

/**
 * What is known of a shopper before `asOf`, from the tiles of all keys that they go by (customer, session). Of a
 * past instant the day that was open is left out; of the present it counts.
 */
export function shopperContext({ state, shop, request, reader, asOf }: ContextOptions): ShopperContext {
  const { items } = shop
  const isPast = asOf <= state.newestAt()
  const end = isPast ? asOf - DAY_MS + 1 : Number.POSITIVE_INFINITY
  const recent = recentOf(state, items, reader.keys, asOf)
  const tiles = reader.keys.flatMap((key) => [...state.ownerTiles(shopperProduct.name, key)])
  const products = productsOf(
    items,
    tiles.filter(({ tileStart }) => tileStart < end),
    recent,
  )
  return {
    asOf,
    shopper: reader.keys[0] ?? null,
    recent,
    products,
    pageItem: request.sku === undefined ? -1 : items.numberOf(request.sku),
    cart: request.cart.map((sku) => items.numberOf(sku)).filter((item) => item >= 0),
    category: request.category === undefined ? -1 : items.categories.find(request.category),
    taste: tasteOf(items, products, reader.preferences),
    person: reader.person,
    wished: new Set(wishlistAt(state, items, reader.keys, asOf)),
    discountAffinity: discountAffinity(
      reader.keys.flatMap((key) => [...state.ownerTiles(shopperActivity.name, key)]),
      end,
      shop.discountShare.at(asOf),
    ),
  }
}

/** Wished for, by the last word on each; newest first. */
function wishlistAt(state: ShopState, items: ItemTable, keys: readonly string[], asOf: number): number[] {
  const rows = keys
    .flatMap((key) => [...state.ownerTiles(shopperWish.name, key)])
    .filter(({ values: [entries] }) => Array.isArray(entries) && (entries[0]?.at ?? asOf) < asOf)
  return wishlistOf(rows)
    .map(({ sku }) => items.numberOf(sku))
    .filter((item) => item >= 0)
}

/** Units of everybody that are added to a shopper's own. */
const PRIOR_UNITS = 5

/**
 * How much more of what they buy is bought at a discount than of what everybody buys: with m everybody's share,
 * (units at a discount + 5 m) / (units + 5) / m; 1 where nobody buys at a discount.
 */
export function discountAffinity(tiles: readonly TileRow[], end: number, shareOfAll: number): number {
  if (shareOfAll === 0) return 1
  let [bought, discounted] = [0, 0]
  for (const tile of tiles) {
    if (tile.tileStart >= end) continue
    bought += boughtUnits(tile)
    discounted += discountedUnits(tile)
  }
  return (discounted + PRIOR_UNITS * shareOfAll) / (bought + PRIOR_UNITS) / shareOfAll
}

const boughtUnits = measureOf(shopperActivity, 'bought_units')
const discountedUnits = measureOf(shopperActivity, 'discounted_units')

function recentOf(
  state: ShopState,
  items: ItemTable,
  keys: readonly string[],
  asOf: number,
): readonly RecentItem[] {
  return keys
    .flatMap((key) => [...state.ownerTiles(shopperRecent.name, key)])
    .flatMap(({ values }) => (values[0] ?? []) as readonly LatestEntry[])
    .filter((entry) => entry.at < asOf)
    .sort((a, b) => b.at - a.at)
    .slice(0, RECENT_LIMIT)
    .map(({ word, at: seenAt }) => ({ item: items.numberOf(word), at: seenAt }))
    .filter(({ item }) => item >= 0)
}

/** Sums over days; the instant of the last action is exact where the product is among the recent ones. */
function productsOf(
  items: ItemTable,
  tiles: readonly TileRow[],
  recent: readonly RecentItem[],
): Map<number, ShopperProduct> {
  const lastSeen = new Map<number, number>()
  for (const { item, at: seenAt } of recent) if (!lastSeen.has(item)) lastSeen.set(item, seenAt)
  const products = new Map<number, ShopperProduct>()
  for (const { key, tileStart, values } of tiles) {
    const item = items.numberOf(key[1] ?? '')
    if (item < 0) continue
    const exactAt = lastSeen.get(item)
    const isOfTile = exactAt !== undefined && exactAt >= tileStart && exactAt < tileStart + DAY_MS
    const lastAt = isOfTile ? exactAt : tileStart
    products.set(item, added(products.get(item) ?? NOTHING, values, lastAt))
  }
  return products
}

function added(before: ShopperProduct, values: TileRow['values'], lastAt: number): ShopperProduct {
  const value = (index: number) => Number(values[index])
  const purchases = value(PURCHASES)
  return {
    views: before.views + value(VIEWS),
    carts: before.carts + value(CARTS),
    wishes: before.wishes + value(WISHES) - value(UNWISHES),
    purchases: before.purchases + purchases,
    purchaseDays: before.purchaseDays + (purchases > 0 ? 1 : 0),
    firstPurchaseAt:
      purchases === 0 ? before.firstPurchaseAt : Math.min(before.firstPurchaseAt || lastAt, lastAt),
    lastPurchaseAt: Math.max(before.lastPurchaseAt, purchases > 0 ? lastAt : 0),
    lastActionAt: Math.max(before.lastActionAt, lastAt),
  }
}

const NOTHING: ShopperProduct = Object.freeze({
  views: 0,
  carts: 0,
  wishes: 0,
  purchases: 0,
  purchaseDays: 0,
  firstPurchaseAt: 0,
  lastPurchaseAt: 0,
  lastActionAt: 0,
})
