import type { Product } from '../catalog/events/products.ts'
import type { Clock } from '../core/clock.ts'
import { DAY_MS } from '../core/duration.ts'
import { EndcapError } from '../core/errors.ts'
import { uuidv7 } from '../core/ids.ts'
import { type AffinityTable, ShopAffinity } from '../models/candidates/affinity.ts'
import { greatest } from '../models/candidates/best-items.ts'
import type { ShopperContext } from '../models/candidates/candidate-source.ts'
import { type Ranker, weightedSum } from '../models/candidates/ranker.ts'
import { WINDOW_DAYS } from '../models/candidates/sales-figures.ts'
import type { RankerModel } from '../models/rankers/ranker-model.ts'
import { type Bundle, type BundleRequest, bundlesFor } from './bundles.ts'
import { Decider } from './decide.ts'
import type { Decision, DecisionRequest, ShownItem } from './decision.ts'
import { LiveShop } from './live-shop.ts'
import { presentItems } from './present.ts'
import { FEATURE_NAMES, FeatureFeed } from './ranking/feature-feed.ts'
import type { ShopFeatures } from './ranking/shop-features.ts'
import { trainedRanker } from './ranking/trained-ranker.ts'
import type { DecisionRecord } from './records/decision-record.ts'
import { recordOf } from './records/record-of.ts'
import { type SegmentSnapshot, segmentSales } from './segment-sales.ts'
import type { SelectionSettings } from './select.ts'
import { sellableState } from './sellable-product.ts'
import type { ShopState } from './shop-state.ts'
import { readerOf, shopperContext } from './shopper-context.ts'
import { EXPLORATION, SOURCE_WEIGHTS, shopSources } from './sources.ts'

/** The model that is published now. */
export type ServingModel = {
  readonly version: string
  /** Epoch ms. */
  readonly trainedAt: number
  readonly affinity: AffinityTable
  /** Absent: the weighted sum of the sources. */
  readonly ranker?: RankerModel
}

export type Freshness = {
  /** Age of the newest event that has been applied, ms; null in an empty shop. */
  readonly eventsMs: number | null
  /** Age of the model, s; null before the first training. */
  readonly modelS: number | null
}

export type Recommendation = {
  readonly decision: Decision
  readonly model: ServingModel | null
  readonly freshness: Freshness
}

/** A product of the caller's list that is not ranked. */
export type LeftOut = {
  readonly sku: string
  readonly reason: 'unknown_product' | 'deleted' | 'not_yet_available' | 'out_of_stock'
}

export type Ranking = Recommendation & { readonly leftOut: readonly LeftOut[] }

/** What could be shown, and all that a ranker sees of it. Holds until the next call. */
export type CandidateRows = {
  /** By row. */
  readonly skus: readonly string[]
  /** Names of the columns: the sources but that of exploration, which draws by lot, and all feature columns. */
  readonly names: readonly string[]
  /** By column, a value a row in the first cells. */
  readonly columns: readonly Float32Array[]
  /** Scores by the weighted sum, a row each: what a trained ranker has to beat. */
  readonly weighted: Float64Array
}

export type Recommender = {
  /** Counts the sales and usual prices of every product, so that the first answer does not have to. Takes seconds in a large shop. */
  readonly warm: () => void
  /** The candidates of a request with what every source says of them: what a ranker is trained on. */
  readonly candidates: (request: DecisionRequest) => CandidateRows
  readonly recommend: (request: DecisionRequest) => Recommendation
  /** The caller's own list by score, each with its reasons; what may not be shown is left out and named. */
  readonly rank: (request: DecisionRequest, skus: readonly string[]) => Ranking
  /**
   * What goes into one basket with some products, priced together.
   * @throws EndcapError UNKNOWN_PRODUCT if the shop has none of them
   */
  readonly bundles: (request: BundleRequest) => { readonly asOf: number; readonly bundles: readonly Bundle[] }
  /**
   * Products that may be shown and go with `sku`, best first.
   * @throws EndcapError UNKNOWN_PRODUCT, NO_MODEL
   */
  readonly similar: (
    sku: string,
    limit: number,
  ) => readonly { readonly product: Product; readonly score: number }[]
}

export type DecisionSettings = {
  /** In [0, 1]; a request may ask for another. */
  readonly diversity: number
  /** In [0, 1]: probability that the last slot is drawn from what is little known. */
  readonly exploration: number
}

export const DECISION_SETTINGS: DecisionSettings = { diversity: 0.15, exploration: 0.1 }

export type RecommenderOptions = {
  readonly state: ShopState
  /** Null before the first training; asked at each request, so that a new model is picked up. */
  readonly model: () => ServingModel | null
  readonly clock: Clock
  /** What groups of people buy, as last computed; null or absent: demographics are not used. */
  readonly segments?: () => SegmentSnapshot | null
  readonly settings?: DecisionSettings
  /** Seed of each decision; absent: drawn at random. */
  readonly seed?: () => number
  /** Takes each decision over to keep it. */
  readonly record?: (record: DecisionRecord) => void
}

const SEEDS = 2 ** 32

/** A recommender over the online state and the published model. Pure but for what it reads. */
export function createRecommender(options: RecommenderOptions): Recommender {
  return new ShopRecommender(options)
}

class ShopRecommender implements Recommender {
  readonly #options: RecommenderOptions
  readonly #state: ShopState
  readonly #shop: LiveShop
  readonly #sources: ReturnType<typeof shopSources>
  readonly #weights: Ranker
  #model: ServingModel | null = null
  #affinity: ShopAffinity | null = null
  readonly #features: FeatureFeed
  /** With all feature columns, for whoever trains; made when it is first asked. */
  #teacher: Decider | undefined
  #decider: Decider
  /** For people of whom nothing is known: trees have learnt from people with a history. */
  readonly #newcomersDecider: Decider
  #seed = 0

  constructor(options: RecommenderOptions) {
    this.#options = options
    this.#state = sellableState(options.state)
    this.#shop = new LiveShop(this.#state)
    const segments = options.segments ?? (() => null)
    this.#sources = shopSources(this.#shop, {
      affinityNow: () => this.#affinity,
      groupAt: segmentSales(this.#shop.items, segments),
    })
    const { items } = this.#shop
    this.#features = new FeatureFeed({
      state: this.#state,
      items,
      offersNow: () => this.#shop.offers,
      segments,
    })
    this.#weights = weightedSum(SOURCE_WEIGHTS)
    this.#newcomersDecider = this.#deciderWith(this.#weights)
    this.#decider = this.#newcomersDecider
  }

  warm = (): void => {
    this.#refresh()
    const asOf = this.#shopNow(this.#options.clock())
    const sales = this.#shop.sales.at(asOf)
    sales.season.top(1)
    for (const days of WINDOW_DAYS) sales.top(days, 1)
    this.#shop.usualPrices.warm(asOf)
    this.#shop.deals.warm(asOf)
    this.#decider.features?.warm(asOf)
  }

  recommend = (request: DecisionRequest): Recommendation => {
    const { shopper, decider, isPersonal, model, now } = this.#begin(request)
    const { settings = DECISION_SETTINGS, record } = this.#options
    const selection: SelectionSettings = {
      limit: request.limit,
      diversity: request.diversity ?? settings.diversity,
      exploration: settings.exploration,
      seed: this.#seed,
    }
    const outcome = decider.decide(request, shopper, selection)
    const items = presentItems({ shop: this.#shop, decider, outcome, request, shopper })
    const decision = this.#decision(items, shopper, { isPersonal, now })
    const version = model?.version ?? null
    record?.(
      recordOf({
        shop: this.#shop,
        decider,
        outcome,
        request,
        decision,
        settings: selection,
        now,
        model: version,
        segments: this.#options.segments?.() ?? null,
      }),
    )
    return { decision, model, freshness: this.#freshness(now, model) }
  }

  candidates = (request: DecisionRequest): CandidateRows => {
    const { shopper } = this.#begin(request)
    this.#teacher ??= this.#deciderWith(this.#weights, this.#features.columnsOf(FEATURE_NAMES))
    const { matrix } = this.#teacher.gather(request, shopper, request.limit)
    const weighted = new Float64Array(matrix.rowCount)
    this.#weights.score(matrix, request.page, weighted)
    const { items } = this.#shop
    const skus = Array.from({ length: matrix.rowCount }, (_, row) => items.sku(matrix.items[row] ?? 0))
    const read = this.#teacher.columns.flatMap(({ name }, index) =>
      name === EXPLORATION ? [] : [{ name, index }],
    )
    const columns = read.map(({ index }) => matrix.columns[index] ?? new Float32Array(matrix.rowCount))
    return { skus, names: read.map(({ name }) => name), columns, weighted }
  }

  rank = (request: DecisionRequest, skus: readonly string[]): Ranking => {
    const { shopper, decider, isPersonal, model, now } = this.#begin(request)
    const { items } = this.#shop
    const leftOut: LeftOut[] = []
    const known = new Set<number>()
    for (const sku of new Set(skus)) {
      const item = items.numberOf(sku)
      const reason = item < 0 ? 'unknown_product' : items.obstacle(item, shopper.asOf)
      if (reason === null) known.add(item)
      else leftOut.push({ sku, reason })
    }
    const outcome = decider.rank(request, shopper, [...known])
    const shown = presentItems({ shop: this.#shop, decider, outcome, request, shopper })
    const decision = this.#decision(shown, shopper, { isPersonal, now })
    return { decision, model, freshness: this.#freshness(now, model), leftOut }
  }

  bundles = (request: BundleRequest) => {
    const page: DecisionRequest = { ...request, page: 'cart', exclude: [], cart: request.skus }
    const { shopper } = this.#begin(page)
    return { asOf: shopper.asOf, bundles: bundlesFor(this.#shop, this.#affinity, shopper, request) }
  }

  similar = (sku: string, limit: number) => {
    this.#refresh()
    const { items } = this.#shop
    const item = items.numberOf(sku)
    if (item < 0) throw new EndcapError('UNKNOWN_PRODUCT', `no product '${sku}'`)
    const model = this.#affinity
    if (model === null) throw new EndcapError('NO_MODEL', 'no model has been trained yet')
    const asOf = this.#shopNow(this.#options.clock())
    const others = new Map<number, number>()
    model.eachGoingWith(item, (other, weight) => {
      if (weight > 0 && items.isShowable(other, asOf)) others.set(other, weight)
    })
    const scoreOf = (other: number): number => others.get(other) ?? 0
    return greatest(others.keys(), { limit, above: 0 }, scoreOf, items.compare).map((other) => ({
      product: items.product(other),
      score: scoreOf(other),
    }))
  }

  /** Brings everything up to date, and reads what may be read of who asks. */
  #begin(request: DecisionRequest) {
    const model = this.#refresh()
    const { clock, seed = randomSeed } = this.#options
    const now = clock()
    this.#seed = seed()
    const asOf = request.asOf ?? this.#shopNow(now)
    const reader = readerOf(this.#state, request)
    const shopper = shopperContext({ state: this.#state, shop: this.#shop, request, reader, asOf })
    const isNewcomer = shopper.products.size === 0 && shopper.recent.length === 0
    const decider = isNewcomer ? this.#newcomersDecider : this.#decider
    return { shopper, decider, isPersonal: reader.keys.length > 0, model, now }
  }

  #refresh(): ServingModel | null {
    this.#shop.refresh()
    this.#features.refresh()
    const model = this.#options.model()
    if (model === this.#model) return model
    this.#model = model
    this.#affinity = model === null ? null : new ShopAffinity(this.#shop.items, model.affinity)
    const ranker = this.#rankerOf(model)
    const features = this.#features.columnsOf(ranker.features)
    // A model that reads none does not cost the next one the figures of all products.
    if (features !== null) this.#features.keepOnly(features)
    this.#teacher = undefined
    this.#decider = this.#deciderWith(ranker, features)
    return model
  }

  #rankerOf(model: ServingModel | null): Ranker {
    if (model?.ranker === undefined) return this.#weights
    const sources = this.#sources.map(({ name }) => name)
    const { version, ranker } = model
    const onProductPages = this.#weights
    return trainedRanker({ version, model: ranker, sources, features: FEATURE_NAMES, onProductPages })
  }

  #deciderWith(ranker: Ranker, features: ShopFeatures | null = null): Decider {
    return new Decider({ shop: this.#shop, sources: this.#sources, ranker, features })
  }

  #decision(
    items: readonly ShownItem[],
    { asOf }: ShopperContext,
    { isPersonal, now }: { readonly isPersonal: boolean; readonly now: number },
  ): Decision {
    const { hasYear } = this.#shop.sales.at(asOf).season
    return {
      decisionId: uuidv7(now),
      asOf,
      logPosition: this.#state.position(),
      personalised: isPersonal,
      items,
      notes: hasYear ? [] : ['Less than a year of sales is known: seasons are not used.'],
    }
  }

  #freshness(now: number, model: ServingModel | null): Freshness {
    const newestAt = this.#state.newestAt()
    return {
      eventsMs: newestAt === 0 ? null : Math.max(0, now - newestAt),
      modelS: model === null ? null : Math.max(0, Math.round((now - model.trainedAt) / 1000)),
    }
  }

  /**
   * The shop's present: now, but never long after its newest event, so that data of the past has a present; and
   * after that event, also where its clock goes ahead of ours.
   */
  #shopNow(now: number): number {
    const newestAt = this.#state.newestAt()
    return newestAt === 0 ? now : Math.min(Math.max(now, newestAt + 1), newestAt + QUIET_MS)
  }
}

/** A shop may be quiet for this long before its clock stands still. */
const QUIET_MS = 7 * DAY_MS

const randomSeed = (): number => Math.floor(Math.random() * SEEDS)
