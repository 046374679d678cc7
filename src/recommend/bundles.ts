import type { Offer } from '../catalog/events/offers.ts'
import { EndcapError } from '../core/errors.ts'
import type { ShopAffinity } from '../models/candidates/affinity.ts'
import { bestItems } from '../models/candidates/best-items.ts'
import type { ShopperContext } from '../models/candidates/candidate-source.ts'
import { complementsOf } from '../models/candidates/complements.ts'
import type { Reason } from './decision.ts'
import type { LiveShop } from './live-shop.ts'
import { type BundleLine, type JointPrice, jointPrice } from './offers/joint-price.ts'
import { reasonText, untilText } from './reasons.ts'

export type BundleRequest = {
  readonly customerId?: string
  readonly sessionId?: string
  /** Product of the page, or the basket: what a bundle is made around. */
  readonly skus: readonly string[]
  readonly limit: number
  /** Epoch ms; as in a `DecisionRequest`. */
  readonly asOf?: number
}

/** Products that go together, with what they cost together. `base` 0 plus the contributions is `score`. */
export type Bundle = {
  readonly lines: readonly (BundleLine & { readonly sku: string; readonly productName: string })[]
  readonly price: JointPrice
  readonly score: number
  readonly reasons: readonly Reason[]
}

/** Complements that are looked at around one product, per bundle that is wanted. */
const LOOKED_AT = 4

/**
 * Bundle offers around the products, and pairs of one of them with what is bought in one basket with it; where no
 * basket holds it, with what the affinity model says goes with it. All can be sold now. Best first, ties by skus.
 *
 * @throws EndcapError UNKNOWN_PRODUCT if the shop has none of the products
 */
export function bundlesFor(
  shop: LiveShop,
  affinity: ShopAffinity | null,
  shopper: ShopperContext,
  { skus, limit }: BundleRequest,
): readonly Bundle[] {
  const anchors = skus.map((sku) => shop.items.numberOf(sku)).filter((item) => item >= 0)
  if (anchors.length === 0) {
    throw new EndcapError('UNKNOWN_PRODUCT', `no product '${skus.join("', '")}'`)
  }
  const found = new Map<string, Bundle>()
  const add = (lines: readonly BundleLine[], pairs: readonly Reason[]): void => {
    if (!lines.every(({ item }) => shop.items.isShowable(item, shopper.asOf))) return
    const name = lines
      .map(({ item, quantity }) => `${shop.items.sku(item)} ${quantity}`)
      .toSorted()
      .join(', ')
    if (!found.has(name) || pairs.length > 0) found.set(name, bundleOf(shop, shopper, lines, pairs))
  }
  const own = new Set(anchors)
  for (const offer of shop.offers.bundles(shopper)) {
    const lines = linesOf(shop, offer)
    if (lines.some(({ item }) => own.has(item))) add(lines, [])
  }
  for (const anchor of own) {
    for (const { item, reason } of companions(shop, affinity, { anchor, shopper, limit })) {
      if (!own.has(item))
        add(
          [
            { item: anchor, quantity: 1 },
            { item, quantity: 1 },
          ],
          [reason],
        )
    }
  }
  return [...found]
    .toSorted(([nameA, a], [nameB, b]) => b.score - a.score || (nameA < nameB ? -1 : 1))
    .slice(0, limit)
    .map(([, bundle]) => bundle)
}

function linesOf(shop: LiveShop, { skus = [] }: Offer): BundleLine[] {
  const lines = skus.map(({ sku, quantity }) => ({ item: shop.items.numberOf(sku), quantity }))
  return lines.some(({ item }) => item < 0) ? [] : lines
}

type Companion = { readonly item: number; readonly reason: Reason }

function companions(
  { items, histories }: LiveShop,
  affinity: ShopAffinity | null,
  {
    anchor,
    shopper,
    limit,
  }: { readonly anchor: number; readonly shopper: ShopperContext; readonly limit: number },
): Companion[] {
  const wording = { asOf: shopper.asOf, nameOf: (item: number) => items.name(item) }
  const looked = LOOKED_AT * limit
  const together = complementsOf(items, histories.baskets, anchor, { asOf: shopper.asOf, limit: looked })
  if (together.length > 0) {
    return together.map(({ item, strength, baskets }) => {
      const text = reasonText({ kind: 'bought_with', item: anchor, baskets }, wording)
      return { item, reason: { driver: 'affinity', contribution: strength, text } }
    })
  }
  const weights = new Map<number, number>()
  affinity?.eachGoingWith(anchor, (item, weight) => weights.set(item, weight))
  const best = bestItems(weights.keys(), looked, (item) => weights.get(item) ?? 0, items.compare)
  return best.map((item) => {
    const text = reasonText({ kind: 'goes_with', item: anchor, at: null }, wording)
    return { item, reason: { driver: 'affinity', contribution: Math.min(1, weights.get(item) ?? 0), text } }
  })
}

function bundleOf(
  shop: LiveShop,
  shopper: ShopperContext,
  lines: readonly BundleLine[],
  pairs: readonly Reason[],
): Bundle {
  const price = jointPrice(shop, lines, shopper)
  const offRatio = price.beforeCents === 0 ? 0 : 1 - price.afterCents / price.beforeCents
  const until = price.endsAt === null ? '' : ` until ${untilText(price.endsAt, shopper.asOf)}`
  const text = `${Math.round(100 * offRatio)} % off together${until}`
  const deal: Reason[] = offRatio > 0 ? [{ driver: 'discount', contribution: offRatio, text }] : []
  const reasons = [...pairs, ...deal].sort((a, b) => b.contribution - a.contribution)
  return {
    lines: lines.map((line) => ({
      ...line,
      sku: shop.items.sku(line.item),
      productName: shop.items.name(line.item),
    })),
    price,
    score: reasons.reduce((sum, { contribution }) => sum + contribution, 0),
    reasons,
  }
}
