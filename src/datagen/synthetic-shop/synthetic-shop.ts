import { DAY_MS, floorTo, HOUR_MS, SECOND_MS } from '../../core/duration.ts'
import { type Random, seededRandom } from '../../core/random.ts'
import { plantBundles } from './bundles.ts'
import type { GeneratedEvent } from './generated-event.ts'
import { checkShopOptions, type ShopOptions } from './shop-options.ts'
import { aislesOf, makeProducts, type ShopProduct } from './shop-products.ts'
import { makeShoppers, makeStranger, type Shopper } from './shoppers.ts'
import { type ShopTruth, truthOf } from './truth.ts'
import { type Refill, type Shop, type VisitStart, visit } from './visit.ts'

/** A shop that never was: what happens in it, and what was planted. */
export type SyntheticShop = {
  readonly truth: ShopTruth
  /** Everything that happens, in log order; each call tells the same story from the start. */
  readonly events: () => Generator<GeneratedEvent>
}

/** Visits by people who never log in, for each visit of a customer. */
const STRANGER_SHARE = 0.25
const DUPLICATE_CHANCE = 0.004
/** Share of visits that begin in each hour of the day, UTC; sums to 100. */
const HOUR_SHARES = [1, 1, 0, 0, 0, 1, 2, 3, 4, 5, 5, 5, 6, 5, 5, 5, 5, 6, 8, 9, 10, 8, 4, 2] as const

/** @throws EndcapError USAGE for sizes outside their limits */
export function syntheticShop(options: ShopOptions): SyntheticShop {
  checkShopOptions(options)
  const cast = castOf(options)
  return { truth: truthOf(options, cast), events: () => story(options, castOf(options)) }
}

type Cast = ReturnType<typeof castOf>

/** Everybody and everything in the shop, before anything happens. Shoppers hold state, so each story has its own. */
function castOf(options: ShopOptions) {
  const random = seededRandom(`synthetic-shop/${options.seed}`)
  const products = makeProducts(options, random.fork('products'))
  const aisles = aislesOf(products)
  const bundles = plantBundles(products, random.fork('bundles'))
  const shoppers = makeShoppers(options, aisles, random.fork('shoppers'))
  const shop: Shop = {
    aisles,
    productOf: new Map(products.map((item) => [item.product.sku, item])),
    bundleOf: new Map(bundles.map((bundle) => [bundle.trigger, bundle])),
  }
  return { products, aisles, bundles, shoppers, shop, random }
}

function* story(options: ShopOptions, cast: Cast): Generator<GeneratedEvent> {
  const startAt = options.endAt - options.days * DAY_MS
  const days = new Days(cast)
  let pending = entities(cast)
  for (let day = floorTo(startAt, DAY_MS); day < options.endAt; day += DAY_MS) {
    for (const event of days.visitsOf(day)) pending.push(event)
    const until = Math.min(day + DAY_MS, options.endAt)
    const [now, later] = [
      pending.filter((e) => e.loggedAt < until),
      pending.filter((e) => e.loggedAt >= until),
    ]
    // The sort is stable: what happens in the same millisecond stays in the order in which it was told.
    for (const event of now.sort((a, b) => a.loggedAt - b.loggedAt))
      if (event.loggedAt >= startAt) yield event
    pending = later
  }
}

/** Versions of products and customers, each at the instant from which it holds. */
function entities({ products, shoppers }: Cast): GeneratedEvent[] {
  const versions = products.flatMap(({ product, versions }) => [product, ...versions])
  return [
    ...versions.map((value) => ({ topic: 'products' as const, loggedAt: value.updated_at, value })),
    ...shoppers.flatMap(({ customer }) =>
      customer === null
        ? []
        : [{ topic: 'customers' as const, loggedAt: customer.updated_at, value: customer }],
    ),
  ]
}

/** Goes through the days, with what carries over from one to the next: numbers given out, refills due. */
class Days {
  readonly #cast: Cast
  readonly #random: Random
  readonly #refills = new Map<Shopper, Refill[]>()
  #sessions = 0

  constructor(cast: Cast) {
    this.#cast = cast
    this.#random = cast.random.fork('days')
  }

  /** Events of all visits that begin on a day, not in order; some reach into later days. */
  *visitsOf(day: number): Generator<GeneratedEvent> {
    const { shoppers, aisles } = this.#cast
    let expected = 0
    for (const shopper of shoppers) {
      expected += shopper.visitRate * STRANGER_SHARE
      const at = this.#startOf(day, shopper.random)
      if (shopper.random.next() < shopper.visitRate && at > shopper.signedUpAt)
        yield* this.#visit(shopper, at)
    }
    const strangers = Math.floor(expected) + (this.#random.next() < expected % 1 ? 1 : 0)
    for (let index = 0; index < strangers; index += 1) {
      const stranger = makeStranger(aisles, this.#random.fork(`stranger/${day}/${index}`))
      yield* this.#visit(stranger, this.#startOf(day, stranger.random))
    }
  }

  *#visit(shopper: Shopper, at: number): Generator<GeneratedEvent> {
    this.#sessions += 1
    const number = String(this.#sessions).padStart(6, '0')
    const start: VisitStart = {
      shopper,
      at,
      sessionId: `s-${number}`,
      orderId: `o-${number}`,
      wanted: this.#due(shopper, at),
    }
    const { events, refills } = visit(this.#cast.shop, start)
    if (refills.length > 0 && shopper.customer !== null) {
      this.#refills.set(shopper, [...(this.#refills.get(shopper) ?? []), ...refills])
    }
    for (const event of events) {
      yield event
      if (this.#random.next() < DUPLICATE_CHANCE) {
        yield {
          ...event,
          loggedAt: event.loggedAt + (1 + this.#random.below(600)) * SECOND_MS,
          planted: 'duplicate',
        }
      }
    }
  }

  /** What the shopper has used up by now; it is not due again until bought again. */
  #due(shopper: Shopper, at: number): readonly ShopProduct[] {
    const refills = this.#refills.get(shopper)
    if (refills === undefined) return []
    this.#refills.set(
      shopper,
      refills.filter(({ dueAt }) => dueAt > at),
    )
    return [...new Set(refills.filter(({ dueAt }) => dueAt <= at).map(({ item }) => item))]
  }

  #startOf(day: number, random: Random): number {
    const draw = random.below(100)
    let sum = 0
    const hour = HOUR_SHARES.findIndex((share) => {
      sum += share
      return draw < sum
    })
    return day + hour * HOUR_MS + random.below(HOUR_MS)
  }
}
