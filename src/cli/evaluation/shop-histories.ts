import type { RecordValue } from '../../algebra/source.ts'
import type { Imported } from '../../datagen/importers/import-format.ts'
import type { ItemContent } from '../../models/content/item-content.ts'
import type { Interactions } from '../../models/evaluation/split.ts'
import type { Person } from '../../models/person.ts'
import { vectorsOf } from '../training/product-content.ts'
import { type NamedSequences, OrderHistories } from './order-histories.ts'

export type ShopHistoryOptions = {
  /** Whether the catalogue's prices stand without the sales (`ItemContent.listPriceCents`). */
  readonly pricesAreListed: boolean
  /** Vectors of pictures by sku, of one encoder, for products that bring no embedding. */
  readonly pictures?: ReadonlyMap<string, Float32Array>
}

/**
 * The orders of an imported shop as dated histories: lines of known customers with a positive quantity, one per
 * customer, product and order, over the catalogue of what anybody bought; with the products' texts and what the
 * customers say of themselves. Consent counts as given.
 */
export async function shopHistories(
  events: AsyncIterable<Imported>,
  options: ShopHistoryOptions,
): Promise<Interactions> {
  const histories = new OrderHistories()
  const sessions = new OrderHistories()
  const products = new Map<string, RecordValue>()
  const people = new Map<string, Person>()
  for await (const event of events) {
    if (event.kind !== 'event') continue
    const { topic, value } = event
    if (topic === 'products') products.set(String(value['sku']), value)
    else if (topic === 'customers') people.set(String(value['customer_id']), personOf(value))
    else if (topic === 'orders') addLine(histories, value)
    else if (topic === 'clickstream') addClick(sessions, value)
  }
  const { sequences, itemIds } = inOneCatalogue(histories, sessions, people)
  const clicks = sessions.toSequences().sequences
  return {
    sequences,
    content: contentOf(itemIds, products, options),
    ...(clicks.items.length === 0 ? {} : { sessions: clicks }),
  }
}

/** Items that were bought or clicked have the same number in both. */
function inOneCatalogue(
  histories: OrderHistories,
  sessions: OrderHistories,
  people: ReadonlyMap<string, Person>,
): NamedSequences {
  for (const item of histories.itemNames()) sessions.name(item)
  for (const item of sessions.itemNames()) histories.name(item)
  return histories.toSequences(people)
}

/** Looking at one product and putting it into the cart are steps of a session; lists of several are not. */
const CLICKS: ReadonlySet<unknown> = new Set(['view_item', 'select_item', 'add_to_cart', 'add_to_wishlist'])

function addClick(sessions: OrderHistories, event: RecordValue): void {
  if (!CLICKS.has(event['event'])) return
  const { payload } = event
  const items = typeof payload === 'object' && payload !== null && 'items' in payload ? payload['items'] : []
  const [first, ...rest] = Array.isArray(items) ? items : []
  if (typeof first?.item_id !== 'string' || rest.length > 0) return
  sessions.add({
    shopper: String(event['session_id']),
    item: first.item_id,
    order: String(event['event_id']),
    atMs: Number(event['occurred_at']),
    quantity: 1,
    priceCents: 0,
    discountCents: null,
  })
}

function addLine(histories: OrderHistories, line: RecordValue): void {
  const quantity = Number(line['quantity'])
  if (typeof line['customer_id'] !== 'string' || !(quantity > 0)) return
  histories.add({
    shopper: line['customer_id'],
    item: String(line['sku']),
    order: String(line['order_id']),
    atMs: Number(line['ordered_at']),
    quantity,
    priceCents: Number(line['price_cents']),
    discountCents: Number(line['price_discount_cents'] ?? 0),
  })
}

function personOf(customer: RecordValue): Person {
  const { birth_year: birthYear, age, gender, location, updated_at: at } = customer
  const born =
    typeof birthYear === 'number'
      ? birthYear
      : typeof age === 'number'
        ? new Date(Number(at)).getUTCFullYear() - age
        : null
  return { birthYear: born, gender: textOrNull(gender), location: textOrNull(location) }
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

function contentOf(
  ids: readonly string[],
  products: ReadonlyMap<string, RecordValue>,
  { pricesAreListed, pictures = new Map() }: ShopHistoryOptions,
): ItemContent {
  const numbers = new Map<string, number>()
  const rows = ids.map((id) => products.get(id))
  const prices = Int32Array.from(rows, (row) => Number(row?.['price_cents'] ?? 0))
  const vectors = vectorsOf(ids, products, pictures)
  return {
    titles: rows.map((row) => String(row?.['product_name'] ?? '')),
    attributes: rows.map((row) => facts(row).map((fact) => numbered(numbers, fact))),
    categories: rows.map((row) => textOrNull(row?.['category'])),
    brands: rows.map((row) => textOrNull(row?.['brand'])),
    ...(vectors === null ? {} : { vectors }),
    ...(pricesAreListed ? { listPriceCents: prices } : {}),
  }
}

/** Each level of the category path, the brand, the parent and the further attributes, as distinct texts. */
function facts(product: RecordValue | undefined): readonly string[] {
  if (product === undefined) return []
  const levels = String(product['category'] ?? '').split('/')
  const { brand, parent_sku: parent, attributes } = product
  return [
    ...new Set([
      ...levels.map((_level, depth) => `category ${levels.slice(0, depth + 1).join('/')}`),
      ...(typeof brand === 'string' ? [`brand ${brand}`] : []),
      ...(typeof parent === 'string' ? [`parent ${parent}`] : []),
      ...(typeof attributes === 'object' && attributes !== null
        ? Object.entries(attributes).map(([name, value]) => `${name} ${String(value)}`)
        : []),
    ]),
  ]
}

function numbered(numbers: Map<string, number>, text: string): number {
  const known = numbers.get(text)
  if (known !== undefined) return known
  numbers.set(text, numbers.size)
  return numbers.size - 1
}
