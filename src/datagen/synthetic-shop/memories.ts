import { DAY_MS } from '../../core/duration.ts'
import type { Random } from '../../core/random.ts'
import type { ShopProduct } from './shop-products.ts'

type Memory = {
  /** What was bought and is used up at an instant. */
  refills: { readonly item: ShopProduct; readonly dueAt: number }[]
  /** What is on the wishlist. */
  wishes: ShopProduct[]
}

const MOST_WISHES = 10

/** What customers carry over from one visit to the next; only those who carry something take memory. */
export class Memories {
  readonly #byCustomer = new Map<number, Memory>()

  wishes(customer: number | null): readonly ShopProduct[] {
    return (customer === null ? undefined : this.#byCustomer.get(customer)?.wishes) ?? []
  }

  wish(customer: number | null, item: ShopProduct): void {
    if (customer === null) return
    const { wishes } = this.#of(customer)
    if (!wishes.includes(item) && wishes.length < MOST_WISHES) wishes.push(item)
  }

  unwish(customer: number | null, item: ShopProduct): void {
    const memory = customer === null ? undefined : this.#byCustomer.get(customer)
    if (memory !== undefined) memory.wishes = memory.wishes.filter((other) => other !== item)
  }

  /** Something was bought: if it is used up, it will be wanted again. */
  bought(customer: number | null, item: ShopProduct, at: number, random: Random): void {
    const days = item.leaf.usedUpDays
    if (days === undefined || customer === null) return
    this.#of(customer).refills.push({
      item,
      dueAt: at + Math.round(days * (0.8 + 0.4 * random.next()) * DAY_MS),
    })
  }

  /** What the customer has used up by now; it is not due again until bought again. */
  takeDue(customer: number | null, at: number): readonly ShopProduct[] {
    const memory = customer === null ? undefined : this.#byCustomer.get(customer)
    if (memory === undefined || memory.refills.length === 0) return []
    const due = memory.refills.filter(({ dueAt }) => dueAt <= at)
    if (due.length === 0) return []
    memory.refills = memory.refills.filter(({ dueAt }) => dueAt > at)
    return [...new Set(due.map(({ item }) => item))]
  }

  #of(customer: number): Memory {
    const known = this.#byCustomer.get(customer)
    if (known !== undefined) return known
    const fresh: Memory = { refills: [], wishes: [] }
    this.#byCustomer.set(customer, fresh)
    return fresh
  }
}
