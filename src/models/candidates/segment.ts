import { bestItems } from './best-items.ts'
import { type CandidateSource, SILENT } from './candidate-source.ts'
import type { ItemTable } from './item-table.ts'
import type { Person } from './person.ts'

/** What the people of one group bought, shrunk to larger groups: their share of each product. */
export type GroupSales = {
  readonly days: number
  /** Share of the group's purchases that are of the item, shrunk to the groups above; [0, 1]. */
  readonly share: (item: number) => number
  /** The same share of everybody who counts. */
  readonly shareOfAll: (item: number) => number
  /** The smallest group around the person in which somebody bought the item, in words: `women of your generation in GB`. */
  readonly told: (item: number) => { readonly group: string; readonly purchases: number }
  /** Items that somebody of the person's generation bought. */
  readonly items: readonly number[]
}

/** The group of a person; null where nothing of their kind is known before `asOf`. */
export type GroupSalesAt = (person: Person, asOf: number) => GroupSales | null

/**
 * Products that people of the shopper's generation, gender and place buy, more than others do. Silent without the
 * shopper's consent; only people who consent count in a group.
 */
export const segment = (items: ItemTable, groupAt: GroupSalesAt): CandidateSource => ({
  name: 'segment',
  driver: 'demographics',
  prepare: ({ person, asOf }) => {
    const group = person === null ? null : groupAt(person, asOf)
    if (group === null) return SILENT
    let greatest = 0
    for (const item of group.items) greatest = Math.max(greatest, group.share(item))
    const known = new Set(group.items)
    /** How much they buy it, and how much more than everybody: 0 where it is no more, since all that is popular would be said of all groups. */
    const valueFor = (item: number): number => {
      if (!known.has(item)) return 0
      const share = group.share(item)
      const more = share - group.shareOfAll(item)
      return more <= 0 ? 0 : Math.sqrt(share / greatest) * (more / share)
    }
    return {
      propose: (limit) => bestItems(group.items, limit, valueFor, items.compare),
      valueFor,
      evidenceOf: (item) => ({ kind: 'popular_with', ...group.told(item), days: group.days }),
    }
  },
})
