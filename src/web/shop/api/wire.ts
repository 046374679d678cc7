/**
 * What the page reads of the API's answers, as any client would; drivers that it does not know are shown as they
 * come. `test/page-wire.test.ts` holds this against the server's own types.
 */
export type Reason = { readonly driver: string; readonly contribution: number; readonly text: string }

export type Move = { readonly by: string; readonly from: number; readonly text: string }

export type Offer = {
  readonly offer_ids: readonly string[]
  /** Unit price after the offers, minor units. */
  readonly price_cents: number
  /** Epoch ms. */
  readonly ends_at: number
  readonly text: string
}

export type Item = {
  readonly sku: string
  readonly product_name: string
  readonly price_cents: number
  readonly offer?: Offer
  readonly score: number
  readonly base: number
  readonly reasons?: readonly Reason[]
  readonly moves: readonly Move[]
}

export type Recommendations = {
  readonly decision_id: string
  readonly as_of: number
  readonly log_position: number
  readonly personalised: boolean
  readonly model: { readonly version: string; readonly trained_at: number } | null
  readonly items: readonly Item[]
  /** What could not be used, and why. */
  readonly notes: readonly string[]
  readonly freshness: { readonly events_ms: number | null; readonly model_s: number | null }
  readonly took_ms: number
}

export type RecommendationContext = {
  readonly page: 'home' | 'product' | 'cart'
  readonly sku?: string
  readonly cart?: readonly string[]
}

export type RecommendationRequest = {
  readonly customer_id?: string
  readonly session_id: string
  readonly context: RecommendationContext
  readonly limit: number
  readonly as_of?: number
  readonly explain: true
}

export type BundleRequest = {
  readonly customer_id?: string
  readonly session_id: string
  readonly skus: readonly string[]
  readonly limit: number
  readonly as_of?: number
}

/** Products that go into one basket, with their joint price. */
export type Bundle = {
  readonly items: readonly {
    readonly sku: string
    readonly product_name: string
    readonly quantity: number
  }[]
  /** Of all together, before offers, minor units. */
  readonly price_cents: number
  /** Of all together, with the best offers, minor units. */
  readonly joint_price_cents: number
  readonly offer_ids: readonly string[]
  readonly reasons: readonly Reason[]
}

export type SimilarItem = {
  readonly sku: string
  readonly product_name: string
  readonly price_cents: number
  readonly score: number
}

export type Refusal = { readonly index: number; readonly status: string; readonly reason?: string }

export type EventsAnswer = {
  readonly accepted: number
  readonly refused: number
  readonly results: readonly Refusal[]
}

export type Consent = {
  readonly personalisation: boolean
  readonly demographics: boolean
  readonly training: boolean
}

/** A version of a customer; what else it says is passed on untouched. */
export type Customer = {
  readonly customer_id: string
  readonly consent: Consent
  readonly updated_at: number
  readonly [field: string]: unknown
}

export type ShopFacts = {
  /** The shop's time, epoch ms. */
  readonly now: number
  /** Start of its first day, epoch ms; 0 in an empty shop. */
  readonly first_at: number
  readonly newest_at: number
  readonly currency: string
}

export type ShopperKind = {
  readonly kind: string
  readonly title: string
  readonly about: string
  readonly shoppers: readonly { readonly customer_id: string; readonly who: string }[]
}

/** How a product looks. */
export type Look = {
  readonly sku: string
  readonly product_name: string
  readonly category: string
  readonly price_cents: number
  readonly list_price_cents?: number
  readonly currency: string
  readonly brand?: string
  readonly image_url?: string
  readonly description?: string
  readonly attributes?: Readonly<Record<string, string>>
}
