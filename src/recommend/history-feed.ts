import type { Customer } from '../catalog/events/customers.ts'
import { shopperProduct } from '../catalog/views/shopper-product.ts'
import { shopperRecent } from '../catalog/views/shopper-recent.ts'
import type { LatestEntry } from '../compile/tile.ts'
import { DAY_MS } from '../core/duration.ts'
import { type HistoryEntry, HistoryIndex } from '../models/candidates/history-index.ts'
import type { ItemTable } from '../models/candidates/item-table.ts'
import type { ShopState } from './shop-state.ts'

/** Visits, and baskets, that are kept in memory: the newest. */
const CAPACITY = 200_000
const PURCHASES = Object.keys(shopperProduct.measures).indexOf('purchases')

/**
 * Days of customers who agreed to be learnt from: what they looked at in a day is a visit, what they bought in a day
 * a basket. Nobody else's, and no anonymous sessions' (docs/decisions/0006-consent.md).
 */
export class HistoryFeed {
  readonly visits = new HistoryIndex(CAPACITY)
  readonly baskets = new HistoryIndex(CAPACITY)
  readonly #state: ShopState
  readonly #items: ItemTable

  constructor(state: ShopState, items: ItemTable) {
    this.#state = state
    this.#items = items
    this.#fill()
  }

  /** Reads anew what a customer did, or agreed to. */
  changed(customerId: string): void {
    const { visits, baskets } = this.#entriesOf(customerId)
    this.visits.replace(customerId, visits)
    this.baskets.replace(customerId, baskets)
  }

  /** Whoever was there last comes last, so that it is the newest that are kept. */
  #fill(): void {
    const all = [...this.#state.entities('customers')].map((customer) => {
      const id = String(customer['customer_id'])
      return { id, ...this.#entriesOf(id) }
    })
    const newest = (entries: readonly HistoryEntry[]) =>
      entries.reduce((most, { at }) => Math.max(most, at), 0)
    for (const kind of ['visits', 'baskets'] as const) {
      const own = all
        .filter((one) => one[kind].length > 0)
        .map(({ id, [kind]: entries }) => ({ id, entries, at: newest(entries) }))
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      for (const { id, entries } of own) this[kind].replace(id, entries)
    }
  }

  #entriesOf(customerId: string): { readonly visits: HistoryEntry[]; readonly baskets: HistoryEntry[] } {
    const customer = this.#state.entity('customers', customerId) as Customer | undefined
    if (customer?.consent.training !== true || customer.deleted === true) return { visits: [], baskets: [] }
    const key = `c:${customerId}`
    const visits: HistoryEntry[] = []
    for (const { tileStart, values } of this.#state.ownerTiles(shopperRecent.name, key)) {
      const recent = ((values[0] ?? []) as readonly LatestEntry[]).toReversed()
      const last = recent.at(-1)
      const items = this.#numbers(recent.map(({ word }) => word))
      if (last !== undefined && items.length > 1) {
        visits.push({ key: `${key} ${tileStart}`, owner: key, at: last.at, items })
      }
    }
    return { visits: visits.sort((a, b) => a.at - b.at), baskets: this.#basketsOf(key) }
  }

  /** A basket counts from the end of its day on: within it the order of purchases is not known. */
  #basketsOf(key: string): HistoryEntry[] {
    const days = new Map<number, string[]>()
    for (const tile of this.#state.ownerTiles(shopperProduct.name, key)) {
      if (Number(tile.values[PURCHASES]) === 0) continue
      const bought = days.get(tile.tileStart)
      if (bought === undefined) days.set(tile.tileStart, [tile.key[1] ?? ''])
      else bought.push(tile.key[1] ?? '')
    }
    return [...days]
      .sort(([a], [b]) => a - b)
      .map(([day, skus]) => ({
        key: `${key} ${day}`,
        owner: key,
        at: day + DAY_MS - 1,
        items: this.#numbers(skus.sort()),
      }))
      .filter(({ items }) => items.length > 1)
  }

  #numbers(skus: readonly string[]): Int32Array {
    const numbers = new Set<number>()
    for (const sku of skus) {
      const item = this.#items.numberOf(sku)
      if (item >= 0) numbers.add(item)
    }
    return Int32Array.from(numbers)
  }
}
