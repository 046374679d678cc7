import { type CandidateSource, SILENT } from './candidate-source.ts'
import type { Person } from './person.ts'

/** What the people of one group buy, more than others do; computed once for a group. */
export type GroupSales = {
  readonly days: number
  /** How much the item is theirs, in [0, 1]: `groupValue`. */
  readonly value: (item: number) => number
  /** Items of the greatest value, best first, ties by sku. */
  readonly best: readonly number[]
  /** The group around the person that buys the item most beyond others, in words: `women of your generation`. */
  readonly told: (item: number) => { readonly group: string; readonly purchases: number }
}

/** The group of a person; null where nothing of their kind is known before `asOf`. */
export type GroupSalesAt = (person: Person, asOf: number) => GroupSales | null

/**
 * How much they buy it, and how much more than everybody: 0 where it is no more, since all that is popular would be
 * said of all groups.
 * @param greatest share of any product in the group
 */
export function groupValue(share: number, shareOfAll: number, greatest: number): number {
  const more = share - shareOfAll
  return more <= 0 ? 0 : Math.sqrt(share / greatest) * (more / share)
}

/**
 * Products that people of the shopper's generation, gender and place buy, more than others do. Silent without the
 * shopper's consent; only people who consent count in a group.
 */
export const segment = (groupAt: GroupSalesAt): CandidateSource => ({
  name: 'segment',
  driver: 'demographics',
  prepare: ({ person, asOf }) => {
    const group = person === null ? null : groupAt(person, asOf)
    if (group === null) return SILENT
    return {
      propose: (limit) => group.best.slice(0, limit),
      valueFor: group.value,
      evidenceOf: (item) => ({ kind: 'popular_with', ...group.told(item), days: group.days }),
    }
  },
})
