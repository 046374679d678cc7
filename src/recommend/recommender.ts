import type { Customer } from '../catalog/events/customers.ts'
import type { Product } from '../catalog/events/products.ts'
import type { Clock } from '../core/clock.ts'
import { DAY_MS } from '../core/duration.ts'
import { EndcapError } from '../core/errors.ts'
import { type AffinityScorer, affinity } from '../models/candidates/affinity.ts'
import { popular } from '../models/candidates/popular.ts'
import { repurchase } from '../models/candidates/repurchase.ts'
import { decide, type Shop, type WeightedSource } from './decide.ts'
import type { Decision, DecisionRequest } from './decision.ts'
import { mayBeShown } from './eligibility.ts'
import { ProductFigures } from './product-figures.ts'
import { sellableState } from './sellable-product.ts'
import type { ShopState } from './shop-state.ts'
import { shopperContext } from './shopper-context.ts'

/** The model that is published now. */
export type ServingModel = {
  readonly version: string
  /** Epoch ms. */
  readonly trainedAt: number
  readonly affinity: AffinityScorer
}

export type Recommendation = {
  readonly decision: Decision
  readonly model: ServingModel | null
  readonly freshness: {
    /** Age of the newest event that has been applied, ms; null in an empty shop. */
    readonly eventsMs: number | null
    /** Age of the model, s; null before the first training. */
    readonly modelS: number | null
  }
}

export type Recommender = {
  readonly recommend: (request: DecisionRequest) => Recommendation
  /**
   * Products that may be shown and go with `sku`, best first.
   * @throws EndcapError UNKNOWN_PRODUCT, NO_MODEL
   */
  readonly similar: (
    sku: string,
    limit: number,
  ) => readonly { readonly product: Product; readonly score: number }[]
}

export type RecommenderOptions = {
  readonly state: ShopState
  /** Null before the first training; asked at each request, so that a new model is picked up. */
  readonly model: () => ServingModel | null
  readonly clock: Clock
}

/** How much each driver counts, by what the page is about: the shopper, or a product. */
const WEIGHTS = {
  shopper: { history: 1, affinity: 0.6, popularity: 0.25 },
  product: { history: 0.25, affinity: 1, popularity: 0.15 },
} as const

/** A recommender over the online state and the published model. Pure but for what it reads. */
export function createRecommender({ state: logged, model, clock }: RecommenderOptions): Recommender {
  const state = sellableState(logged)
  const figures = new ProductFigures(state)
  const shop: Shop = {
    product: (sku) => state.entity('products', sku) as Product | undefined,
    products: () => state.entities('products') as Iterable<Product>,
    logPosition: state.position,
  }
  const history = repurchase
  const goesWith = affinity(() => model()?.affinity ?? null)
  const everybody = popular((asOf) => figures.at(asOf))
  const sourcesFor = (request: DecisionRequest): readonly WeightedSource[] => {
    const weights = request.page === 'product' || request.page === 'cart' ? WEIGHTS.product : WEIGHTS.shopper
    return [
      { source: history, weight: weights.history },
      { source: goesWith, weight: weights.affinity },
      { source: everybody, weight: weights.popularity },
    ]
  }

  return {
    recommend: (request) => {
      const now = clock()
      const asOf = request.asOf ?? shopNow(now, state.newestAt())
      const shoppers = shoppersOf(state, request)
      const decision = decide(shop, sourcesFor(request), {
        request,
        shopper: shopperContext(state, shoppers, request, asOf),
        personalised: shoppers.length > 0,
      })
      const serving = model()
      return {
        decision,
        model: serving,
        freshness: {
          eventsMs: state.newestAt() === 0 ? null : Math.max(0, now - state.newestAt()),
          modelS: serving === null ? null : Math.max(0, Math.round((now - serving.trainedAt) / 1000)),
        },
      }
    },
    similar: (sku, limit) => {
      if (shop.product(sku) === undefined) throw new EndcapError('UNKNOWN_PRODUCT', `no product '${sku}'`)
      const serving = model()
      if (serving === null) throw new EndcapError('NO_MODEL', 'no model has been trained yet')
      const asOf = shopNow(clock(), state.newestAt())
      return serving.affinity
        .similar(sku, limit * 3)
        .map(({ sku: other, score }) => ({ product: shop.product(other), score }))
        .filter((row): row is { product: Product; score: number } => row.product !== undefined)
        .filter(({ product }) => mayBeShown(product, asOf))
        .slice(0, limit)
    },
  }
}

/** A shop may be quiet for this long before its clock stands still. */
const QUIET_MS = 7 * DAY_MS

/** The shop's present: now, but never long after its newest event, so that data of the past has a present. */
const shopNow = (now: number, newestAt: number): number =>
  newestAt === 0 ? now : Math.min(now, newestAt + QUIET_MS)

/**
 * Keys under which the shopper's own events may be read: customer and session with consent for personalisation,
 * the session alone where nobody is logged in, none otherwise (docs/decisions/0006-consent.md).
 */
function shoppersOf(state: ShopState, { customerId, sessionId }: DecisionRequest): readonly string[] {
  const session = sessionId === undefined ? [] : [`s:${sessionId}`]
  if (customerId === undefined) return session
  const customer = state.entity('customers', customerId) as Customer | undefined
  const consents = customer?.consent.personalisation === true && customer.deleted !== true
  return consents ? [`c:${customerId}`, ...session] : []
}
