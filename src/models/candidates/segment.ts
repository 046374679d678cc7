import { bestItems } from './best-items.ts'
import { type CandidateSource, SILENT } from './candidate-source.ts'
import type { ItemTable } from './item-table.ts'
import type { Person } from './person.ts'

/** What the people of one group bought, shrunk to larger groups: their share of each product. */
export type GroupSales = {
  /** In words: `women`, `women of your generation in GB`. */
  readonly words: string
  readonly days: number
  readonly purchases: (item: number) => number
  /** (purchases + 50 x share of the larger group) / (purchases of the group + 50). */
  readonly share: (item: number) => number
  /** The same share of everybody. */
  readonly shareOfAll: (item: number) => number
  readonly items: () => Iterable<number>
}

/** The group of a person at an instant; null where nothing of their kind is known. */
export type GroupSalesAt = (person: Person, asOf: number) => GroupSales | null

/**
 * Products that people of the shopper's generation, gender and place buy more than others do. Silent without the
 * shopper's consent; only people who consent count in a group.
 */
export const segment = (items: ItemTable, groupAt: GroupSalesAt): CandidateSource => ({
  name: 'segment',
  driver: 'demographics',
  prepare: ({ person, asOf }) => {
    const group = person === null ? null : groupAt(person, asOf)
    if (group === null) return SILENT
    let greatest = 0
    for (const item of group.items()) greatest = Math.max(greatest, group.share(item))
    /** How much they buy it, and how much more than everybody. */
    const valueFor = (item: number): number => {
      const share = group.share(item)
      if (share <= 0 || greatest === 0) return 0
      const lift = share / (share + group.shareOfAll(item))
      return Math.sqrt(share / greatest) * lift
    }
    return {
      propose: (limit) => bestItems(group.items(), limit, valueFor, items.compare),
      valueFor,
      evidenceOf: (item) => ({
        kind: 'popular_with',
        group: group.words,
        purchases: group.purchases(item),
        days: group.days,
      }),
    }
  },
})
