import Type from 'typebox'
import { source } from '../../algebra/source.ts'
import { columnsOf } from '../columns-of.ts'
import { Cents, Currency, Id, Instant, Text, Units } from './fields.ts'

/** A version of a product. The winner is the greatest (updated_at, offset). */
export const Product = Type.Object(
  {
    sku: Id('product or variant'),
    product_name: Text('name as shown'),
    category: Text('path, `Home/Kitchen/Mugs`', 500),
    inventory: Type.Optional(Units('units in stock; absent: stock is not tracked and counts as in stock')),
    price_cents: Cents('price now'),
    list_price_cents: Type.Optional(Cents('recommended price')),
    cost_cents: Type.Optional(Cents('what it costs the shop')),
    currency: Currency,
    brand: Type.Optional(Text('brand', 200)),
    description: Type.Optional(Text('text', 20_000)),
    image_url: Type.Optional(Text('picture')),
    parent_sku: Type.Optional(Id('product of which this is a variant')),
    attributes: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'further facts, name to value' }),
    ),
    embedding: Type.Optional(
      Type.Array(Type.Number(), { maxItems: 4096, description: 'vector; never in statistics' }),
    ),
    available_from: Type.Optional(Instant('not shown before')),
    deleted: Type.Optional(Type.Boolean({ description: 'true: no longer sold' })),
    updated_at: Instant('when this version became true'),
  },
  {
    additionalProperties: false,
    title: 'Product',
    description: 'A version of a product or variant. The greatest `updated_at` holds, whichever came first.',
  },
)
export type Product = Type.Static<typeof Product>

const { embedding: _embedding, ...statisticFields } = Product.properties

export const products = source({
  name: 'products',
  columns: columnsOf(Type.Object(statisticFields)),
  partitionBy: 'sku',
  at: 'updated_at',
  id: ['sku', 'updated_at'],
  isEntity: true,
  checks: [],
})
