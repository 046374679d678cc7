import type { FeatureColumn } from '../../algebra/feature-column.ts'
import type { FeatureExpression, WindowRead } from '../../algebra/feature-expression.ts'
import type { RecordValue } from '../../algebra/source.ts'
import type { View } from '../../algebra/view.ts'
import { EndcapError, unreachable } from '../../core/errors.ts'
import type { TileRow } from '../tile.ts'
import { type Bound, type BoundPart, bindingOf } from './feature-binding.ts'
import { reducerOf } from './feature-reads.ts'

/** What feature columns are computed from, all of it as of one instant. Serving and training each bring their own. */
export type FeatureReader = {
  /** Epoch ms; nothing that happened at or after it is in any answer. */
  readonly asOf: number
  /** Instant of the shop's first event, epoch ms. */
  readonly historyStart: number
  /**
   * The tiles of a window as of the instant, of all keys that begin with `key` (none given: all). Of a batch view, the
   * rows of its window as tiles that begin at 0.
   */
  readonly tiles: (view: View, window: string, key: readonly string[]) => readonly TileRow[]
  /** The product as it is sold at the instant: the winning version, with stock, price and offers put in. */
  readonly product: (sku: string) => RecordValue | undefined
  /** Products of a category path, those below it included. */
  readonly skusOf: (category: string) => readonly string[]
}

/** Who asks. What may not be used, for want of consent, is left empty by the caller. */
export type FeatureRequest = {
  /** Keys that the person goes by: `c:` + customer, `s:` + session. */
  readonly shoppers: readonly string[]
  readonly session: string | null
  readonly segment: { readonly generation: string; readonly gender: string; readonly region: string } | null
  readonly basket: readonly string[]
}

/** Values of the columns in their order for one product; NaN where missing. */
export type FeatureRow = (sku: string) => Float64Array

/**
 * Compiles columns once. One call with a reader stands for one instant: what depends on products and the shop alone is
 * kept for all requests at it; what depends on the person, for one request.
 *
 * @throws EndcapError BAD_DEFINITION for a window, measure or key column that is not there
 */
export function featureEvaluator(
  columns: readonly FeatureColumn[],
): (reader: FeatureReader) => (request: FeatureRequest) => FeatureRow {
  const values = columns.map(({ name, value }) => {
    try {
      return compiled(value)
    } catch (cause) {
      throw new EndcapError('BAD_DEFINITION', cause instanceof Error ? cause.message : String(cause), {
        place: `feature column '${name}'`,
        cause,
      })
    }
  })
  return (reader) => {
    const shared: Memo = new Map()
    return (request) => {
      const own: Memo = new Map()
      return (sku) => {
        const asked: Asked = { reader, request, sku, shared, own }
        return Float64Array.from(values, (value) => value(asked) ?? Number.NaN)
      }
    }
  }
}

/** Answers by node and by what it was bound to. */
type Memo = Map<object, Map<string, unknown>>

type Asked = {
  readonly reader: FeatureReader
  readonly request: FeatureRequest
  readonly sku: string
  /** Of products and the shop. */
  readonly shared: Memo
  /** Of the person. */
  readonly own: Memo
}
type Value = (asked: Asked) => number | null

function compiled(expression: FeatureExpression): Value {
  switch (expression.kind) {
    case 'number':
      return () => expression.value
    case 'read':
      return compiledRead(expression)
    case 'productField':
      return ({ reader, sku }) => {
        const value = reader.product(sku)?.[expression.name]
        return typeof value === 'number' ? value : null
      }
    case 'request': {
      const { fact } = expression
      if (fact === 'basketLines') return ({ request }) => request.basket.length
      return ({ reader }) => reader[fact]
    }
    case 'calculate':
      return calculation(expression)
    case 'orElse': {
      const [operand, fallback] = [compiled(expression.operand), compiled(expression.fallback)]
      return (asked) => operand(asked) ?? fallback(asked)
    }
    case 'fromOn': {
      const value = compiled(expression.value)
      const [then, otherwise] = [compiled(expression.then), compiled(expression.otherwise)]
      const { threshold } = expression
      return (asked) => ((value(asked) ?? -Infinity) >= threshold ? then(asked) : otherwise(asked))
    }
    default:
      return unreachable(expression)
  }
}

function calculation({ operator, left, right }: Extract<FeatureExpression, { kind: 'calculate' }>): Value {
  const [a, b] = [compiled(left), compiled(right)]
  const apply = OPERATIONS[operator]
  return (asked) => {
    const x = a(asked)
    const y = x === null ? null : b(asked)
    return x === null || y === null ? null : apply(x, y)
  }
}

const OPERATIONS = {
  plus: (a: number, b: number) => a + b,
  minus: (a: number, b: number) => a - b,
  times: (a: number, b: number) => a * b,
  ratio: (a: number, b: number) => (b === 0 ? null : a / b),
  least: Math.min,
  greatest: Math.max,
} as const

function compiledRead(read: WindowRead): Value {
  const reduce = reducerOf(read)
  const binding = bindingOf(read)
  const isOwn = binding.some(({ part }) => part === 'shopper' || part === 'session')
  const perItem = binding.some(({ part }) => part === 'item' || part === 'category')
  return (asked) => {
    const prefixes = prefixesOf(binding, asked)
    if (prefixes === null) return null
    const names = perItem ? itemsOf(read, asked) : null
    const place = `${prefixes.map((words) => words.join(' ')).join(',')} ${names === null ? '' : names.name}`
    return remembered(isOwn ? asked.own : asked.shared, read, place, () => {
      const rows = prefixes.flatMap((prefix) => rowsBelow(read, binding, prefix, names?.skus ?? null, asked))
      return reduce(rows)
    })
  }
}

/** Words of the person's part of the key, one list for each key that they go by; null where there is none. */
function prefixesOf(binding: readonly Bound[], { request }: Asked): readonly (readonly string[])[] | null {
  let prefixes: readonly (readonly string[])[] = [[]]
  for (const { part } of binding) {
    if (part === 'item' || part === 'category') continue
    const words = wordsOf(part, request)
    if (words.length === 0) return null
    prefixes = prefixes.flatMap((prefix) => words.map((word) => [...prefix, word]))
  }
  return prefixes
}

function wordsOf(part: Exclude<BoundPart, 'item' | 'category'>, request: FeatureRequest): readonly string[] {
  switch (part) {
    case 'shopper':
      return request.shoppers
    case 'session':
      return request.session === null ? [] : [request.session]
    case 'generation':
    case 'gender':
    case 'region':
      return request.segment === null ? [] : [request.segment[part]]
    default:
      return unreachable(part)
  }
}

/** The products whose rows are asked for, under a name that stands for them. */
function itemsOf({ of }: WindowRead, { reader, sku }: Asked): { name: string; skus: readonly string[] } {
  if (of === 'item') return { name: sku, skus: [sku] }
  const category = reader.product(sku)?.['category']
  if (typeof category !== 'string') return { name: sku, skus: [sku] }
  return { name: `/${category}`, skus: reader.skusOf(category) }
}

/**
 * Rows with these words in the bound columns. Where products come first in the key, each is read by itself; else all
 * rows of the person or segment are read once and told apart by product.
 */
function rowsBelow(
  read: WindowRead,
  binding: readonly Bound[],
  words: readonly string[],
  skus: readonly string[] | null,
  asked: Asked,
): readonly TileRow[] {
  const { view, window, over } = read
  const { reader } = asked
  const [first] = binding
  if (skus !== null && first?.place === 0 && (first.part === 'item' || first.part === 'category')) {
    return skus.flatMap((sku) => reader.tiles(view, window, [sku]))
  }
  const fixed = binding.filter(({ part }) => part !== 'item' && part !== 'category')
  const leading = fixed.filter(({ place }, index) => place === index).length
  const isOwn = fixed.some(({ part }) => part === 'shopper' || part === 'session')
  const skuPlace = binding.find(({ part }) => part === 'item' || part === 'category')?.place
  const bySku = remembered(
    isOwn ? asked.own : asked.shared,
    view,
    [window, ...over, '', ...words].join(' '),
    () => {
      const rows = reader
        .tiles(view, window, words.slice(0, leading))
        .filter(({ key }) => fixed.every(({ place }, index) => key[place] === words[index]))
      return Map.groupBy(rows, ({ key }) => (skuPlace === undefined ? '' : (key[skuPlace] ?? '')))
    },
  )
  return (skus ?? ['']).flatMap((sku) => bySku.get(sku) ?? [])
}

function remembered<T>(memo: Memo, node: object, place: string, make: () => T): T {
  let places = memo.get(node)
  if (places === undefined) {
    places = new Map()
    memo.set(node, places)
  }
  if (!places.has(place)) places.set(place, make())
  return places.get(place) as T
}
