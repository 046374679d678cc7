import type { Offer } from '../catalog/events/offers.ts'
import type { Product } from '../catalog/events/products.ts'
import { productActivity } from '../catalog/views/product-activity.ts'
import { productPriceHistogram } from '../catalog/views/product-price-histogram.ts'
import { shopperProduct } from '../catalog/views/shopper-product.ts'
import { shopperRecent } from '../catalog/views/shopper-recent.ts'
import { ItemTable } from '../models/candidates/item-table.ts'
import { ContentIndex } from '../models/content/content-index.ts'
import { LiveSales } from './figures/live-sales.ts'
import { HistoryFeed } from './history-feed.ts'
import { ActiveOffers } from './offers/active-offers.ts'
import { DiscountShare } from './offers/discount-share.ts'
import { ShopDeals } from './offers/shop-deals.ts'
import { UsualPrices } from './offers/usual-prices.ts'
import type { ShopState } from './shop-state.ts'

/**
 * What decisions read of a shop beside the shopper: products, sales, content, visits, baskets and offers, in memory
 * by item number. The state says what changed; `refresh` brings that up to date before a decision, so a request
 * pays for what changed since the last one.
 */
export class LiveShop {
  readonly items = new ItemTable()
  readonly content = new ContentIndex()
  readonly sales: LiveSales
  readonly histories: HistoryFeed
  readonly usualPrices: UsualPrices
  readonly deals: ShopDeals
  readonly discountShare: DiscountShare
  readonly #state: ShopState
  readonly #changedProducts = new Set<string>()
  readonly #changedSales = new Set<string>()
  readonly #changedCustomers = new Set<string>()
  #offers: ActiveOffers | undefined

  /** @param state with products as they are sold (`sellableState`) */
  constructor(state: ShopState) {
    this.#state = state
    state.onChange((name, owner) => this.#note(name, owner))
    for (const product of state.entities('products')) this.#put(product as Product)
    this.items.rankSkus()
    this.sales = new LiveSales(state, this.items)
    this.histories = new HistoryFeed(state, this.items)
    this.usualPrices = new UsualPrices(state, this.items)
    this.deals = new ShopDeals({
      items: this.items,
      offersNow: () => this.offers,
      usualPrices: this.usualPrices,
      figuresAt: this.sales.at,
    })
    this.discountShare = new DiscountShare(state, this.items)
  }

  get offers(): ActiveOffers {
    this.#offers ??= new ActiveOffers(this.items, this.#state.entities('offers') as Iterable<Offer>)
    return this.#offers
  }

  refresh(): void {
    for (const sku of this.#changedProducts) this.#refreshProduct(sku)
    this.#changedProducts.clear()
    for (const sku of this.#changedSales) {
      const item = this.items.numberOf(sku)
      if (item < 0) continue
      this.sales.changed(item)
      this.usualPrices.changed(item)
      this.deals.changed(item)
      this.discountShare.changed(item)
    }
    this.#changedSales.clear()
    for (const customer of this.#changedCustomers) this.histories.changed(customer)
    this.#changedCustomers.clear()
  }

  #note(name: string, owner: string): void {
    switch (name) {
      case 'products':
        this.#changedProducts.add(owner)
        break
      case productActivity.name:
      case productPriceHistogram.name:
        this.#changedSales.add(owner)
        break
      case shopperProduct.name:
      case shopperRecent.name:
        if (owner.startsWith('c:')) this.#changedCustomers.add(owner.slice(2))
        break
      case 'customers':
        this.#changedCustomers.add(owner)
        break
      case 'offers':
        this.#offers = undefined
        break
    }
  }

  /** Lists by category and brand change with the product, before and after. */
  #refreshProduct(sku: string): void {
    const product = this.#state.entity('products', sku)
    if (product === undefined) return
    const before = this.items.numberOf(sku)
    if (before >= 0) this.sales.changed(before)
    else this.#offers = undefined
    const item = this.#put(product as Product)
    this.sales.changed(item)
    this.deals.changed(item)
  }

  #put(product: Product): number {
    const item = this.items.put(product)
    this.content.put(item, product)
    return item
  }
}
