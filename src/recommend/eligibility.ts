import type { Product } from '../catalog/events/products.ts'
import type { DecisionRequest } from './decision.ts'

/** Whether a product may be shown at all: sold, available, in stock (or stock not tracked). */
export function mayBeShown(product: Product, asOf: number): boolean {
  if (product.deleted === true) return false
  if (product.available_from !== undefined && product.available_from > asOf) return false
  return product.inventory === undefined || product.inventory > 0
}

/** Whether the request leaves room for it: not the page's product, not in the basket, not excluded. */
export function fitsRequest(product: Product, request: DecisionRequest): boolean {
  if (product.sku === request.sku || request.cart.includes(product.sku)) return false
  if (request.exclude.includes(product.sku)) return false
  const { category } = request
  return (
    category === undefined || product.category === category || product.category.startsWith(`${category}/`)
  )
}
