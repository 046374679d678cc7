import type { RecordValue } from '../algebra/source.ts'
import type { ShopState } from './shop-state.ts'

/**
 * The product as it is sold now: stock and price of the newest `inventory` record hold in place of its own, unless
 * the product's version is newer. At the same instant `inventory` holds.
 */
export function sellableProduct(product: RecordValue, level: RecordValue | undefined): RecordValue {
  if (level === undefined || Number(level['updated_at']) < Number(product['updated_at'])) return product
  const { inventory, price_cents } = level
  return { ...product, inventory, ...(price_cents === undefined ? {} : { price_cents }) }
}

/**
 * The state with products as they are sold now: the one place where `inventory` is looked up. A change of an
 * inventory record is told as a change of its product too.
 */
export function sellableState(state: ShopState): ShopState {
  /** By the product's version, which is one object until it changes. */
  const made = new WeakMap<RecordValue, { readonly level: RecordValue; readonly product: RecordValue }>()
  const sold = (product: RecordValue): RecordValue => {
    const level = state.entity('inventory', String(product['sku']))
    if (level === undefined) return product
    const known = made.get(product)
    if (known?.level === level) return known.product
    const sellable = sellableProduct(product, level)
    made.set(product, { level, product: sellable })
    return sellable
  }
  return {
    position: state.position,
    newestAt: state.newestAt,
    tiles: state.tiles,
    ownerTiles: state.ownerTiles,
    entity: (source, id) => {
      const value = state.entity(source, id)
      return source === 'products' && value !== undefined ? sold(value) : value
    },
    entities: (source) => (source === 'products' ? eachSold(state, sold) : state.entities(source)),
    onChange: (listener) =>
      state.onChange((name, owner) => {
        listener(name, owner)
        if (name === 'inventory') listener('products', owner)
      }),
  }
}

function* eachSold(state: ShopState, sold: (product: RecordValue) => RecordValue): Generator<RecordValue> {
  for (const product of state.entities('products')) yield sold(product)
}
