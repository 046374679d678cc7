import type { Offer } from '../src/catalog/events/offers.ts'
import type { Product } from '../src/catalog/events/products.ts'
import { NaiveShopState } from './naive-shop-state.ts'

/** What a small customer is like, beside the id. */
export type Someone = {
  readonly personalisation?: boolean
  readonly demographics?: boolean
  readonly training?: boolean
  readonly fields?: object
  readonly at?: number
}

/** A shop of a test, in words; slow, and right by definition. */
export class SmallShop extends NaiveShopState {
  product(sku: string, fields: Partial<Product> = {}): void {
    const value = {
      sku,
      product_name: `The ${sku}`,
      category: 'Home',
      price_cents: 100,
      currency: 'GBP',
      updated_at: 1,
      ...fields,
    }
    this.add('products', value.updated_at, value)
  }

  customer(customer_id: string, someone: Someone = {}): void {
    const { personalisation = true, demographics = false, training = false, fields = {}, at = 1 } = someone
    const consent = { personalisation, demographics, training }
    this.add('customers', at, { customer_id, consent, updated_at: at, ...fields })
  }

  /** A basket of one each; of a guest if nobody is named. */
  order(customer_id: string | undefined, skus: readonly string[], at: number): void {
    const order_id = `o${this.position()}`
    const who = customer_id === undefined ? {} : { customer_id }
    const price = { quantity: 1, price_cents: 100, price_discount_cents: 0, currency: 'GBP' }
    for (const [index, sku] of skus.entries()) {
      this.add('orders', at, { order_id, line_no: index + 1, sku, ...price, ...who, ordered_at: at })
    }
  }

  click(event: string, session_id: string, sku: string, at: number, customer_id?: string): void {
    const who = customer_id === undefined ? {} : { customer_id }
    const click = { event_id: `e${this.position()}`, event, occurred_at: at, session_id }
    this.add('clickstream', at, { ...click, ...who, payload: { items: [{ item_id: sku }] } })
  }

  offer(offer_id: string, fields: Partial<Offer> & Pick<Offer, 'kind' | 'starts_at' | 'ends_at'>): void {
    this.add('offers', 1, { offer_id, updated_at: 1, ...fields })
  }
}
