import { DAY_MS, floorTo } from '../../core/duration.ts'
import type { LineColumns } from '../../models/line-columns.ts'
import { type Person, UNKNOWN_PERSON } from '../../models/person.ts'
import type { Sequences } from '../../models/sequences.ts'
import { GrowingNumbers } from './growing-numbers.ts'

/** A bought line; money in minor units. */
export type OrderedItem = {
  readonly shopper: string
  readonly item: string
  readonly order: string
  readonly atMs: number
  readonly quantity: number
  readonly priceCents: number
  /** Null where the data knows no discounts. */
  readonly discountCents: number | null
}

/** Sequences with the ids that their numbers stand for. */
export type NamedSequences = {
  readonly sequences: Sequences
  /** Ascending, as item numbers are. */
  readonly itemIds: readonly string[]
  readonly shopperIds: readonly string[]
}

const COLUMNS = ['shopper', 'item', 'order', 'quantity', 'priceCents', 'discountCents'] as const

/** Gathers order lines, one per shopper, item and order, into dated sequences. Columns only, 28 bytes a line. */
export class OrderHistories {
  private readonly shoppers = new Ids()
  private readonly items = new Ids()
  private readonly orders = new Ids()
  /** Of each order its first instant and its shopper, by order number. */
  private readonly orderAtMs: number[] = []
  private readonly columns = Object.fromEntries(
    COLUMNS.map((name) => [name, new GrowingNumbers()]),
  ) as Record<(typeof COLUMNS)[number], GrowingNumbers>
  private hasDiscounts = false

  /** Gives an item a number although nobody here has ordered it. */
  name(item: string): void {
    this.items.numberOf(item)
  }

  itemNames(): Iterable<string> {
    return this.items.names()
  }

  /**
   * Lines of one shopper, item and order become one: their quantities add up, the first one's price holds. An
   * order happens at the earliest instant of its lines; orders of one instant keep the order of arrival.
   */
  add({ shopper, item, order, atMs, quantity, priceCents, discountCents }: OrderedItem): void {
    // The same order number of two shoppers is two orders.
    const orderNo = this.orders.numberOf(`${shopper}\n${order}`)
    this.orderAtMs[orderNo] = Math.min(this.orderAtMs[orderNo] ?? atMs, atMs)
    this.columns.shopper.push(this.shoppers.numberOf(shopper))
    this.columns.item.push(this.items.numberOf(item))
    this.columns.order.push(orderNo)
    this.columns.quantity.push(quantity)
    this.columns.priceCents.push(priceCents)
    this.columns.discountCents.push(discountCents ?? 0)
    this.hasDiscounts ||= discountCents !== null
  }

  /**
   * Shoppers and items numbered in the order of their ids, days counted from the first event's UTC day.
   * @param people by shopper id
   */
  toSequences(people?: ReadonlyMap<string, Person>): NamedSequences {
    const shoppers = this.shoppers.inOrder()
    const items = this.items.inOrder()
    const { lines, starts } = this.merged(shoppers.rankOf)
    const column = (name: keyof typeof lines, map: (value: number) => number = Number) => lines[name].map(map)
    const atMs = Float64Array.from(lines.order, (order) => this.orderAtMs[order] ?? 0)
    const firstDayMs =
      atMs.length === 0
        ? 0
        : floorTo(
            atMs.reduce((a, b) => Math.min(a, b)),
            DAY_MS,
          )
    return {
      sequences: {
        itemCount: items.ids.length,
        starts,
        items: column('item', (item) => items.rankOf[item] ?? 0),
        days: Int32Array.from(atMs, (at) => Math.floor((at - firstDayMs) / DAY_MS)),
        firstDayMs,
        lines: {
          orders: numberedInEach(lines.order, starts),
          atMs,
          quantities: lines.quantity,
          priceCents: lines.priceCents,
          discountCents: this.hasDiscounts ? lines.discountCents : null,
        } satisfies LineColumns,
        ...(people === undefined
          ? {}
          : { people: shoppers.ids.map((id) => people.get(id) ?? UNKNOWN_PERSON) }),
      },
      itemIds: items.ids,
      shopperIds: shoppers.ids,
    }
  }

  /** The lines in the order of histories, those of one order and item as one. */
  private merged(shopperRank: Int32Array) {
    const all = Object.fromEntries(COLUMNS.map((name) => [name, this.columns[name].toArray()])) as Record<
      (typeof COLUMNS)[number],
      Int32Array
    >
    const places = this.sorted(all, shopperRank)
    const starts = new Int32Array(shopperRank.length + 1)
    const kept = new Int32Array(places.length)
    const orderOfItem = new Int32Array(this.items.size).fill(-1)
    const firstPlace = new Int32Array(this.items.size)
    let size = 0
    for (const place of places) {
      const [item, order] = [all.item[place] ?? 0, all.order[place] ?? 0]
      if (orderOfItem[item] === order) {
        const first = firstPlace[item] ?? 0
        all.quantity[first] = (all.quantity[first] ?? 0) + (all.quantity[place] ?? 0)
        continue
      }
      orderOfItem[item] = order
      firstPlace[item] = place
      kept[size++] = place
      const next = (shopperRank[all.shopper[place] ?? 0] ?? 0) + 1
      starts[next] = (starts[next] ?? 0) + 1
    }
    for (let rank = 0; rank < shopperRank.length; rank += 1) {
      starts[rank + 1] = (starts[rank + 1] ?? 0) + (starts[rank] ?? 0)
    }
    const lines = Object.fromEntries(
      COLUMNS.map((name) => [name, kept.subarray(0, size).map((place) => all[name][place] ?? 0)]),
    ) as Record<(typeof COLUMNS)[number], Int32Array>
    return { lines, starts }
  }

  private sorted(all: Record<'shopper' | 'order', Int32Array>, shopperRank: Int32Array): Int32Array {
    return Int32Array.from(all.shopper.keys()).sort((a, b) => {
      const [orderA, orderB] = [all.order[a] ?? 0, all.order[b] ?? 0]
      return (
        (shopperRank[all.shopper[a] ?? 0] ?? 0) - (shopperRank[all.shopper[b] ?? 0] ?? 0) ||
        (this.orderAtMs[orderA] ?? 0) - (this.orderAtMs[orderB] ?? 0) ||
        orderA - orderB ||
        a - b
      )
    })
  }
}

/** Orders of each history numbered from 0. */
function numberedInEach(orders: Int32Array, starts: Int32Array): Int32Array {
  const numbers = new Int32Array(orders.length)
  for (let shopper = 0; shopper + 1 < starts.length; shopper += 1) {
    const [from, to] = [starts[shopper] ?? 0, starts[shopper + 1] ?? 0]
    for (let place = from + 1; place < to; place += 1) {
      numbers[place] = (numbers[place - 1] ?? 0) + (orders[place] === orders[place - 1] ? 0 : 1)
    }
  }
  return numbers
}

/** Texts by number, in the order of arrival. */
class Ids {
  private readonly numbers = new Map<string, number>()

  get size(): number {
    return this.numbers.size
  }

  names(): Iterable<string> {
    return this.numbers.keys()
  }

  numberOf(id: string): number {
    const known = this.numbers.get(id)
    if (known !== undefined) return known
    this.numbers.set(id, this.numbers.size)
    return this.numbers.size - 1
  }

  /** The ids sorted, and the place of each number among them. */
  inOrder(): { readonly ids: readonly string[]; readonly rankOf: Int32Array } {
    const ids = [...this.numbers.keys()].sort()
    const rankOf = new Int32Array(ids.length)
    for (const [rank, id] of ids.entries()) rankOf[this.numbers.get(id) ?? 0] = rank
    return { ids, rankOf }
  }
}
