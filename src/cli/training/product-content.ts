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
 * Vectors are the embeddings that the shop gives, if it gives any; else those of pictures.
 *
 * @param skus by item number
 * @param pictures vectors of pictures by sku, of one encoder
 */
export function productContent(
  skus: readonly string[],
  products: readonly RecordValue[],
  pictures: ReadonlyMap<string, Float32Array> = new Map(),
): ProductContent {
  const bySku = new Map(products.map((product) => [textOf(product['sku']), product]))
  const titles = skus.map((sku) => textOf(bySku.get(sku)?.['product_name']))
  const words = skus.map((sku) => {
    const product = bySku.get(sku)
    return product === undefined ? [] : attributeWords(product)
  })
  const vectors = vectorsOf(skus, bySku, pictures)
  const numbers = new Map([...new Set(words.flat())].sort().map((word, number) => [word, number]))
  return {
    content: {
      titles,
      attributes: words.map((own) => own.map((word) => numbers.get(word) ?? 0).sort((a, b) => a - b)),
      categories: skus.map((sku) => wordOrNull(bySku.get(sku)?.['category'])),
      brands: skus.map((sku) => wordOrNull(bySku.get(sku)?.['brand'])),
      ...(vectors === null ? {} : { vectors }),
    },
    snapshot: sha256(
      canonicalJson([skus, titles, words, ...(vectors === null ? [] : [inHex(vectors)])]),
    ).slice(0, 16),
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

/** By item number; null if no product has one. Embeddings of another length than most have are left out. */
export function vectorsOf(
  skus: readonly string[],
  bySku: ReadonlyMap<string, RecordValue>,
  pictures: ReadonlyMap<string, Float32Array>,
): readonly (Float32Array | null)[] | null {
  const given = skus.map((sku) => embeddingOf(bySku.get(sku)?.['embedding']))
  const vectors = given.some((vector) => vector !== null)
    ? given
    : skus.map((sku) => pictures.get(sku) ?? null)
  const lengths = Map.groupBy(vectors, (vector) => vector?.length ?? 0)
  lengths.delete(0)
  const [usual] = [...lengths].toSorted(([a, some], [b, others]) => others.length - some.length || a - b)
  if (usual === undefined) return null
  return vectors.map((vector) => (vector?.length === usual[0] ? vector : null))
}

/** Of Euclidean length 1; null if it is no list of numbers, or all of them are 0. */
function embeddingOf(value: unknown): Float32Array | null {
  if (!Array.isArray(value) || !value.every((cell) => typeof cell === 'number')) return null
  const length = Math.sqrt(value.reduce((sum, cell) => sum + cell ** 2, 0))
  return length > 0 && Number.isFinite(length) ? Float32Array.from(value, (cell) => cell / length) : null
}

const inHex = (vectors: readonly (Float32Array | null)[]): readonly (string | null)[] =>
  vectors.map((vector) => (vector === null ? null : Buffer.from(vector.slice().buffer).toString('hex')))

const wordOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
