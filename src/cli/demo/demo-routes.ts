import type { Product } from '../../catalog/events/products.ts'
import { wishlistOf } from '../../catalog/readings/wishlist.ts'
import { shopperLastSeen } from '../../catalog/views/shopper-last-seen.ts'
import { shopperWish } from '../../catalog/views/shopper-wish.ts'
import type { Clock } from '../../core/clock.ts'
import { EndcapError } from '../../core/errors.ts'
import { pictureAt } from '../../datagen/synthetic-shop/pictures.ts'
import type { OnlineState } from '../../features/online/online-state.ts'
import type { ShopState } from '../../recommend/shop-state.ts'
import { pageRoutes } from '../../serving/routes/page.ts'
import type { RoutePlugin } from '../../serving/server.ts'
import type { Page } from './page-build.ts'
import { pictureRoute } from './picture-route.ts'
import { shopperFacts } from './shopper-facts.ts'
import { type ShopperKind, shopperKinds } from './shopper-kinds.ts'

export type DemoOptions = {
  readonly state: ShopState & Pick<OnlineState, 'owners'>
  /** The shop's time. */
  readonly clock: Clock
  readonly page: Page
}

/** Shoppers whose first day is looked for; the shop's first day is among them. */
const LOOKED_AT = 5000
/** Products of one call of the page. */
const MAX_SKUS = 200

/**
 * The page at `/` and what it needs beside the public API: whose eyes to see the shop with, its time, and how its
 * products look. Not part of the API: only `endcap demo` has them.
 */
export function demoRoutes({ state, clock, page }: DemoOptions): readonly RoutePlugin[] {
  const kinds: readonly ShopperKind[] = shopperKinds(shopperFacts(state), clock())
  const firstAt = firstDay(state)
  const hidden = { schema: { hide: true } } as const
  return [
    pageRoutes(page.kind === 'built' ? { folder: page.folder } : { reason: page.reason }),
    pictureRoute,
    (app) => {
      app.get('/demo/shop', { config: { scope: 'recommend' }, ...hidden }, async () => ({
        now: clock(),
        first_at: firstAt,
        newest_at: state.newestAt(),
        currency: currencyOf(state),
      }))
      app.get('/demo/shoppers', { config: { scope: 'recommend' }, ...hidden }, async () => ({ kinds }))
      app.get<{ Params: { id: string } }>(
        '/demo/shoppers/:id',
        { config: { scope: 'erase' }, ...hidden },
        async ({ params }) => shopperOf(state, params.id),
      )
      app.get<{ Querystring: { skus?: string } }>(
        '/demo/products',
        { config: { scope: 'recommend' }, ...hidden },
        async ({ query }) => ({ products: looksOf(state, (query.skus ?? '').split(',')) }),
      )
    },
  ]
}

/** Start of the first day on which somebody was there, epoch ms; 0 in an empty shop. */
function firstDay(state: DemoOptions['state']): number {
  let first = Number.POSITIVE_INFINITY
  let looked = 0
  for (const owner of state.owners(shopperLastSeen.name)) {
    for (const { tileStart } of state.ownerTiles(shopperLastSeen.name, owner))
      first = Math.min(first, tileStart)
    looked += 1
    if (looked === LOOKED_AT) break
  }
  return Number.isFinite(first) ? first : 0
}

function currencyOf(state: ShopState): string {
  for (const product of state.entities('products')) return String(product['currency'])
  return 'EUR'
}

/** The version of the customer that holds, and their wishlist, newest last. */
function shopperOf(state: ShopState, id: string) {
  const customer = state.entity('customers', id)
  if (customer === undefined) throw new EndcapError('NOT_FOUND', `no customer '${id}'`)
  const wishes = wishlistOf(state.ownerTiles(shopperWish.name, `c:${id}`))
  return { customer, wishlist: wishes.map(({ sku }) => sku).toReversed() }
}

/** An address elsewhere, or a picture that can be drawn here; undefined for any other. */
const pictureUrl = (url: string | undefined): string | undefined =>
  url !== undefined && (/^(https:|data:image\/)/.test(url) || pictureAt(url) !== null) ? url : undefined

/** How products look, in the order of the skus; unknown ones are left out. */
const looksOf = (state: ShopState, skus: readonly string[]) =>
  skus
    .slice(0, MAX_SKUS)
    .map((sku) => state.entity('products', sku) as Product | undefined)
    .filter((product) => product !== undefined)
    .map((product) => ({
      sku: product.sku,
      product_name: product.product_name,
      category: product.category,
      price_cents: product.price_cents,
      list_price_cents: product.list_price_cents,
      currency: product.currency,
      brand: product.brand,
      image_url: pictureUrl(product.image_url),
      description: product.description,
      attributes: product.attributes,
    }))
