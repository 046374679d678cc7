import { DAY_MS, floorTo } from '../../core/duration.ts'
import type { Interactions } from '../../models/evaluation/split.ts'
import { sequencesOf } from '../../models/sequences.ts'

/** A bought line. */
export type OrderedItem = {
  readonly shopper: string
  readonly item: string
  readonly order: string
  readonly atMs: number
  readonly title: string
}

type Entry = { readonly item: string; readonly atMs: number }

/** Gathers order lines, one per shopper, item and order, into dated sequences. */
export class OrderHistories {
  private readonly shoppers = new Map<string, Entry[]>()
  private readonly seen = new Set<string>()
  private readonly titles = new Map<string, string>()

  /** The first line of a shopper, item and order counts; lines of one instant keep the order of arrival. */
  add({ shopper, item, order, atMs, title }: OrderedItem): void {
    const key = JSON.stringify([shopper, item, order])
    if (this.seen.has(key)) return
    this.seen.add(key)
    if (!this.titles.get(item)) this.titles.set(item, title)
    const entries = this.shoppers.get(shopper)
    if (entries === undefined) this.shoppers.set(shopper, [{ item, atMs }])
    else entries.push({ item, atMs })
  }

  /** Shoppers and items numbered in the order of their ids, days counted from the first event's UTC day. */
  toInteractions(): Interactions {
    const items = [...this.titles.keys()].sort()
    const numbers = new Map(items.map((item, number) => [item, number]))
    const histories = [...this.shoppers.keys()]
      .sort()
      .map((shopper) => (this.shoppers.get(shopper) ?? []).toSorted((a, b) => a.atMs - b.atMs))
    const firstAtMs = histories.reduce(
      (first, [oldest]) => Math.min(first, oldest?.atMs ?? first),
      Number.POSITIVE_INFINITY,
    )
    const firstDayMs = histories.length === 0 ? 0 : floorTo(firstAtMs, DAY_MS)
    return {
      sequences: sequencesOf(
        items.length,
        histories.map((entries) => entries.map(({ item }) => numbers.get(item) ?? 0)),
        histories.map((entries) => entries.map(({ atMs }) => Math.floor((atMs - firstDayMs) / DAY_MS))),
      ),
      content: { titles: items.map((item) => this.titles.get(item) ?? ''), attributes: items.map(() => []) },
    }
  }
}
