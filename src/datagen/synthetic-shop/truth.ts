import type { PlantedBundle } from './bundles.ts'
import { LEAVES } from './category-tree.ts'
import type { ShopOptions } from './shop-options.ts'
import type { Aisle, ShopProduct } from './shop-products.ts'
import { generationOf, type Shopper } from './shoppers.ts'

/** What was planted in a synthetic shop: what a model should find, and what it must cope with. */
export type ShopTruth = {
  readonly options: ShopOptions
  readonly bundles: readonly PlantedBundle[]
  readonly out_of_stock: readonly string[]
  readonly price_changes: readonly {
    readonly sku: string
    readonly at: number
    readonly price_cents: number
  }[]
  readonly refills: readonly { readonly category: string; readonly days: number }[]
  readonly seasons: readonly {
    readonly category: string
    readonly peak_day: number
    readonly times: number
  }[]
  readonly audiences: readonly {
    readonly category: string
    readonly generation?: string
    readonly gender?: string
    readonly times: number
  }[]
  readonly shoppers: readonly {
    readonly customer_id: string
    readonly generation: string
    readonly visits_per_day: number
    /** Best liked categories, best first. */
    readonly favourites: readonly string[]
    readonly brands: readonly string[]
  }[]
}

const FAVOURITES = 3

type Planted = {
  readonly products: readonly ShopProduct[]
  readonly aisles: readonly Aisle[]
  readonly bundles: readonly PlantedBundle[]
  readonly shoppers: readonly Shopper[]
}

export function truthOf(options: ShopOptions, { products, aisles, bundles, shoppers }: Planted): ShopTruth {
  return {
    options,
    bundles,
    out_of_stock: products.filter(({ product }) => product.inventory === 0).map(({ product }) => product.sku),
    price_changes: products.flatMap(({ versions }) =>
      versions.map(({ sku, updated_at, price_cents }) => ({ sku, at: updated_at, price_cents })),
    ),
    refills: LEAVES.flatMap(({ path, usedUpDays }) =>
      usedUpDays === undefined ? [] : [{ category: path, days: usedUpDays }],
    ),
    seasons: LEAVES.flatMap(({ path, season }) =>
      season === undefined ? [] : [{ category: path, peak_day: season.peakDay, times: season.times }],
    ),
    audiences: LEAVES.flatMap(({ path, audience }) =>
      audience === undefined ? [] : [{ category: path, ...audience }],
    ),
    shoppers: shoppers.flatMap((shopper) => shopperTruth(shopper, aisles)),
  }
}

function shopperTruth(shopper: Shopper, aisles: readonly Aisle[]): ShopTruth['shoppers'] {
  if (shopper.customer === null) return []
  const liking = aisles.map(({ leaf }, index) => ({
    path: leaf.path,
    liking: (shopper.taste[index] ?? 0) - (shopper.taste[index - 1] ?? 0),
  }))
  return [
    {
      customer_id: shopper.customer.customer_id,
      generation: generationOf(shopper.customer.birth_year),
      visits_per_day: Number(shopper.visitRate.toFixed(3)),
      favourites: liking
        .sort((a, b) => b.liking - a.liking)
        .slice(0, FAVOURITES)
        .map(({ path }) => path),
      brands: [...shopper.brands],
    },
  ]
}
