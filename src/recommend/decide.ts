import { greatest } from '../models/candidates/best-items.ts'
import type { CandidateSource, Driver, ShopperContext } from '../models/candidates/candidate-source.ts'
import { isAboutProduct, type Ranker } from '../models/candidates/ranker.ts'
import { RequestValues } from '../models/candidates/request-values.ts'
import { type Candidates, Gatherer, type IsRead } from './candidates.ts'
import type { DecisionRequest } from './decision.ts'
import { type Eligibility, eligibilityOf } from './eligibility.ts'
import { likenessOf } from './likeness.ts'
import type { LiveShop } from './live-shop.ts'
import type { PreparedFeatures, ShopFeatures } from './ranking/shop-features.ts'
import { type SelectionSettings, type Slot, select } from './select.ts'
import {
  hasChoice,
  type Leader,
  leadersOf,
  type ScoredRows,
  type Shortlisted,
  shortlist,
} from './shortlist.ts'
import { EXPLORATION } from './sources.ts'

/** How many products each source may propose, per product shown. */
const PROPOSALS_PER_SLOT = 8
const LEAST_PROPOSALS = 60
const MOST_PROPOSALS = 200
/** Products that compete for a slot. */
const SHORTLISTED_PER_SLOT = 4

/** What came of one decision before it is put into words. Holds until the next one. */
export type Outcome = {
  readonly candidates: Candidates
  readonly scores: Float64Array
  readonly list: readonly Shortlisted[]
  readonly slots: readonly Slot[]
}

/** What a decider is made of. */
export type DeciderOptions = {
  readonly shop: LiveShop
  readonly sources: readonly CandidateSource[]
  readonly ranker: Ranker
  /** Columns behind those of the sources; null for none. */
  readonly features: ShopFeatures | null
}

/** Makes decisions over a shop with a set of sources and a ranker, in memory that is used again. */
export class Decider {
  readonly ranker: Ranker
  readonly sources: readonly CandidateSource[]
  /** Of the matrix: the sources, then the features. */
  readonly columns: readonly { readonly name: string; readonly driver: Driver }[]
  readonly #shop: LiveShop
  readonly features: ShopFeatures | null
  #prepared: PreparedFeatures | null = null
  readonly #gatherer: Gatherer
  readonly #explorationBit: number
  #scores = new Float64Array(1024)
  /** Rows by item, of one request. */
  readonly #known = new RequestValues()

  constructor({ shop, sources, ranker, features }: DeciderOptions) {
    this.#shop = shop
    this.ranker = ranker
    this.sources = sources
    this.features = features
    this.columns = [...sources, ...(features?.columns ?? [])]
    this.#gatherer = new Gatherer(shop.items, sources, features?.columns.length ?? 0)
    const place = this.sources.findIndex(({ name }) => name === EXPLORATION)
    this.#explorationBit = place < 0 ? 0 : 1 << place
  }

  /** Gather, drop what may not be shown, score, one per parent, diversity, exploration. */
  decide(request: DecisionRequest, shopper: ShopperContext, settings: SelectionSettings): Outcome {
    const { limit } = settings
    const isEligible = eligibilityOf(this.#shop.items, request, shopper)
    const candidates = this.gather(request, shopper, limit)
    const isRead = this.#isRead(request)
    let scores = this.#score(candidates, request)
    const leaders = this.#leaders(candidates, scores, limit)
    const more = hasChoice(shopper) ? this.#variants(candidates, leaders, isEligible) : []
    let all = candidates
    if (more.length > 0) {
      all = this.#gatherer.extend(candidates, more, isRead)
      this.#fill(all, candidates.matrix.rowCount)
      scores = this.#score(all, request, candidates.matrix.rowCount)
    }
    const list = shortlist(this.#shop.items, this.#rows(all, scores), shopper, leaders)
    const listed = list.map(({ row }) => row)
    this.#gatherer.complete(all.prepared, isRead, listed)
    return { candidates: all, scores, list, slots: select(list, this.#likeness(list), settings) }
  }

  #rows({ matrix, proposedBy }: Candidates, scores: Float64Array): ScoredRows {
    // What another source proposes too needs no draw to be seen, and must not come and go with the seed.
    const isExplored = (row: number): boolean =>
      this.#explorationBit !== 0 && proposedBy[row] === this.#explorationBit
    return { rowCount: matrix.rowCount, items: matrix.items, scores, isExplored }
  }

  #leaders(candidates: Candidates, scores: Float64Array, limit: number): readonly Leader[] {
    return leadersOf(this.#shop.items, this.#rows(candidates, scores), limit * SHORTLISTED_PER_SLOT)
  }

  /** Variants of the leaders that no source proposed and may be shown. */
  #variants({ matrix }: Candidates, leaders: readonly Leader[], isEligible: Eligibility) {
    const { items } = this.#shop
    const more: { readonly item: number; readonly like: number }[] = []
    const known = this.#known
    let isMarked = false
    for (const { row } of leaders) {
      const item = matrix.items[row] ?? 0
      const variants = items.variants(item)
      if (variants.size <= 1) continue
      if (!isMarked) this.#markKnown(matrix)
      isMarked = true
      for (const variant of variants) {
        if (!known.has(variant) && isEligible(variant)) more.push({ item: variant, like: row })
      }
    }
    return more
  }

  #markKnown({ items, rowCount }: Candidates['matrix']): void {
    this.#known.clear()
    for (let row = 0; row < rowCount; row += 1) this.#known.set(items[row] ?? 0, row)
  }

  #isRead({ page }: DecisionRequest): IsRead {
    return (source) => this.ranker.reads(source, page)
  }

  /** What may be shown, with what every source that the ranker reads says of it. Holds until the next call. */
  gather(request: DecisionRequest, shopper: ShopperContext, limit: number): Candidates {
    const isEligible = eligibilityOf(this.#shop.items, request, shopper)
    const candidates = this.#gatherer.gather(shopper, isEligible, {
      perSource: Math.min(MOST_PROPOSALS, Math.max(LEAST_PROPOSALS, limit * PROPOSALS_PER_SLOT)),
      more: (rowCount) => (rowCount < limit ? this.#newest(isEligible, limit) : []),
      isRead: this.#isRead(request),
    })
    this.#prepared = this.#preparedFor(request, shopper)
    this.#fill(candidates, 0)
    return candidates
  }

  /** On pages about a product nothing reads them, so there they are missing. */
  #preparedFor(request: DecisionRequest, shopper: ShopperContext): PreparedFeatures | null {
    if (this.features === null) return null
    return isAboutProduct(request.page) ? NO_FEATURES : this.features.prepare(request, shopper)
  }

  /** Puts the feature columns of rows from one on into the matrix. */
  #fill({ matrix: { items, rowCount, columns } }: Candidates, from: number): void {
    if (from === rowCount) return
    this.#prepared?.fill(items, { from, to: rowCount }, columns.slice(this.sources.length))
  }

  /** The given items by score, each with what made it; no diversity, nothing drawn. */
  rank(request: DecisionRequest, shopper: ShopperContext, items: readonly number[]): Outcome {
    const candidates = this.#gatherer.evaluate(shopper, items)
    this.#prepared = this.#preparedFor(request, shopper)
    this.#fill(candidates, 0)
    const scores = this.#score(candidates, request)
    const rows = Array.from(items, (_, row) => row)
    const order = greatest(
      rows,
      { limit: items.length, above: Number.NEGATIVE_INFINITY },
      (row) => scores[row] ?? 0,
      (a, b) => this.#shop.items.compare(items[a] ?? 0, items[b] ?? 0),
    )
    const list = order.map((row): Shortlisted => {
      const score = scores[row] ?? 0
      return {
        row,
        item: items[row] ?? 0,
        score,
        rankScore: score,
        isVariantOfChoice: false,
        isExplored: false,
      }
    })
    const slots = list.map((_, choice): Slot => ({ choice, propensity: 1, by: 'score' }))
    return { candidates, scores, list, slots }
  }

  /** @param from those before it have their scores */
  #score({ matrix }: Candidates, { page }: DecisionRequest, from = 0): Float64Array {
    if (this.#scores.length < matrix.rowCount) {
      const longer = new Float64Array(2 * matrix.rowCount)
      longer.set(this.#scores)
      this.#scores = longer
    }
    this.ranker.score(matrix, page, this.#scores, from)
    return this.#scores
  }

  #likeness(list: readonly Shortlisted[]): (a: number, b: number) => number {
    const { items } = this.#shop
    const likeness = likenessOf(items.categories)
    const kinds = list.map(({ item }) => ({ category: items.category(item), brand: items.brand(item) }))
    return (a, b) => {
      const [left, right] = [kinds[a], kinds[b]]
      return left === undefined || right === undefined ? 0 : likeness(left, right)
    }
  }

  /** Where the sources do not fill the list (a new shop, a narrow filter): newest products first. */
  #newest(isEligible: Eligibility, limit: number): readonly number[] {
    const { items } = this.#shop
    const some: number[] = []
    for (let item = 0; item < items.count; item += 1) if (isEligible(item)) some.push(item)
    const updatedAt = (item: number) => items.product(item).updated_at
    return greatest(some, { limit: 2 * limit, above: -1 }, updatedAt, items.compare)
  }
}

const NO_FEATURES: PreparedFeatures = {
  fill: (_, { from, to }, columns) => {
    for (const column of columns) column.fill(Number.NaN, from, to)
  },
}
