import type { CandidateSource } from './candidate-source.ts'

/** How often a product was bought and looked at within `days` before the as-of. */
export type Popularity = { readonly purchases: number; readonly views: number }

/** What the source needs of the shop; kept up to date by the online state. */
export type PopularityFigures = {
  /** The window that the figures cover, in days; longer where the shorter one is empty. */
  readonly days: number
  readonly of: (sku: string) => Popularity
  /** Most popular first by `popularityWeight`, ties by sku. */
  readonly top: (limit: number) => readonly string[]
  /** The greatest weight of any product; 0 in an empty shop. */
  readonly greatest: number
}

/** A view says a twentieth of what a purchase says. */
const VIEW_WEIGHT = 0.05
export const popularityWeight = ({ purchases, views }: Popularity): number => purchases + VIEW_WEIGHT * views

/** Products that everybody buys now. */
export const popular = (figuresAt: (asOf: number) => PopularityFigures): CandidateSource => ({
  name: 'popular',
  driver: 'popularity',
  prepare: ({ asOf }) => {
    const figures = figuresAt(asOf)
    const scale = Math.log1p(figures.greatest)
    return {
      propose: figures.top,
      valueOf: (sku) =>
        scale === 0 ? 0 : Math.log1p(Math.max(0, popularityWeight(figures.of(sku)))) / scale,
      evidenceOf: (sku) => {
        const { purchases, views } = figures.of(sku)
        if (purchases > 0) return { kind: 'popular', purchases, days: figures.days }
        return views > 0 ? { kind: 'browsed', views, days: figures.days } : { kind: 'none' }
      },
    }
  },
})
