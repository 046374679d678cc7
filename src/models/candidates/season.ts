import type { CandidateSource } from './candidate-source.ts'
import type { SalesFiguresAt, SeasonFigures } from './sales-figures.ts'

/** So many purchases in the season make half of the value that the index alone would give. */
const HALF_AT_PURCHASES = 5

/** Products that sold in these weeks a year ago, more than in the rest of the year. Silent without a year of sales. */
export const season = (figuresAt: SalesFiguresAt): CandidateSource => ({
  name: 'season',
  driver: 'season',
  prepare: ({ asOf }) => {
    const figures = figuresAt(asOf).season
    return {
      propose: figures.top,
      valueFor: (item) => seasonValue(figures, item),
      evidenceOf: (item) => ({
        kind: 'in_season',
        index: figures.index(item),
        purchases: figures.purchases(item),
      }),
    }
  },
})

/** In [0, 1]: how far the index lies above 1, less where little was sold. */
export function seasonValue(
  { hasYear, index, purchases }: Pick<SeasonFigures, 'hasYear' | 'index' | 'purchases'>,
  item: number,
): number {
  if (!hasYear) return 0
  const times = index(item)
  const sold = purchases(item)
  return times <= 1 ? 0 : (1 - 1 / times) * (sold / (sold + HALF_AT_PURCHASES))
}
