import type { CandidateSource, Evidence } from './candidate-source.ts'
import type { ItemTable } from './item-table.ts'
import type { SalesFigures, SalesFiguresAt, WindowDays, WindowShare } from './sales-figures.ts'

/** How much each window counts; those in which nothing happened leave their share to the others. */
const SHARES: readonly (readonly [WindowDays, number])[] = [
  [1, 0.1],
  [7, 0.25],
  [30, 0.4],
  [90, 0.25],
]
/** Where nothing happened in any of them. */
const FALLBACK: readonly (readonly [WindowDays, number])[] = [[365, 1]]
/** It rises if a week saw so many purchases, and so many times as many a day as the weeks before. */
const RISING = { days: 7, before: 30, purchases: 5, times: 2 } as const

/** Products that everybody buys now: of the last day, week, month and quarter, so that what rises shows early. */
export const popular = (items: ItemTable, figuresAt: SalesFiguresAt): CandidateSource => ({
  name: 'popular',
  driver: 'popularity',
  prepare: ({ asOf, category }) => {
    const sales = figuresAt(asOf)
    const some = SHARES.filter(([days]) => sales.greatest(days) > 0)
    const asked = some.length > 0 ? some : FALLBACK
    const total = asked.reduce((sum, [, share]) => sum + share, 0)
    const windows = asked.map(
      ([days, share]): WindowShare => ({
        days,
        share: share / total,
        scale: Math.log1p(sales.greatest(days)),
      }),
    )
    const told = windows.filter(({ scale }) => scale > 0)
    const valueFor = (item: number): number => sales.popularity(item, told)
    return {
      propose: (limit) =>
        category >= 0
          ? ofCategory(items, sales, category, limit)
          : unionOf(
              windows.map(({ days }) => sales.top(days, limit)),
              limit,
            ),
      valueFor,
      evidenceOf: (item) => evidence(sales, item),
    }
  },
})

/** Lists woven together: the first of each, then the second of each, and so on. */
export function unionOf(lists: readonly (readonly number[])[], limit: number): number[] {
  const union = new Set<number>()
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0)
  for (let place = 0; place < longest; place += 1) {
    for (const list of lists) {
      const item = list[place]
      if (item !== undefined) union.add(item)
      if (union.size === limit) return [...union]
    }
  }
  return [...union]
}

function ofCategory(items: ItemTable, sales: SalesFigures, category: number, limit: number): number[] {
  const lists: (readonly number[])[] = []
  for (let other = 0; other < items.categories.count; other += 1) {
    if (items.categories.isWithin(other, category)) lists.push(sales.topOfCategory(other, limit))
  }
  return unionOf(lists, limit)
}

function evidence(sales: SalesFigures, item: number): Evidence {
  const [week, month] = [sales.purchases(item, RISING.days), sales.purchases(item, RISING.before)]
  const before = (month - week) / (RISING.before - RISING.days)
  const times = before === 0 ? 0 : week / RISING.days / before
  if (week >= RISING.purchases && times >= RISING.times) {
    return { kind: 'rising', purchases: week, days: RISING.days, times }
  }
  for (const days of [30, 90, 365] as const) {
    const purchases = sales.purchases(item, days)
    if (purchases > 0) return { kind: 'popular', purchases, days }
    const views = sales.views(item, days)
    if (views > 0) return { kind: 'browsed', views, days }
  }
  return { kind: 'none' }
}
