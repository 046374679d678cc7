import { greatest } from '../models/candidates/best-items.ts'
import type { ShopperContext } from '../models/candidates/candidate-source.ts'
import type { ItemTable } from '../models/candidates/item-table.ts'
import { colourOf, sizeOf } from '../models/candidates/taste.ts'

/** A product that may take a slot: one variant of its parent. */
export type Shortlisted = {
  /** Row of the candidates. */
  readonly row: number
  readonly item: number
  readonly score: number
  /** By which it is ordered: that of the variant with the greatest score. */
  readonly rankScore: number
  /** Whether it stands for a variant with a greater score, because it suits the shopper's size or colour better. */
  readonly isVariantOfChoice: boolean
  /** Whether it may be drawn to be explored. */
  readonly isExplored: boolean
}

export type ScoredRows = {
  readonly rowCount: number
  readonly items: Int32Array
  readonly scores: Float64Array
  readonly isExplored: (row: number) => boolean
}

/** How many rows are looked at for one that is shortlisted: variants of one product fall together. */
const ROWS_PER_PLACE = 4
const MOST_EXPLORED = 20

/** A row that leads its product: of its variants among the rows the one with the greatest score. */
export type Leader = { readonly row: number; readonly isExplored: boolean }

/**
 * The best rows by (-score, sku), one per parent, then rows to explore that are not among them.
 * @param size without the explored ones
 */
export function leadersOf(table: ItemTable, rows: ScoredRows, size: number): readonly Leader[] {
  const { rowCount, items, scores, isExplored } = rows
  const scoreOf = (row: number): number => scores[row] ?? 0
  const bySku = (a: number, b: number): number => table.compare(items[a] ?? 0, items[b] ?? 0)
  const best = (of: Iterable<number>, limit: number) =>
    greatest(of, { limit, above: Number.NEGATIVE_INFINITY }, scoreOf, bySku)
  const others: number[] = []
  const explored: number[] = []
  for (let row = 0; row < rowCount; row += 1) (isExplored(row) ? explored : others).push(row)
  const taken = new Set<number>()
  const leaders: Leader[] = []
  const take = (row: number, limit: number): void => {
    const parent = table.parent(items[row] ?? 0)
    if (leaders.length >= limit || taken.has(parent)) return
    taken.add(parent)
    leaders.push({ row, isExplored: isExplored(row) })
  }
  for (const row of best(others, size * ROWS_PER_PLACE)) take(row, size)
  for (const row of best(explored, MOST_EXPLORED)) take(row, size + MOST_EXPLORED)
  return leaders
}

/** The leaders, each with the variant of its product that the shopper would choose. */
export function shortlist(
  table: ItemTable,
  rows: ScoredRows,
  shopper: ShopperContext,
  leaders: readonly Leader[],
): readonly Shortlisted[] {
  const itemOf = (row: number): number => rows.items[row] ?? 0
  const scoreOf = (row: number): number => rows.scores[row] ?? 0
  const members = hasChoice(shopper) ? variantRows(table, rows, leaders) : undefined
  return leaders.map(({ row, isExplored }) => {
    const variants = members?.get(table.parent(itemOf(row)))
    const chosen = variantOfChoice(table, variants, row, { itemOf, scoreOf, shopper })
    return {
      row: chosen,
      item: itemOf(chosen),
      score: scoreOf(chosen),
      rankScore: scoreOf(row),
      isVariantOfChoice: chosen !== row,
      isExplored,
    }
  })
}

/** Whether the shopper says, or has shown, which size or colour they want. */
export const hasChoice = ({ taste }: ShopperContext): boolean =>
  taste.sizes.length > 0 || taste.colours.size > 0

/** Rows of the leaders' products that have several variants, by parent. */
function variantRows(
  table: ItemTable,
  { rowCount, items }: ScoredRows,
  leaders: readonly Leader[],
): ReadonlyMap<number, number[]> {
  const members = new Map<number, number[]>()
  for (const { row } of leaders) {
    const item = items[row] ?? 0
    if (table.variants(item).size > 1) members.set(table.parent(item), [])
  }
  if (members.size === 0) return members
  for (let row = 0; row < rowCount; row += 1) members.get(table.parent(items[row] ?? 0))?.push(row)
  return members
}

type Choice = {
  readonly itemOf: (row: number) => number
  readonly scoreOf: (row: number) => number
  readonly shopper: ShopperContext
}

/** The variant of the shopper's size, then colour; of those that suit alike the one with the greatest score. */
function variantOfChoice(
  table: ItemTable,
  rows: readonly number[] | undefined,
  best: number,
  { itemOf, scoreOf, shopper: { taste, products } }: Choice,
): number {
  if (rows === undefined) return best
  const suits = (row: number): number => {
    const item = itemOf(row)
    // What the shopper has a history with is their choice already.
    if (products.has(item)) return Number.POSITIVE_INFINITY
    const size = sizeOf(table, item)
    const colour = colourOf(table, item)
    const fitsSize = size !== undefined && taste.sizes.includes(size)
    return (fitsSize ? SIZE_OVER_COLOUR : 0) + (colour === undefined ? 0 : (taste.colours.get(colour) ?? 0))
  }
  let chosen = best
  let most = suits(best)
  for (const row of rows) {
    const own = suits(row)
    const isBetter = own === most && chosen !== best && scoreOf(row) > scoreOf(chosen)
    if (own > most || isBetter) [chosen, most] = [row, own]
  }
  return chosen
}

/** Nobody chose a colour so often. */
const SIZE_OVER_COLOUR = 1_000_000
