import { type AvroField, type AvroRecord, type AvroType, avroSchemaOf } from '../../../catalog/avro.ts'
import type { DatagenConnector } from './deployment.ts'

/** How Confluent's generator makes a value up. @source confluentinc/avro-random-generator, README */
type Annotation =
  | { readonly options: readonly unknown[] }
  | { readonly regex: string }
  | { readonly range: { readonly min: number; readonly max: number } }
  | { readonly iteration: { readonly start: number; readonly step: number } }
  | { readonly length: { readonly min: number; readonly max: number } }

/** Of the fields that are made up: by name, or by path from the record. Optional fields that are not here stay away. */
type Recipe = {
  readonly maxIntervalMs: number
  readonly fields: (step: Steps) => Readonly<Record<string, Annotation>>
}
type Steps = { readonly instant: Annotation }

const SKUS = Array.from({ length: 40 }, (_, number) => `sku-${number + 1}`)
const CUSTOMERS = Array.from({ length: 60 }, (_, number) => `c-${number + 1}`)
const cents: Annotation = { range: { min: 500, max: 9999 } }
const sku: Annotation = { options: SKUS }

/** The mission's four streams; they name the same products and people. */
const RECIPES = {
  products: {
    maxIntervalMs: 5000,
    fields: ({ instant }) => ({
      sku,
      product_name: { options: ['Mug', 'Teapot', 'Plate', 'Bowl', 'Lamp', 'Cushion', 'Blanket', 'Clock'] },
      category: {
        options: ['Home/Kitchen/Mugs', 'Home/Kitchen/Plates', 'Home/Living/Light', 'Home/Living/Soft'],
      },
      inventory: { range: { min: 0, max: 500 } },
      price_cents: cents,
      list_price_cents: { range: { min: 9999, max: 14_999 } },
      currency: { options: ['GBP'] },
      brand: { options: ['Norrland', 'Hearth', 'Plain & Co'] },
      updated_at: instant,
    }),
  },
  orders: {
    maxIntervalMs: 2000,
    fields: ({ instant }) => ({
      order_id: { regex: 'o-[0-9a-f]{16}' },
      line_no: { options: [0] },
      customer_id: { options: CUSTOMERS },
      sku,
      quantity: { range: { min: 1, max: 4 } },
      price_cents: cents,
      price_discount_cents: { options: [0, 0, 0, 100, 250] },
      currency: { options: ['GBP'] },
      ordered_at: instant,
    }),
  },
  customers: {
    maxIntervalMs: 5000,
    fields: ({ instant }) => ({
      customer_id: { options: CUSTOMERS },
      birth_year: { range: { min: 1940, max: 2008 } },
      gender: { options: ['female', 'male', 'other'] },
      location: { options: ['GB', 'IE', 'US-CA', 'US-NY', 'DE'] },
      'consent.personalisation': { options: [true, true, true, false] },
      'consent.demographics': { options: [true, false] },
      'consent.training': { options: [true, true, false] },
      updated_at: instant,
    }),
  },
  clickstream: {
    maxIntervalMs: 500,
    fields: ({ instant }) => ({
      event_id: { regex: 'e-[0-9a-f]{16}' },
      event: {
        options: ['view_item', 'view_item', 'view_item', 'select_item', 'add_to_cart', 'add_to_wishlist'],
      },
      occurred_at: instant,
      session_id: { regex: 's-[0-9]{3}' },
      customer_id: { options: CUSTOMERS },
      'payload.items': { length: { min: 1, max: 2 } },
      'payload.items[].item_id': sku,
      'payload.items[].price_cents': cents,
      'payload.items[].quantity': { options: [1] },
    }),
  },
} as const satisfies Record<string, Recipe>

/**
 * Connectors for the mission's four streams: records that the contracts allow. The generator pauses for half of the
 * longest interval on average; instants go on by a little less, so that they fall behind the clock (3.5 hours in a
 * week) and are never refused as of the future. For trying out, not for load.
 * @param from first instant, epoch ms
 */
export function datagenOf(from: number): readonly DatagenConnector[] {
  return (Object.keys(RECIPES) as (keyof typeof RECIPES)[]).map((topic) => {
    const { maxIntervalMs, fields } = RECIPES[topic]
    const step = Math.floor(maxIntervalMs * 0.49)
    const annotations = fields({ instant: { iteration: { start: from, step } } })
    return {
      name: `endcap-datagen-${topic}`,
      topic,
      schema: annotated(avroSchemaOf(topic), new Map(Object.entries(annotations)), ''),
      maxIntervalMs,
    }
  })
}

/** The schema without the optional fields that no annotation names; the others with their annotations. */
function annotated(record: AvroRecord, annotations: ReadonlyMap<string, Annotation>, path: string): object {
  const isNamed = ({ name, type }: AvroField): boolean => {
    const own = `${path}${name}`
    const below = [`${own}.`, `${own}[`]
    return (
      !isNullable(type) ||
      [...annotations.keys()].some((key) => key === own || below.some((start) => key.startsWith(start)))
    )
  }
  return {
    ...record,
    fields: record.fields.filter(isNamed).map(({ name, type, ...field }) => ({
      name,
      ...field,
      type: annotatedUnion(type, annotations, `${path}${name}`),
    })),
  }
}

function annotatedUnion(
  type: AvroField['type'],
  annotations: ReadonlyMap<string, Annotation>,
  path: string,
): unknown {
  return isNullable(type)
    ? ['null', annotatedType(type[1], annotations, path)]
    : annotatedType(type, annotations, path)
}

const isNullable = (type: AvroField['type']): type is readonly ['null', AvroType] => Array.isArray(type)

function annotatedType(type: AvroType, annotations: ReadonlyMap<string, Annotation>, path: string): unknown {
  const annotation = annotations.get(path)
  const args = annotation === undefined ? {} : { 'arg.properties': annotation }
  if (typeof type === 'string') return annotation === undefined ? type : { type, ...args }
  switch (type.type) {
    case 'record':
      return { ...annotated(type, annotations, `${path}.`), ...args }
    case 'array':
      return { ...type, items: annotatedType(type.items, annotations, `${path}[]`), ...args }
    case 'map':
      return { ...type, ...args }
  }
}
