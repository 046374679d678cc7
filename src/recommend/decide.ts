import type { Product } from '../catalog/events/products.ts'
import { uuidv7 } from '../core/ids.ts'
import type {
  CandidateSource,
  PreparedSource,
  ShopperContext,
} from '../models/candidates/candidate-source.ts'
import type { Decision, DecisionRequest, Reason, ShownItem } from './decision.ts'
import { fitsRequest, mayBeShown } from './eligibility.ts'
import { reasonText } from './reasons.ts'

/** A source and how much its value counts in the score. */
export type WeightedSource = { readonly source: CandidateSource; readonly weight: number }

/** The shop as a decision sees it. */
export type Shop = {
  readonly product: (sku: string) => Product | undefined
  readonly products: () => Iterable<Product>
  readonly logPosition: () => number
}

/** A product of which nothing is known scores this; everything else is a contribution with a reason. */
export const BASE_SCORE = 0

/** How many products each source may propose, per product shown. */
const PROPOSALS_PER_SLOT = 10
const LEAST_PROPOSALS = 100

export type DecisionInput = {
  readonly request: DecisionRequest
  readonly shopper: ShopperContext
  readonly personalised: boolean
}

/**
 * One decision: gather from every source, drop what may not be shown, score, one per parent, explain.
 *
 * @returns at most `request.limit` items by (-score, sku); `base` + contributions = `score`
 */
export function decide(shop: Shop, sources: readonly WeightedSource[], input: DecisionInput): Decision {
  const { request, shopper, personalised } = input
  const prepared = sources.map(({ source, weight }) => ({ source, weight, values: source.prepare(shopper) }))
  const proposals = gather(prepared, Math.max(LEAST_PROPOSALS, request.limit * PROPOSALS_PER_SLOT))
  const eligible = (sku: string) => {
    const product = shop.product(sku)
    return product !== undefined && mayBeShown(product, shopper.asOf) && fitsRequest(product, request)
      ? product
      : undefined
  }
  const pool = [...proposals.keys()].map(eligible).filter((product) => product !== undefined)
  if (pool.length < request.limit)
    pool.push(...fillers(shop, request, shopper.asOf, new Set(proposals.keys())))
  const ranked = pool
    .map((product) => ({ product, contributions: contributionsOf(prepared, product.sku) }))
    .map((row) => ({ ...row, score: row.contributions.reduce((sum, { value }) => sum + value, BASE_SCORE) }))
    .toSorted((a, b) => b.score - a.score || (a.product.sku < b.product.sku ? -1 : 1))
  const nameOf = (sku: string) => shop.product(sku)?.product_name ?? sku
  const items = onePerParent(ranked)
    .slice(0, request.limit)
    .map(
      ({ product, contributions, score }): ShownItem => ({
        sku: product.sku,
        productName: product.product_name,
        priceCents: product.price_cents,
        score,
        base: BASE_SCORE,
        propensity: 1,
        source: proposals.get(product.sku) ?? ['filler'],
        reasons: reasonsOf(contributions, (values) =>
          reasonText(values.evidenceOf(product.sku), { asOf: shopper.asOf, nameOf }),
        ),
      }),
    )
  return {
    decisionId: uuidv7(shopper.asOf),
    asOf: shopper.asOf,
    logPosition: shop.logPosition(),
    personalised,
    items,
  }
}

type Weighted = { readonly source: CandidateSource; readonly weight: number; readonly values: PreparedSource }

/** Proposed products, each with the names of the sources that proposed it. */
function gather(prepared: readonly Weighted[], limit: number): Map<string, string[]> {
  const proposals = new Map<string, string[]>()
  for (const { source, values } of prepared) {
    for (const sku of values.propose(limit)) {
      const names = proposals.get(sku)
      if (names === undefined) proposals.set(sku, [source.name])
      else names.push(source.name)
    }
  }
  return proposals
}

const contributionsOf = (prepared: readonly Weighted[], sku: string) =>
  prepared.map(({ source, weight, values }) => ({ source, values, value: weight * values.valueOf(sku) }))

type Contribution = {
  readonly source: CandidateSource
  readonly values: PreparedSource
  readonly value: number
}

/** What each driver gave, most first; a product of which nothing is known says so. */
function reasonsOf(
  contributions: readonly Contribution[],
  textOf: (values: PreparedSource) => string,
): Reason[] {
  const given = contributions.filter(({ value }) => value !== 0)
  if (given.length === 0) return [{ driver: 'content', contribution: 0, text: 'New in the shop' }]
  return given
    .map(({ source, values, value }) => ({
      driver: source.driver,
      contribution: value,
      text: textOf(values),
    }))
    .toSorted((a, b) => b.contribution - a.contribution)
}

/** Where the sources do not fill the list (a new shop): newest products first. */
function fillers(shop: Shop, request: DecisionRequest, asOf: number, taken: ReadonlySet<string>): Product[] {
  return [...shop.products()]
    .filter(
      (product) => !taken.has(product.sku) && mayBeShown(product, asOf) && fitsRequest(product, request),
    )
    .toSorted((a, b) => b.updated_at - a.updated_at || (a.sku < b.sku ? -1 : 1))
    .slice(0, request.limit)
}

function onePerParent<Row extends { readonly product: Product }>(ranked: readonly Row[]): Row[] {
  const seen = new Set<string>()
  return ranked.filter(({ product }) => {
    const parent = product.parent_sku ?? product.sku
    if (seen.has(parent)) return false
    seen.add(parent)
    return true
  })
}
