import type { ShopperContext } from '../models/candidates/candidate-source.ts'
import type { Decider, Outcome } from './decide.ts'
import type { DecisionRequest, Move, Reason, ShownItem, ShownOffer } from './decision.ts'
import { driverReasons, type Given } from './driver-reasons.ts'
import type { LiveShop } from './live-shop.ts'
import { offerPrice } from './offers/offer-price.ts'
import { reasonText, untilText } from './reasons.ts'
import type { Slot } from './select.ts'
import type { Shortlisted } from './shortlist.ts'

export type Presented = {
  readonly shop: LiveShop
  readonly decider: Decider
  readonly outcome: Outcome
  readonly request: DecisionRequest
  readonly shopper: ShopperContext
}

/** The items of an outcome as they are shown: priced, explained, with why they stand where they stand. */
export function presentItems(presented: Presented): ShownItem[] {
  const { list, slots } = presented.outcome
  return slots.flatMap((slot, place) => {
    const chosen = list[slot.choice]
    return chosen === undefined ? [] : [presentItem(presented, chosen, slot, place)]
  })
}

function presentItem(presented: Presented, chosen: Shortlisted, slot: Slot, place: number): ShownItem {
  const { shop, decider, shopper, request, outcome } = presented
  const product = shop.items.product(chosen.item)
  const proposedBy = outcome.candidates.proposedBy[chosen.row] ?? 0
  const source = decider.sources.filter((_, index) => (proposedBy & (1 << index)) !== 0)
  return {
    sku: product.sku,
    productName: product.product_name,
    priceCents: product.price_cents,
    offer: shownOffer(shop, chosen.item, shopper),
    score: chosen.score,
    propensity: slot.propensity,
    source: source.length === 0 ? ['filler'] : source.map(({ name }) => name),
    ...(request.explain === false
      ? { base: decider.ranker.base, reasons: [] }
      : explained(presented, chosen)),
    moves: movesOf(chosen, slot, place),
  }
}

/**
 * What made the score, most first; a product of which nothing is known says so. Where nothing may be known of the person,
 * trees still take account of that: it counts with the base, for it is no reason of theirs.
 */
function explained(
  { shop, decider, outcome, request, shopper }: Presented,
  { row, item }: Shortlisted,
): Pick<ShownItem, 'base' | 'reasons'> {
  const { matrix, prepared } = outcome.candidates
  const contributions = new Float64Array(decider.columns.length)
  decider.ranker.explain(matrix, request.page, row, contributions)
  const wording = { asOf: shopper.asOf, nameOf: (other: number) => shop.items.name(other) }
  let { base } = decider.ranker
  const given = decider.columns.flatMap(({ driver }, index): Given[] => {
    const contribution = contributions[index] ?? 0
    if (contribution === 0) return []
    if (driver === 'demographics' && shopper.person === null) {
      base += contribution
      return []
    }
    const isFeature = index >= decider.sources.length
    const isSilent = isFeature || (matrix.columns[index]?.[row] ?? 0) <= 0
    const evidence = isSilent ? null : (prepared[index]?.evidenceOf(item) ?? null)
    return [{ driver, contribution, isFeature, evidence: evidence?.kind === 'none' ? null : evidence }]
  })
  const reasons = driverReasons(given, (evidence) => reasonText(evidence, wording))
  const nothing: Reason = { driver: 'content', contribution: 0, text: 'New in the shop' }
  return { base, reasons: reasons.length > 0 ? reasons : [nothing] }
}

function movesOf({ isVariantOfChoice }: Shortlisted, { choice, by }: Slot, place: number): Move[] {
  const moves: Move[] = []
  if (isVariantOfChoice) moves.push({ by: 'rule', from: choice, text: 'The variant that suits you' })
  if (by === 'exploration') {
    moves.push({ by: 'exploration', from: choice, text: 'Drawn to learn whether it is liked' })
  } else if (choice !== place) {
    const text = choice > place ? 'Moved up for variety' : 'Moved down: much like what stands above'
    moves.push({ by: 'diversity', from: choice, text })
  }
  return moves
}

/** The best of the offers that hold, in words; null if none takes anything off. */
export function shownOffer(shop: LiveShop, item: number, shopper: ShopperContext): ShownOffer | null {
  const priceCents = shop.items.priceCents(item)
  const best = offerPrice(priceCents, shop.offers.of(item, shopper))
  if (best === null) return null
  const off = Math.round((100 * (priceCents - best.priceCents)) / priceCents)
  return {
    offerIds: best.offers.map(({ offer_id: id }) => id),
    priceCents: best.priceCents,
    endsAt: best.endsAt,
    text: `${off} % off until ${untilText(best.endsAt, shopper.asOf)}`,
  }
}
