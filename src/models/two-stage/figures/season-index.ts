import { entriesBefore, type ItemTimelines } from './item-timelines.ts'

/** Width of the kernel around this day of the year, and what it is compared with. */
const KERNEL_DAYS = 28
const YEAR_DAYS = 365
/** An index counts as much as this many sales of what it is shrunk to. */
const PRIOR_SALES = 5

/**
 * Per item: its sales in the 28 days around this day of the past years over those of as many days of any time,
 * shrunk to its category's index, and that to 1, by sales. Null with less than a year of history.
 * @source ALGORITHMS, section 6
 */
export function seasonIndexes(
  timelines: ItemTimelines,
  categories: Int32Array | null,
  asOfDay: number,
): Float64Array | null {
  const historyDays = asOfDay - firstDay(timelines)
  const years = Math.floor((historyDays + KERNEL_DAYS / 2) / YEAR_DAYS)
  if (years < 1) return null
  const itemCount = timelines.starts.length - 1
  const kernel = new Float64Array(itemCount)
  const expected = new Float64Array(itemCount)
  for (let item = 0; item < itemCount; item += 1) {
    const before = (daysAgo: number) => entriesBefore(timelines, item, asOfDay - daysAgo)
    for (let year = 1; year <= years; year += 1) {
      const centre = YEAR_DAYS * year
      kernel[item] = (kernel[item] ?? 0) + before(centre - KERNEL_DAYS / 2) - before(centre + KERNEL_DAYS / 2)
    }
    const sales = before(0) - (timelines.starts[item] ?? 0)
    expected[item] = (sales * KERNEL_DAYS * years) / historyDays
  }
  const byCategory = categoryIndexes(kernel, expected, categories)
  return kernel.map((sales, item) => {
    const towards = byCategory(item)
    return (sales + PRIOR_SALES * towards) / ((expected[item] ?? 0) + PRIOR_SALES)
  })
}

function categoryIndexes(
  kernel: Float64Array,
  expected: Float64Array,
  categories: Int32Array | null,
): (item: number) => number {
  if (categories === null) return () => 1
  const sums = new Map<number, { sales: number; expected: number }>()
  for (const [item, category] of categories.entries()) {
    const sum = sums.get(category) ?? { sales: PRIOR_SALES, expected: PRIOR_SALES }
    sum.sales += kernel[item] ?? 0
    sum.expected += expected[item] ?? 0
    sums.set(category, sum)
  }
  return (item) => {
    const sum = sums.get(categories[item] ?? -1)
    return sum === undefined ? 1 : sum.sales / sum.expected
  }
}

function firstDay({ starts, days }: ItemTimelines): number {
  let first = Number.POSITIVE_INFINITY
  if (days === null) return first
  for (let item = 0; item + 1 < starts.length; item += 1) {
    if (starts[item] !== starts[item + 1]) first = Math.min(first, days[starts[item] ?? 0] ?? first)
  }
  return first
}
