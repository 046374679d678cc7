import { DAY_MS } from '../../core/duration.ts'
import { bestItems } from '../../models/candidates/best-items.ts'
import type { ItemTable } from '../../models/candidates/item-table.ts'
import type { SeasonFigures } from '../../models/candidates/sales-figures.ts'
import { seasonValue } from '../../models/candidates/season.ts'
import { mayBeChance } from './chance.ts'

/** Days before the day of the instant: the four weeks around the same day a year ago, and the year that they lie in. */
export const SEASON_DAYS = { yearFrom: 379, weeksFrom: 379, weeksTo: 351, yearTo: 14 } as const
const WEEKS_DAYS = SEASON_DAYS.weeksFrom - SEASON_DAYS.weeksTo
const YEAR_DAYS = SEASON_DAYS.yearFrom - SEASON_DAYS.yearTo

/** So many average purchases are added to a product's own, at its category's index; and to a category's, at 1. */
const PRODUCT_PRIOR = 5
const CATEGORY_PRIOR = 20
const TOP = 200
/** A difference within so many standard deviations is taken for chance. */
const DEVIATIONS = 2

/** What the season needs of each item: purchases in those weeks, and in that year. */
export type SeasonCounts = {
  readonly weeks: (item: number) => number
  readonly year: (item: number) => number
}

/**
 * Index of each item for one day: purchases in the weeks against what they would be if the year were even, shrunk to
 * the category's index, and that to 1. What may be chance is none: the index is the category's, or 1.
 *
 * @param earliestAt start of the first tile with a purchase, epoch ms; Infinity in an empty shop
 * @param day the day of the instant, epoch ms
 */
export function seasonOf(
  items: ItemTable,
  counts: SeasonCounts,
  { day, earliestAt }: { readonly day: number; readonly earliestAt: number },
): SeasonFigures {
  if (earliestAt > day - SEASON_DAYS.yearFrom * DAY_MS) return NO_SEASON
  const share = weeksShare(items, counts)
  const byCategory = categoryIndexes(items, counts, share)
  const index = (item: number): number =>
    shrunk(counts.weeks(item), share * counts.year(item), {
      prior: PRODUCT_PRIOR,
      to: byCategory.get(items.category(item)) ?? 1,
    })
  const figures = { hasYear: true, purchases: counts.weeks, index }
  const top = bestItems(everyItem(items), TOP, (item) => seasonValue(figures, item), items.compare)
  return { ...figures, top: (limit) => top.slice(0, limit) }
}

export const NO_SEASON: SeasonFigures = Object.freeze({
  hasYear: false,
  purchases: () => 0,
  index: () => 1,
  top: () => [],
})

function categoryIndexes(items: ItemTable, counts: SeasonCounts, share: number): ReadonlyMap<number, number> {
  const sums = new Map<number, { weeks: number; year: number }>()
  for (const item of everyItem(items)) {
    const sum = sums.get(items.category(item)) ?? { weeks: 0, year: 0 }
    sum.weeks += counts.weeks(item)
    sum.year += counts.year(item)
    sums.set(items.category(item), sum)
  }
  return new Map(
    [...sums].map(([category, { weeks, year }]) => [
      category,
      shrunk(weeks, share * year, { prior: CATEGORY_PRIOR, to: 1 }),
    ]),
  )
}

/**
 * Share of a year's purchases that the weeks would have if every day of the year were alike; less where the shop sold less in
 * them, since it has grown since.
 */
function weeksShare(items: ItemTable, counts: SeasonCounts): number {
  let [weeks, year] = [0, 0]
  for (const item of everyItem(items)) {
    weeks += counts.weeks(item)
    year += counts.year(item)
  }
  const even = WEEKS_DAYS / YEAR_DAYS
  return year === 0 ? even : Math.min(even, weeks / year)
}

const shrunk = (
  seen: number,
  even: number,
  { prior, to }: { readonly prior: number; readonly to: number },
): number => (mayBeChance(seen, even * to, DEVIATIONS) ? to : (seen + prior * to) / (even + prior))

export function* everyItem({ count }: ItemTable): Generator<number> {
  for (let item = 0; item < count; item += 1) yield item
}
