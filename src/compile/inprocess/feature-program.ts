import type { FeatureColumn } from '../../algebra/feature-column.ts'
import type { FeatureExpression, WindowRead } from '../../algebra/feature-expression.ts'
import { EndcapError, unreachable } from '../../core/errors.ts'
import { type Bound, bindingOf, isOfProduct } from './feature-binding.ts'
import { type Reducer, reducerOf } from './feature-reads.ts'

/**
 * Where the figures of reads are kept: of a product, of its category with all below (sums of products'), of who asks, of
 * both, of the segment of who asks, of that and a product. Nothing bound: the sum over all products.
 */
export const FIGURE_KINDS = [
  'item',
  'category',
  'shop',
  'person',
  'pair',
  'pairCategory',
  'segment',
  'segmentItem',
] as const
export type FigureKind = (typeof FIGURE_KINDS)[number]

/** A read with its place among the figures of its kind. */
export type FigureRead = {
  readonly read: WindowRead
  readonly reduce: Reducer
  readonly binding: readonly Bound[]
}

/**
 * The figures that columns are computed from, NaN where missing; whoever serves or trains fills them in. Those of products
 * lie in one array, `width` a product, from `itemAt` on for the product that is asked about.
 */
export type Figures = {
  asOf: number
  historyStart: number
  basketLines: number
  item: Float64Array
  itemAt: number
  /** Of the product's category. */
  category: Float64Array
  categoryAt: number
  shop: Float64Array
  person: Float64Array
  pair: Float64Array
  pairCategory: Float64Array
  segment: Float64Array
  segmentItem: Float64Array
  /** What offers take off a unit of the product, minor units. */
  offered: number
  /** What depends on who asks and when alone, computed once a request. */
  request: Float64Array
}

export type Compute = (figures: Figures) => number

/** One column, by what it depends on: the cheapest way to it. */
export type ProgramColumn =
  /** The same for all products of a request. */
  | { readonly kind: 'request'; readonly compute: Compute }
  /** Kept with the figures of the product. */
  | { readonly kind: 'item'; readonly slot: number }
  /** Of who asks and the product: the same for all products with which they have nothing to do. */
  | { readonly kind: 'own'; readonly compute: Compute }
  | { readonly kind: 'mixed'; readonly compute: Compute }

/** Feature columns as a plan of what is read once a product, once a request, and for each candidate. */
export type FeatureProgram = {
  readonly columns: readonly ProgramColumn[]
  readonly reads: Readonly<Record<FigureKind, readonly FigureRead[]>>
  /** Fields of products, after the reads of an item. */
  readonly fields: readonly string[]
  /** What is computed of a product alone, after its fields, in this order. */
  readonly ofItem: readonly Compute[]
  /** What is computed once a request, in this order. */
  readonly ofRequest: readonly Compute[]
  /** Numbers a product: reads, fields and what is computed. */
  readonly width: number
  /** Whether what offers take off is read. */
  readonly readsOffers: boolean
  /** Whether the instant of the shop's first event is read. */
  readonly readsHistoryStart: boolean
}

/** The field of products that depends on who asks: what offers take off. */
export const OFFER_FIELD = 'offer_off_cents'

/**
 * The meaning of `featureEvaluator`, planned: equal bit for bit, without a lookup by name for a candidate.
 * @throws EndcapError BAD_DEFINITION for a read that cannot be served so
 */
export function featureProgram(columns: readonly FeatureColumn[]): FeatureProgram {
  const planner = new Planner()
  const parts = columns.map(({ name, value }) => {
    try {
      return planner.part(value)
    } catch (cause) {
      throw new EndcapError('BAD_DEFINITION', cause instanceof Error ? cause.message : String(cause), {
        place: `feature column '${name}'`,
        cause,
      })
    }
  })
  return planner.program(parts)
}

const [ITEM, REQUEST, PAIR, OTHER] = [1, 2, 4, 8]

type Part = { readonly needs: number; readonly compute: Compute; readonly isLeaf: boolean }

class Planner {
  readonly #reads: Record<FigureKind, FigureRead[]> = {
    item: [],
    category: [],
    shop: [],
    person: [],
    pair: [],
    pairCategory: [],
    segment: [],
    segmentItem: [],
  }
  readonly #places = new Map<string, number>()
  readonly #fields: string[] = []
  readonly #ofItem: Compute[] = []
  readonly #ofRequest: Compute[] = []
  readonly #hoisted = new Map<FeatureExpression, Part>()
  #readsOffers = false
  #readsHistoryStart = false

  program(parts: readonly Part[]): FeatureProgram {
    const columns = parts.map((part) => this.#column(part))
    // Reads are all known by now: fields lie behind them, computed values behind the fields.
    const [fieldsAt, computedAt] = [
      this.#reads.item.length,
      this.#reads.item.length + this.#fields.length,
    ] as const
    this.#offsets.fields = fieldsAt
    this.#offsets.computed = computedAt
    return {
      columns: columns.map((column) =>
        column.kind === 'item' ? { kind: 'item', slot: computedAt + column.slot } : column,
      ),
      reads: this.#reads,
      fields: this.#fields,
      ofItem: this.#ofItem,
      ofRequest: this.#ofRequest,
      width: computedAt + this.#ofItem.length,
      readsOffers: this.#readsOffers,
      readsHistoryStart: this.#readsHistoryStart,
    }
  }

  readonly #offsets = { fields: 0, computed: 0 }

  part(expression: FeatureExpression): Part {
    switch (expression.kind) {
      case 'number': {
        const { value } = expression
        return { needs: 0, compute: () => value, isLeaf: true }
      }
      case 'read':
        return this.#read(expression)
      case 'productField':
        return this.#field(expression.name)
      case 'request': {
        const { fact } = expression
        if (fact === 'historyStart') this.#readsHistoryStart = true
        return { needs: REQUEST, compute: (figures) => figures[fact], isLeaf: true }
      }
      case 'calculate':
        return this.#calculation(expression)
      case 'orElse': {
        const [operand, fallback] = this.#parts(expression.operand, expression.fallback) as [Part, Part]
        const compute: Compute = (figures) => {
          const value = operand.compute(figures)
          return Number.isNaN(value) ? fallback.compute(figures) : value
        }
        return { needs: operand.needs | fallback.needs, compute, isLeaf: false }
      }
      case 'fromOn': {
        const { threshold } = expression
        const [value, then, otherwise] = this.#parts(
          expression.value,
          expression.then,
          expression.otherwise,
        ) as [Part, Part, Part]
        const compute: Compute = (figures) =>
          value.compute(figures) >= threshold ? then.compute(figures) : otherwise.compute(figures)
        return { needs: value.needs | then.needs | otherwise.needs, compute, isLeaf: false }
      }
      default:
        return unreachable(expression)
    }
  }

  /** Operands; what depends on the product alone, or on the request alone, is computed once where the others do not. */
  #parts(...expressions: readonly FeatureExpression[]): Part[] {
    const parts = expressions.map((expression) => this.part(expression))
    const needs = parts.reduce((all, part) => all | part.needs, 0)
    if (needs === ITEM || needs === REQUEST || needs === 0) return parts
    return parts.map((part, place) => {
      const expression = expressions[place]
      if (part.isLeaf || expression === undefined) return part
      return part.needs === ITEM || part.needs === REQUEST ? this.#hoist(expression, part) : part
    })
  }

  #hoist(expression: FeatureExpression, part: Part): Part {
    const known = this.#hoisted.get(expression)
    if (known !== undefined) return known
    const hoisted: Part = { needs: part.needs, compute: this.#kept(part), isLeaf: true }
    this.#hoisted.set(expression, hoisted)
    return hoisted
  }

  #kept({ needs, compute }: Part): Compute {
    if (needs === REQUEST) {
      const slot = this.#ofRequest.push(compute) - 1
      return ({ request }) => request[slot] ?? Number.NaN
    }
    const slot = this.#ofItem.push(compute) - 1
    const offsets = this.#offsets
    return ({ item, itemAt }) => item[itemAt + offsets.computed + slot] ?? Number.NaN
  }

  #column(part: Part): ProgramColumn {
    if (part.needs === 0 || part.needs === REQUEST) return { kind: 'request', compute: part.compute }
    if (part.needs === ITEM) return { kind: 'item', slot: this.#ofItem.push(part.compute) - 1 }
    return { kind: (part.needs & ~(PAIR | REQUEST)) === 0 ? 'own' : 'mixed', compute: part.compute }
  }

  #calculation({ operator, left, right }: Extract<FeatureExpression, { kind: 'calculate' }>): Part {
    const [a, b] = this.#parts(left, right) as [Part, Part]
    return {
      needs: a.needs | b.needs,
      compute: OPERATIONS[operator](a.compute, b.compute),
      isLeaf: false,
    }
  }

  #field(name: string): Part {
    if (name === OFFER_FIELD) {
      this.#readsOffers = true
      return { needs: OTHER, compute: ({ offered }) => offered, isLeaf: true }
    }
    const known = this.#fields.indexOf(name)
    const slot = known >= 0 ? known : this.#fields.push(name) - 1
    const offsets = this.#offsets
    return {
      needs: ITEM,
      compute: ({ item, itemAt }) => item[itemAt + offsets.fields + slot] ?? Number.NaN,
      isLeaf: true,
    }
  }

  #read(read: WindowRead): Part {
    const binding = bindingOf(read)
    const kind = kindOf(read, binding)
    const slot = this.#place(kind, read, binding)
    if (kind === 'category' || kind === 'shop') this.#place('item', { ...read, of: 'item', over: [] }, null)
    const [needs, compute] = LEAVES[kind](slot)
    return { needs, compute, isLeaf: true }
  }

  #place(kind: FigureKind, read: WindowRead, binding: readonly Bound[] | null): number {
    const name = `${kind} ${figureName(read)}`
    const known = this.#places.get(name)
    if (known !== undefined) return known
    const bound = binding ?? bindingOf(read)
    const slot = this.#reads[kind].push({ read, reduce: reducerOf(read), binding: bound }) - 1
    this.#places.set(name, slot)
    return slot
  }
}

/** Equal for reads that give the same figure. */
export const figureName = ({ view, window, what, over, of }: WindowRead): string =>
  [view.name, window, JSON.stringify(what), over.join(','), of].join(' ')

function kindOf({ view, what, over }: WindowRead, binding: readonly Bound[]): FigureKind {
  const product = binding.find(({ part }) => isOfProduct(part))?.part
  const isSum = what.kind === 'measure' && ['count', 'sum'].includes(view.measures[what.measure]?.kind ?? '')
  if (view.join !== undefined) {
    if (!isSum) throw new Error(`of a segment only sums are read (view '${view.name}')`)
    if (product === 'category') throw new Error(`of a segment no categories are read (view '${view.name}')`)
    return product === undefined ? 'segment' : 'segmentItem'
  }
  if (binding.some(({ part }) => part === 'shopper' || part === 'session')) {
    if (binding[0]?.place !== 0 || isOfProduct(binding[0].part)) {
      throw new Error(`the key of view '${view.name}' does not begin with who asks`)
    }
    return product === undefined ? 'person' : product === 'item' ? 'pair' : 'pairCategory'
  }
  if (product === 'item') return 'item'
  const rolledUp = product === 'category' ? over.length === 0 : over.length === 1 && over[0] === 'sku'
  if (!isSum || !rolledUp) {
    throw new Error(`of more than one product only sums are read (view '${view.name}')`)
  }
  return product === 'category' ? 'category' : 'shop'
}

/** What each kind of figure depends on, and where it is. */
const LEAVES: Readonly<Record<FigureKind, (slot: number) => readonly [number, Compute]>> = {
  item: (slot) => [ITEM, ({ item, itemAt }) => item[itemAt + slot] ?? Number.NaN],
  category: (slot) => [OTHER, ({ category, categoryAt }) => category[categoryAt + slot] ?? Number.NaN],
  shop: (slot) => [REQUEST, ({ shop }) => shop[slot] ?? Number.NaN],
  person: (slot) => [REQUEST, ({ person }) => person[slot] ?? Number.NaN],
  pair: (slot) => [PAIR, ({ pair }) => pair[slot] ?? Number.NaN],
  pairCategory: (slot) => [OTHER, ({ pairCategory }) => pairCategory[slot] ?? Number.NaN],
  segment: (slot) => [REQUEST, ({ segment }) => segment[slot] ?? Number.NaN],
  segmentItem: (slot) => [OTHER, ({ segmentItem }) => segmentItem[slot] ?? Number.NaN],
}

const OPERATIONS = {
  plus:
    (a: Compute, b: Compute): Compute =>
    (figures) =>
      a(figures) + b(figures),
  minus:
    (a: Compute, b: Compute): Compute =>
    (figures) =>
      a(figures) - b(figures),
  times:
    (a: Compute, b: Compute): Compute =>
    (figures) =>
      a(figures) * b(figures),
  ratio:
    (a: Compute, b: Compute): Compute =>
    (figures) => {
      const below = b(figures)
      return below === 0 ? Number.NaN : a(figures) / below
    },
  least:
    (a: Compute, b: Compute): Compute =>
    (figures) =>
      Math.min(a(figures), b(figures)),
  greatest:
    (a: Compute, b: Compute): Compute =>
    (figures) =>
      Math.max(a(figures), b(figures)),
} as const
