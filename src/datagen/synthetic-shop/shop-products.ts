import { faker } from '@faker-js/faker/locale/en'
import type { Product } from '../../catalog/events/products.ts'
import { DAY_MS } from '../../core/duration.ts'
import type { Random } from '../../core/random.ts'
import { COLOURS, LEAVES, type Leaf } from './category-tree.ts'
import type { ShopOptions } from './shop-options.ts'

/** A product with what the shop does not know of it: how wanted it is, and when it changes. */
export type ShopProduct = {
  /** First version; later ones are `versions`. */
  readonly product: Product
  readonly leaf: Leaf
  /** Share of its category's interest, before anybody's taste; the sum over a category is not 1. */
  readonly popularity: number
  /** Price from each instant on, oldest first; the first is the product's own. */
  readonly prices: readonly { readonly from: number; readonly cents: number }[]
  /** Versions after the first, oldest first. */
  readonly versions: readonly Product[]
}

/** Products of one category, with running sums of popularity to draw from. */
export type Aisle = {
  readonly leaf: Leaf
  readonly products: readonly ShopProduct[]
  /** `cumulative[i]` = sum of the popularities of `products[0..i]`. */
  readonly cumulative: readonly number[]
}

const CURRENCY = 'GBP'
const OUT_OF_STOCK_SHARE = 0.06
const PRICE_CHANGE_SHARE = 0.12
/** Brands a category has; the first ones are the larger. */
const BRANDS_PER_LEAF = 4

/** Products in the order of their skus, spread evenly over the categories. */
export function makeProducts(options: ShopOptions, random: Random): readonly ShopProduct[] {
  const brands = brandsOf(options.seed)
  return Array.from({ length: options.products }, (_, index) => {
    const leafNumber = index % LEAVES.length
    const leaf = LEAVES[leafNumber]
    if (leaf === undefined) throw new Error('bug: no category for a product')
    const place = Math.floor(index / LEAVES.length)
    return makeProduct({ leaf, place, brands: brands[leafNumber] ?? [], options }, random)
  })
}

/** Invented companies, the same for the same seed. */
function brandsOf(seed: number): readonly (readonly string[])[] {
  faker.seed(seed % 2_147_483_647)
  return LEAVES.map(() => Array.from({ length: BRANDS_PER_LEAF }, () => faker.person.lastName()))
}

type Recipe = {
  readonly leaf: Leaf
  /** How many products of the category came before. */
  readonly place: number
  readonly brands: readonly string[]
  readonly options: ShopOptions
}

function makeProduct({ leaf, place, brands, options }: Recipe, random: Random): ShopProduct {
  const startAt = options.endAt - options.days * DAY_MS
  const [noun, material, size] = [
    random.pick(leaf.nouns),
    random.pick(leaf.materials),
    random.pick(leaf.sizes),
  ]
  const [colour, brand] = [random.pick(COLOURS), random.pick(brands)]
  const cents = niceCents(leaf.cents[0] + random.next() * (leaf.cents[1] - leaf.cents[0]))
  const product: Product = {
    sku: `${leaf.prefix}-${String(place + 1).padStart(4, '0')}`,
    product_name: `${brand} ${colour} ${material} ${noun}, ${size}`,
    category: leaf.path,
    inventory: random.next() < OUT_OF_STOCK_SHARE ? 0 : 5 + random.below(400),
    price_cents: cents,
    list_price_cents: niceCents(cents * (1.1 + random.next() * 0.3)),
    cost_cents: Math.round(cents * (0.45 + random.next() * 0.2)),
    currency: CURRENCY,
    brand,
    attributes: { colour, material, size },
    updated_at: startAt,
  }
  const change = priceChange(product, startAt, options, random)
  return {
    product,
    leaf,
    popularity: 1 / (1 + place) ** 0.7 + 0.1 * random.next(),
    prices: [
      { from: 0, cents },
      ...change.map((version) => ({ from: version.updated_at, cents: version.price_cents })),
    ],
    versions: change,
  }
}

/** Some products change their price once, on some day: down by a fifth or up by a tenth. */
function priceChange(product: Product, startAt: number, options: ShopOptions, random: Random): Product[] {
  const [changes, day, factor] = [
    random.next() < PRICE_CHANGE_SHARE,
    random.below(options.days),
    random.pick([0.8, 1.1]),
  ]
  if (!changes || day === 0) return []
  return [
    { ...product, price_cents: niceCents(product.price_cents * factor), updated_at: startAt + day * DAY_MS },
  ]
}

/** A price that ends in 9, at least 9. */
const niceCents = (cents: number): number => Math.max(9, Math.round(cents / 10) * 10 - 1)

/** Unit price at an instant, minor units. */
export function priceAt(product: ShopProduct, at: number): number {
  return product.prices.findLast(({ from }) => from <= at)?.cents ?? product.product.price_cents
}

export function aislesOf(products: readonly ShopProduct[]): readonly Aisle[] {
  return LEAVES.map((leaf) => {
    const own = products.filter((product) => product.leaf === leaf)
    let sum = 0
    const cumulative = own.map(({ popularity }) => {
      sum += popularity
      return sum
    })
    return { leaf, products: own, cumulative }
  }).filter((aisle) => aisle.products.length > 0)
}

/** Place in `cumulative` of a draw in proportion to the weights that it sums up. @param draw in [0, 1) */
export function weightedPlace(cumulative: readonly number[], draw: number): number {
  const target = draw * (cumulative.at(-1) ?? 0)
  let [low, high] = [0, cumulative.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cumulative[middle] ?? 0) > target) high = middle
    else low = middle + 1
  }
  return low
}
