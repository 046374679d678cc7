import type { Driver } from '../models/candidates/candidate-source.ts'
import type { RankedPage } from '../models/candidates/ranker.ts'

/** What the caller wants of the products, beside the page; all that is given must hold. */
export type Filter = {
  /** Any of them. */
  readonly brands?: readonly string[]
  /** Minor units, both ends included; of the price before offers. */
  readonly minPriceCents?: number
  readonly maxPriceCents?: number
  /** Name to value. */
  readonly attributes?: Readonly<Record<string, string>>
}

/** What is asked of one decision. */
export type DecisionRequest = {
  readonly customerId?: string
  readonly sessionId?: string
  readonly page: RankedPage
  /** Product of the page. */
  readonly sku?: string
  readonly cart: readonly string[]
  /** Only products whose category path is this or lies below it. */
  readonly category?: string
  readonly filter?: Filter
  readonly limit: number
  /** Epoch ms; absent: now, or a week after the newest event of a shop whose events lie in the past. */
  readonly asOf?: number
  readonly exclude: readonly string[]
  /** In [0, 1]: 0 is by score alone. Absent: as the shop has it. */
  readonly diversity?: number
  /** Whether reasons are wanted; absent: they are. */
  readonly explain?: boolean
}

/** Part of a score that one driver gave, in words. */
export type Reason = { readonly driver: Driver; readonly contribution: number; readonly text: string }

/** Why an item stands at another place than its score alone would give it. */
export type Move = {
  readonly by: 'rule' | 'diversity' | 'exploration'
  /** Place by score, from 0. */
  readonly from: number
  readonly text: string
}

/** What an item costs with the offers that hold for the shopper. */
export type ShownOffer = {
  readonly offerIds: readonly string[]
  /** Unit price after them, minor units. */
  readonly priceCents: number
  /** Epoch ms. */
  readonly endsAt: number
  readonly text: string
}

/** A product as it is shown: `base` plus the contributions of its reasons is `score`. */
export type ShownItem = {
  readonly sku: string
  readonly productName: string
  /** Before offers. */
  readonly priceCents: number
  readonly offer: ShownOffer | null
  readonly score: number
  readonly base: number
  /** Probability of the item at its slot given the slots above; 1 where nothing is sampled. */
  readonly propensity: number
  /** Sources that proposed it. */
  readonly source: readonly string[]
  readonly reasons: readonly Reason[]
  readonly moves: readonly Move[]
}

export type Decision = {
  readonly decisionId: string
  readonly asOf: number
  /** Number of log records that the answer knows of. */
  readonly logPosition: number
  /** Whether the person's own events were used. */
  readonly personalised: boolean
  readonly items: readonly ShownItem[]
  /** What could not be used, in words, such as a season without a year of sales. */
  readonly notes: readonly string[]
}
