import type { Product } from '../../catalog/events/products.ts'
import { CategoryTree } from './category-tree.ts'
import { Labels } from './labels.ts'

const FIRST_CAPACITY = 1024
const NO_ITEMS: ReadonlySet<number> = new Set()

/** Why a product may not be shown, or null if it may. */
export type Obstacle = 'deleted' | 'not_yet_available' | 'out_of_stock' | null

/**
 * The products of a shop as columns by dense item number. Numbers are given in the order in which products come
 * and never change; what is compared or shown is the sku.
 */
export class ItemTable {
  readonly categories = new CategoryTree()
  readonly brands = new Labels()
  readonly #numbers = new Map<string, number>()
  readonly #products: Product[] = []
  readonly #parents = new Labels()
  readonly #skus: string[] = []
  /** Place in the order of the skus, by item number below those that came later. */
  #ranks = new Int32Array(0)
  /** By category: its items in the order of their set, until it changes. */
  readonly #lists: (readonly number[] | undefined)[] = []
  /** Items of each category, brand and parent, by its number. */
  readonly #members: Readonly<Record<'category' | 'brand' | 'parent', Set<number>[]>> = {
    category: [],
    brand: [],
    parent: [],
  }
  #capacity = FIRST_CAPACITY
  #category = new Int32Array(FIRST_CAPACITY)
  #brand = new Int32Array(FIRST_CAPACITY)
  #parent = new Int32Array(FIRST_CAPACITY)
  #priceCents = new Int32Array(FIRST_CAPACITY)
  #listPriceCents = new Int32Array(FIRST_CAPACITY)
  #availableFrom = new Float64Array(FIRST_CAPACITY)
  #state = new Uint8Array(FIRST_CAPACITY)

  /** Item numbers are below it. */
  get count(): number {
    return this.#products.length
  }

  /** Takes the version that holds now. @returns its number */
  put(product: Product): number {
    const known = this.#numbers.get(product.sku)
    const item = known ?? this.#products.length
    if (known === undefined) {
      this.#numbers.set(product.sku, item)
      if (item >= this.#capacity) this.#grow()
    }
    this.#products[item] = product
    this.#skus[item] = product.sku
    const isNew = known === undefined
    this.#move('category', item, this.categories.intern(product.category), isNew)
    this.#move('brand', item, product.brand === undefined ? -1 : this.brands.intern(product.brand), isNew)
    this.#move('parent', item, this.#parents.intern(product.parent_sku ?? product.sku), isNew)
    this.#priceCents[item] = product.price_cents
    this.#listPriceCents[item] = product.list_price_cents ?? 0
    this.#availableFrom[item] = product.available_from ?? 0
    this.#state[item] = product.deleted === true ? DELETED : product.inventory === 0 ? OUT_OF_STOCK : SOLD
    return item
  }

  /** -1 for a sku that is no product of the shop. */
  numberOf(sku: string): number {
    return this.#numbers.get(sku) ?? -1
  }

  /** @throws Error for a number that was never given */
  product(item: number): Product {
    const product = this.#products[item]
    if (product === undefined) throw new Error(`bug: no item ${item}`)
    return product
  }

  sku(item: number): string {
    return this.#skus[item] ?? ''
  }

  name(item: number): string {
    return this.#products[item]?.product_name ?? ''
  }

  category(item: number): number {
    return this.#category[item] ?? -1
  }

  /** -1 without one. */
  brand(item: number): number {
    return this.#brand[item] ?? -1
  }

  /** Equal for variants of one product, and for nothing else. */
  parent(item: number): number {
    return this.#parent[item] ?? -1
  }

  /** Minor units. */
  priceCents(item: number): number {
    return this.#priceCents[item] ?? 0
  }

  /** Minor units; 0 without one. */
  listPriceCents(item: number): number {
    return this.#listPriceCents[item] ?? 0
  }

  /** Epoch ms; 0 where it always was. */
  availableFrom(item: number): number {
    return this.#availableFrom[item] ?? 0
  }

  isShowable(item: number, asOf: number): boolean {
    return this.#state[item] === SOLD && (this.#availableFrom[item] ?? 0) <= asOf
  }

  obstacle(item: number, asOf: number): Obstacle {
    if (this.#state[item] === DELETED) return 'deleted'
    if (this.availableFrom(item) > asOf) return 'not_yet_available'
    return this.#state[item] === OUT_OF_STOCK ? 'out_of_stock' : null
  }

  /** Items whose category is exactly this one. */
  inCategory(category: number): ReadonlySet<number> {
    return this.#members.category[category] ?? NO_ITEMS
  }

  /** The same as a list, to draw from. */
  listOfCategory(category: number): readonly number[] {
    const known = this.#lists[category]
    if (known !== undefined || category < 0) return known ?? []
    const list = [...this.inCategory(category)]
    this.#lists[category] = list
    return list
  }

  ofBrand(brand: number): ReadonlySet<number> {
    return this.#members.brand[brand] ?? NO_ITEMS
  }

  /** An item and its variants. */
  variants(item: number): ReadonlySet<number> {
    return this.#members.parent[this.parent(item)] ?? NO_ITEMS
  }

  /** The order that settles ties: by sku. */
  compare = (a: number, b: number): number => {
    if (a === b) return 0
    const [x, y] = [this.#ranks[a], this.#ranks[b]]
    if (x !== undefined && y !== undefined) return x - y
    return this.sku(a) < this.sku(b) ? -1 : 1
  }

  /** Sorts the skus that there are, so that those are compared by number; later ones are compared by text. */
  rankSkus(): void {
    const skus = this.#skus
    const order = Int32Array.from(skus.keys()).sort((a, b) => ((skus[a] ?? '') < (skus[b] ?? '') ? -1 : 1))
    this.#ranks = new Int32Array(order.length)
    for (let rank = 0; rank < order.length; rank += 1) this.#ranks[order[rank] ?? 0] = rank
  }

  #move(kind: 'category' | 'brand' | 'parent', item: number, to: number, isNew: boolean): void {
    const column = kind === 'category' ? this.#category : kind === 'brand' ? this.#brand : this.#parent
    const from = column[item] ?? -1
    if (!isNew && from === to) return
    const groups = this.#members[kind]
    if (kind === 'category') this.#lists[from] = this.#lists[to] = undefined
    if (!isNew) groups[from]?.delete(item)
    column[item] = to
    if (to < 0) return
    const group = groups[to]
    if (group === undefined) groups[to] = new Set([item])
    else group.add(item)
  }

  #grow(): void {
    this.#capacity *= 2
    const grown = <Column extends Int32Array | Float64Array | Uint8Array>(
      column: Column,
      fresh: Column,
    ): Column => {
      fresh.set(column)
      return fresh
    }
    this.#category = grown(this.#category, new Int32Array(this.#capacity))
    this.#brand = grown(this.#brand, new Int32Array(this.#capacity))
    this.#parent = grown(this.#parent, new Int32Array(this.#capacity))
    this.#priceCents = grown(this.#priceCents, new Int32Array(this.#capacity))
    this.#listPriceCents = grown(this.#listPriceCents, new Int32Array(this.#capacity))
    this.#availableFrom = grown(this.#availableFrom, new Float64Array(this.#capacity))
    this.#state = grown(this.#state, new Uint8Array(this.#capacity))
  }
}

const SOLD = 0
const OUT_OF_STOCK = 1
const DELETED = 2
