import type { Driver } from '../models/candidates/candidate-source.ts'

/** What is asked of one decision. */
export type DecisionRequest = {
  readonly customerId?: string
  readonly sessionId?: string
  readonly page: 'home' | 'product' | 'cart' | 'category' | 'email'
  /** Product of the page. */
  readonly sku?: string
  readonly cart: readonly string[]
  /** Only products whose category path is this or lies below it. */
  readonly category?: string
  readonly limit: number
  /** Epoch ms; absent: now, or a week after the newest event of a shop whose events lie in the past. */
  readonly asOf?: number
  readonly exclude: readonly string[]
}

/** Part of a score that one driver gave, in words. */
export type Reason = { readonly driver: Driver; readonly contribution: number; readonly text: string }

/** A product as it is shown: `base` plus the contributions of its reasons is `score`. */
export type ShownItem = {
  readonly sku: string
  readonly productName: string
  readonly priceCents: number
  readonly score: number
  readonly base: number
  /** Probability of the item at its slot given the slots above; 1 while nothing is sampled. */
  readonly propensity: number
  /** Sources that proposed it. */
  readonly source: readonly string[]
  readonly reasons: readonly Reason[]
}

export type Decision = {
  readonly decisionId: string
  readonly asOf: number
  /** Number of log records that the answer knows of. */
  readonly logPosition: number
  /** Whether the person's own events were used. */
  readonly personalised: boolean
  readonly items: readonly ShownItem[]
}
