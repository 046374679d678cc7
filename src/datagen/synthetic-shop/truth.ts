import { type PlantedBundle, unbundledPairs } from './bundles.ts'
import type { Cast } from './cast.ts'
import type { Audience } from './category-tree.ts'
import { BUY_MODEL } from './choice.ts'
import type { OfferDesign, Stratum } from './offers.ts'
import type { PriceStep } from './prices.ts'
import { PLANTINGS, type ShopOptions, startOf } from './shop-options.ts'
import { isStocked } from './shop-products.ts'
import { SENSITIVITY_SHARES, type Shopper } from './shoppers.ts'

/** What was planted in a synthetic shop: what a model should find, what it must cope with, and what is not there. */
export type ShopTruth = {
  readonly options: Required<Omit<ShopOptions, 'visits'>> & Pick<ShopOptions, 'visits'>
  readonly bundles: readonly PlantedBundle[]
  readonly out_of_stock: readonly string[]
  /** Products that come in the course of the history; `at`: epoch ms. */
  readonly launches: readonly { readonly sku: string; readonly at: number }[]
  readonly price_changes: readonly {
    readonly sku: string
    /** Epoch ms. */
    readonly at: number
    readonly price_cents: number
    readonly kind: PriceStep['kind']
  }[]
  /** Bought again after so many days, times 0.8 to 1.2. */
  readonly refills: readonly { readonly category: string; readonly days: number }[]
  /** `times` the usual demand on the peak day (1 to 365), a bell of three weeks; of a category, or of one product. */
  readonly seasons: readonly ({ readonly peak_day: number; readonly times: number } & (
    | { readonly category: string }
    | { readonly sku: string }
  ))[]
  readonly audiences: readonly ({ readonly category: string } & Audience)[]
  readonly price_sensitivity: typeof BUY_MODEL & {
    /** Of people: shares of those with 0.5 and with 1; the rest have 0. */
    readonly shares: typeof SENSITIVITY_SHARES
  }
  readonly offers: readonly {
    readonly offer_id: string
    readonly design: OfferDesign
    readonly lift: number
    readonly propensity: Readonly<Record<Stratum, number>>
  }[]
  readonly controls: {
    readonly categories_without_season: readonly string[]
    readonly categories_without_audience: readonly string[]
    /** Popular pairs that nothing brings together. */
    readonly pairs_without_bundle: readonly (readonly [string, string])[]
    readonly offers_without_effect: readonly string[]
  }
}

/** One customer, as they are: also what they do not tell the shop. */
export type ShopperTruth = {
  readonly customer_id: string
  readonly generation: string
  readonly gender: string
  readonly location: string
  readonly visits_per_day: number
  /** 0, 0.5 or 1. */
  readonly price_sensitivity: number
  /** Best liked categories, best first; none of the neutral. */
  readonly favourites: readonly string[]
  readonly brands: readonly string[]
  /** A control: likes everything alike. */
  readonly is_neutral: boolean
}

const FAVOURITES = 3

export function truthOf(options: ShopOptions, cast: Cast): ShopTruth {
  const { products, leaves, bundles, offers } = cast
  const [plant] = PLANTINGS
  return {
    options: { plant, ...options },
    bundles,
    out_of_stock: products.filter((item) => !isStocked(item)).map(({ product }) => product.sku),
    launches: products.flatMap(({ product, launchedAt }) =>
      launchedAt > startOf(options) ? [{ sku: product.sku, at: launchedAt }] : [],
    ),
    price_changes: products.flatMap(({ product, prices }) =>
      prices
        .filter(({ from }) => from > 0 && from < options.endAt)
        .map(({ from, cents, kind }) => ({ sku: product.sku, at: from, price_cents: cents, kind })),
    ),
    refills: leaves.flatMap(({ path, usedUpDays }) =>
      usedUpDays === undefined ? [] : [{ category: path, days: usedUpDays }],
    ),
    seasons: seasonsOf(cast),
    audiences: leaves.flatMap(({ path, audience }) =>
      audience === undefined ? [] : [{ category: path, ...audience }],
    ),
    price_sensitivity: { ...BUY_MODEL, shares: SENSITIVITY_SHARES },
    offers: offers.map(({ offer, design, lift, propensity }) => ({
      offer_id: offer.offer_id,
      design,
      lift,
      propensity,
    })),
    controls: controlsOf(cast),
  }
}

function seasonsOf({ leaves, products }: Cast): ShopTruth['seasons'] {
  return [
    ...leaves.flatMap(({ path, season }) =>
      season === undefined ? [] : [{ category: path, peak_day: season.peakDay, times: season.times }],
    ),
    ...products.flatMap(({ product, season }) =>
      season === undefined ? [] : [{ sku: product.sku, peak_day: season.peakDay, times: season.times }],
    ),
  ]
}

function controlsOf({ leaves, products, bundles, offers }: Cast): ShopTruth['controls'] {
  return {
    categories_without_season: leaves.filter(({ season }) => season === undefined).map(({ path }) => path),
    categories_without_audience: leaves
      .filter(({ audience }) => audience === undefined)
      .map(({ path }) => path),
    pairs_without_bundle: unbundledPairs(products, bundles),
    offers_without_effect: offers.filter(({ lift }) => lift === 0).map(({ offer }) => offer.offer_id),
  }
}

export function shopperTruth(shopper: Shopper, visitRate: number, { crowd }: Cast): ShopperTruth {
  const { person, isNeutral } = shopper
  return {
    customer_id: shopper.customerId ?? '',
    generation: person.generation,
    gender: person.gender,
    location: person.location,
    visits_per_day: Number(visitRate.toFixed(3)),
    price_sensitivity: shopper.priceSensitivity,
    favourites: isNeutral
      ? []
      : crowd
          .favourites(shopper)
          .slice(0, FAVOURITES)
          .map(({ leaf }) => leaf.path),
    brands: [...shopper.brands],
    is_neutral: isNeutral,
  }
}
