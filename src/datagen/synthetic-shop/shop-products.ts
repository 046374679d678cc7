import { faker } from '@faker-js/faker/locale/en'
import type { Product } from '../../catalog/events/products.ts'
import { DAY_MS, floorTo, HOUR_MS } from '../../core/duration.ts'
import type { Random } from '../../core/random.ts'
import { COLOURS, type Leaf, leavesOf, type Season, seasonName } from './category-tree.ts'
import { type Look, picturePath } from './pictures.ts'
import { niceCents, type PriceStep, priceSteps } from './prices.ts'
import { type ShopOptions, startOf } from './shop-options.ts'

/** A product with what the shop does not know of it: how wanted it is, and when it changes. */
export type ShopProduct = {
  /** Place in the list of all. */
  readonly number: number
  /** First version. Later ones follow `prices`, with the stock of their instant. */
  readonly product: Product
  readonly leaf: Leaf
  readonly look: Look
  /** Share of its category's interest, before anybody's taste; the sum over a category is not 1. */
  readonly popularity: number
  /** Its own, beside that of its category. */
  readonly season?: Season
  /** Price from each instant on, oldest first; the first is the product's own and the usual one. */
  readonly prices: readonly PriceStep[]
  /** It is not in the shop before; epoch ms, a whole hour but for the start of the history. */
  readonly launchedAt: number
}

const CURRENCY = 'GBP'
const OUT_OF_STOCK_SHARE = 0.06
const LAUNCH_SHARE = 0.04
const OWN_SEASON_SHARE = 0.1
const OWN_SEASON_DAYS = [15, 75, 135, 195, 255, 315] as const
const OWN_SEASON_TIMES = 6
/** Brands a category has; the first ones are the larger. */
const BRANDS_PER_LEAF = 4
/** Of so many products of a category that are made one after the other one family is made, at most. */
const MOST_VARIANTS = 3

/** Products in the order of their numbers, spread evenly over the categories; variants of a family lie together there. */
export function makeProducts(options: ShopOptions, random: Random): readonly ShopProduct[] {
  const leaves = leavesOf(options)
  const brands = brandsOf(options.seed, leaves)
  const shelves = leaves.map((leaf, place) => {
    const count = Math.ceil((options.products - place) / leaves.length)
    return shelfOf({ leaf, brands: brands[place] ?? [], options, random: random.fork(leaf.prefix) }, count)
  })
  return Array.from({ length: options.products }, (_, number) => {
    const item = shelves[number % leaves.length]?.[Math.floor(number / leaves.length)]
    if (item === undefined) throw new Error('bug: no category for a product')
    return { ...item, number }
  })
}

/** Invented companies, the same for the same seed. */
function brandsOf(seed: number, leaves: readonly Leaf[]): readonly (readonly string[])[] {
  faker.seed(seed % 2_147_483_647)
  return leaves.map(() => Array.from({ length: BRANDS_PER_LEAF }, () => faker.person.lastName()))
}

type Shelf = {
  readonly leaf: Leaf
  readonly brands: readonly string[]
  readonly options: ShopOptions
  readonly random: Random
}
type Numberless = Omit<ShopProduct, 'number'>

function shelfOf(shelf: Shelf, count: number): readonly Numberless[] {
  const items: Numberless[] = []
  while (items.length < count) {
    const draw = shelf.random.next()
    const wanted = draw < 0.6 ? 1 : draw < 0.8 ? 2 : MOST_VARIANTS
    for (const item of familyOf(shelf, items.length, Math.min(wanted, count - items.length))) items.push(item)
  }
  return items
}

/** What the variants of a family share, and what tells them apart. */
type Design = {
  readonly noun: string
  readonly material: string
  readonly brand: string
  readonly cents: number
  readonly colours: readonly string[]
  readonly sizes: readonly string[]
  readonly parentSku?: string
}

function familyOf(shelf: Shelf, place: number, wanted: number): readonly Numberless[] {
  const { leaf, brands, random } = shelf
  const [colourPlace, sizePlace] = [random.below(COLOURS.length), random.below(leaf.sizes.length)]
  const differsInSize = random.next() < 0.5
  const count = differsInSize ? Math.min(wanted, leaf.sizes.length) : wanted
  const turn = (words: readonly string[], from: number, step: number) =>
    Array.from({ length: count }, (_, index) => words[(from + index * step) % words.length] ?? '')
  const design: Design = {
    noun: random.pick(leaf.nouns),
    material: random.pick(leaf.materials),
    brand: random.pick(brands),
    cents: leaf.cents[0] + random.next() * (leaf.cents[1] - leaf.cents[0]),
    colours: turn(COLOURS, colourPlace, differsInSize ? 0 : 2),
    sizes: turn(leaf.sizes, sizePlace, differsInSize ? 1 : 0),
    ...(count > 1 ? { parentSku: `${leaf.prefix}-family-${String(place + 1).padStart(4, '0')}` } : {}),
  }
  return Array.from({ length: count }, (_, index) => makeProduct(shelf, design, place, index))
}

function makeProduct(
  { leaf, options, random }: Shelf,
  design: Design,
  familyPlace: number,
  index: number,
): Numberless {
  const [startAt, place] = [startOf(options), familyPlace + index]
  const [size = '', colour = ''] = [design.sizes[index], design.colours[index]]
  const look = { leaf, noun: design.noun, material: design.material, colour }
  const cents = niceCents(design.cents * (1 + 0.2 * Math.max(0, leaf.sizes.indexOf(size))))
  const season = ownSeason(leaf, options, random)
  const launchedAt = launchOf(options, random)
  const peakDay = (season ?? leaf.season)?.peakDay
  const product: Product = {
    sku: `${leaf.prefix}-${String(place + 1).padStart(4, '0')}`,
    product_name: `${design.brand} ${colour} ${design.material} ${design.noun}, ${size}`,
    category: leaf.path,
    inventory: random.next() < OUT_OF_STOCK_SHARE ? 0 : 10 + random.below(60),
    price_cents: cents,
    list_price_cents: niceCents(cents * (1.1 + random.next() * 0.3)),
    cost_cents: Math.round(cents * (0.45 + random.next() * 0.2)),
    currency: CURRENCY,
    brand: design.brand,
    description: `${design.noun} by ${design.brand}: ${design.material.toLowerCase()}, ${colour.toLowerCase()}, ${size}.`,
    image_url: picturePath(look),
    ...(design.parentSku === undefined ? {} : { parent_sku: design.parentSku }),
    attributes: {
      colour,
      material: design.material,
      size,
      ...(peakDay === undefined ? {} : { season: seasonName(peakDay) }),
    },
    updated_at: launchedAt,
  }
  return {
    product,
    leaf,
    look,
    popularity: 1 / (1 + place) ** 0.7 + 0.1 * random.next(),
    ...(season === undefined ? {} : { season }),
    prices: launchedAt > startAt ? [{ from: 0, cents, kind: 'first' }] : priceSteps(cents, options, random),
    launchedAt,
  }
}

/** Some products of categories without a season have one of their own. */
function ownSeason(leaf: Leaf, options: ShopOptions, random: Random): Season | undefined {
  const [has, peakDay] = [random.next() < OWN_SEASON_SHARE, random.pick(OWN_SEASON_DAYS)]
  if (!has || leaf.season !== undefined || options.plant === 'none') return undefined
  return { peakDay, times: OWN_SEASON_TIMES }
}

/** Most are there from the start; some come in the course of the history: cold items. */
function launchOf(options: ShopOptions, random: Random): number {
  const [isNew, day] = [random.next() < LAUNCH_SHARE, random.below(options.days)]
  const startAt = startOf(options)
  return !isNew || day === 0 ? startAt : floorTo(startAt + day * DAY_MS, HOUR_MS)
}

/** Unit price at an instant, minor units. */
export function priceAt({ prices, product }: ShopProduct, at: number): number {
  for (let place = prices.length - 1; place > 0; place -= 1) {
    const step = prices[place]
    if (step !== undefined && step.from <= at) return step.cents
  }
  return product.price_cents
}

/** The price at an instant, as a share of the usual one. */
export const priceRatio = (item: ShopProduct, at: number): number =>
  item.prices.length === 1 ? 1 : priceAt(item, at) / item.product.price_cents

export const isStocked = ({ product }: ShopProduct): boolean => product.inventory !== 0
