/** Windows in which sales are counted, days before the instant. */
export const WINDOW_DAYS = [1, 7, 30, 90, 365] as const
export type WindowDays = (typeof WINDOW_DAYS)[number]

/** A view says a twentieth of what a purchase says. */
export const VIEW_WEIGHT = 0.05

/** How much a window counts, and by what the logarithm of its weight is divided. */
export type WindowShare = { readonly days: WindowDays; readonly share: number; readonly scale: number }

/** What sources need of the sales of a shop at one instant; kept up to date by `recommend/figures`. */
export type SalesFigures = {
  readonly purchases: (item: number, days: WindowDays) => number
  readonly views: (item: number, days: WindowDays) => number
  /** Purchases and a twentieth of the views. */
  readonly weight: (item: number, days: WindowDays) => number
  /** Sum over windows of share x ln(1 + weight) / scale. */
  readonly popularity: (item: number, windows: readonly WindowShare[]) => number
  /** The greatest weight of any product; 0 if nothing happened. */
  readonly greatest: (days: WindowDays) => number
  /** Items of the greatest weight, best first, ties by sku. */
  readonly top: (days: WindowDays, limit: number) => readonly number[]
  /** The same by 90 days among the items of one category, or of one brand; at most 100. */
  readonly topOfCategory: (category: number, limit: number) => readonly number[]
  readonly topOfBrand: (brand: number, limit: number) => readonly number[]
  readonly season: SeasonFigures
}

/** How sales of the same weeks a year ago compare with the year around them. */
export type SeasonFigures = {
  /** Whether a whole year and the two weeks before it are known. Without, every index is 1. */
  readonly hasYear: boolean
  /** Purchases in the four weeks around the same day a year ago. */
  readonly purchases: (item: number) => number
  /** Those against four average weeks of that year, shrunk to the category's, and that to 1. */
  readonly index: (item: number) => number
  /** Items that sold in those weeks more than in others, strongest first. */
  readonly top: (limit: number) => readonly number[]
}

export type SalesFiguresAt = (asOf: number) => SalesFigures
