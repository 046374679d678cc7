import type { RecordValue } from '../../algebra/source.ts'
import { canonicalJson, sha256 } from '../../core/hash.ts'
import type { ItemContent } from '../../models/content/item-content.ts'

/** What the texts of products say, by item number, and a name for exactly that. */
export type ProductContent = {
  readonly content: ItemContent
  /** Equal for equal titles and attributes of equal skus. */
  readonly snapshot: string
}

/**
 * Titles and attributes of items from the winning versions of products: every level of the category path, the
 * brand, and each attribute with its value. Items of which no product is known have an empty title and none.
 *
 * @param skus by item number
 */
export function productContent(skus: readonly string[], products: readonly RecordValue[]): ProductContent {
  const bySku = new Map(products.map((product) => [textOf(product['sku']), product]))
  const titles = skus.map((sku) => textOf(bySku.get(sku)?.['product_name']))
  const words = skus.map((sku) => {
    const product = bySku.get(sku)
    return product === undefined ? [] : attributeWords(product)
  })
  const numbers = new Map([...new Set(words.flat())].sort().map((word, number) => [word, number]))
  return {
    content: {
      titles,
      attributes: words.map((own) => own.map((word) => numbers.get(word) ?? 0).sort((a, b) => a - b)),
    },
    snapshot: sha256(canonicalJson([skus, titles, words])).slice(0, 16),
  }
}

/** Distinct, sorted: `category=Home`, `category=Home/Mugs`, `brand=Bodum`, `attribute.colour=blue`. */
function attributeWords(product: RecordValue): string[] {
  const path = textOf(product['category']).split('/')
  const levels = path.map((_, depth) => `category=${path.slice(0, depth + 1).join('/')}`)
  const brand = textOf(product['brand'])
  const attributes = product['attributes']
  const facts =
    typeof attributes === 'object' && attributes !== null
      ? Object.entries(attributes).map(([name, value]) => `attribute.${name}=${String(value)}`)
      : []
  return [...new Set([...levels, ...(brand === '' ? [] : [`brand=${brand}`]), ...facts])].sort()
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
