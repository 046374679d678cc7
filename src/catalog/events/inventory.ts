import Type from 'typebox'
import { source } from '../../algebra/source.ts'
import { columnsOf } from '../columns-of.ts'
import { Cents, Id, Instant, Units } from './fields.ts'

/**
 * Stock, and perhaps price, of a product: what changes often. The winner is the greatest (updated_at, offset); it
 * holds in place of the product's own figures unless the product's version is newer.
 */
export const InventoryLevel = Type.Object(
  {
    sku: Id('product or variant'),
    inventory: Units('units in stock; 0: not shown'),
    price_cents: Type.Optional(Cents('price now; absent: the product’s own')),
    updated_at: Instant('when this version became true'),
  },
  {
    additionalProperties: false,
    title: 'InventoryLevel',
    description:
      'Stock, and perhaps price, of a product: what changes often. It holds in place of the product’s own figures unless the product’s version is newer.',
  },
)
export type InventoryLevel = Type.Static<typeof InventoryLevel>

export const inventory = source({
  name: 'inventory',
  columns: columnsOf(InventoryLevel),
  partitionBy: 'sku',
  at: 'updated_at',
  id: ['sku', 'updated_at'],
  isEntity: true,
  checks: [],
})
