import type { PairWeight } from '../../algebra/pair-statistic.ts'
import type { LoggedRecord } from '../../algebra/source.ts'
import { unreachable } from '../../core/errors.ts'
import type { PairPlan } from '../plan.ts'
import { predicateClosure } from './closures.ts'
import { type RowProjector, type RowSlots, rowProjectors, slotsOf } from './incremental-rows.ts'
import type { PairRow } from './naive-pairs.ts'
import { Words } from './words.ts'

/** A row of a history: its item, and its place in the total order (at, topic, partition, offset, item index). */
type Entry = { readonly item: number; readonly order: readonly [number, number, number, number, number] }

type History = {
  /** Kept in the total order once `settle` has run. */
  entries: Entry[]
  /** The items whose contribution is in the sums. */
  counted: readonly number[]
}

/**
 * The sums of a pair statistic, kept up to date history by history: an event changes one owner's history, and the
 * sums lose that history's old contribution and gain its new one. Equal to `naivePairs` over the same records, in
 * whichever order they came; a record may be taken out again, or a whole owner. Takes admitted, deduplicated
 * records.
 */
export class IncrementalPairs {
  readonly #plan: PairPlan
  readonly #words = new Words()
  readonly #histories = new Map<string, History>()
  readonly #changed = new Set<History>()
  readonly #sums = new Map<number, Map<number, number>>()
  readonly #projectors: ReadonlyMap<string, RowProjector>
  readonly #rowOf: (row: RowSlots) => { readonly owner: string; readonly entry: Entry } | null

  constructor(plan: PairPlan) {
    this.#plan = plan
    this.#projectors = rowProjectors(plan.pairs.from)
    this.#rowOf = this.#rowReader()
  }

  /** Folds an admitted record in. */
  apply(record: LoggedRecord): void {
    this.#eachRow(record, (owner, entry) => {
      let history = this.#histories.get(owner)
      if (history === undefined) {
        history = { entries: [], counted: [] }
        this.#histories.set(owner, history)
      }
      history.entries.push(entry)
      this.#changed.add(history)
    })
  }

  /** Takes a record out that was folded in before: the inverse of `apply`. */
  retract(record: LoggedRecord): void {
    this.#eachRow(record, (owner, { order }) => {
      const history = this.#histories.get(owner)
      if (history === undefined) return
      history.entries = history.entries.filter((entry) => byOrder(entry.order, order) !== 0)
      this.#changed.add(history)
    })
  }

  /** Takes an owner out: nothing of their history stays in the sums. */
  forget(owner: string): void {
    const history = this.#histories.get(owner)
    if (history === undefined) return
    history.entries = []
    this.#changed.add(history)
    this.#settle()
    this.#histories.delete(owner)
  }

  /** All sums but zeros, in no particular order. */
  *rows(): Generator<PairRow> {
    this.#settle()
    for (const [left, row] of this.#sums) {
      for (const [right, weight] of row) {
        yield { left: this.#words.text(left), right: this.#words.text(right), weight }
      }
    }
  }

  /** Minus the old contribution, plus the new one, of every history that changed. */
  #settle(): void {
    const { maxHistory } = this.#plan.pairs
    for (const history of this.#changed) {
      history.entries.sort((a, b) => byOrder(a.order, b.order))
      const items = history.entries.slice(0, maxHistory).map(({ item }) => item)
      this.#count(history.counted, -1)
      this.#count(items, 1)
      history.counted = items
    }
    this.#changed.clear()
  }

  #count(items: readonly number[], sign: 1 | -1): void {
    addPairs(this.#plan.pairs.weight, items, (left, right, weight) => {
      let row = this.#sums.get(left)
      if (row === undefined) {
        row = new Map()
        this.#sums.set(left, row)
      }
      const sum = (row.get(right) ?? 0) + sign * weight
      if (sum === 0) row.delete(right)
      else row.set(right, sum)
    })
  }

  #eachRow(record: LoggedRecord, visit: (owner: string, entry: Entry) => void): void {
    const onRow = (row: RowSlots): void => {
      const found = this.#rowOf(row)
      if (found !== null) visit(found.owner, found.entry)
    }
    this.#projectors.get(record.topic)?.(record, onRow, () => {})
  }

  /** What the statistic reads of a row; null where the row is in no history. */
  #rowReader(): (row: RowSlots) => { owner: string; entry: Entry } | null {
    const { pairs } = this.#plan
    const { columns, order } = slotsOf(pairs.from)
    const slot = (name: string): number => columns.get(name) ?? -1
    const [owner, item, at] = [slot(pairs.owner), slot(pairs.item), slot(pairs.from.at)]
    const counts =
      pairs.where === undefined
        ? () => true
        : predicateClosure<RowSlots>(
            pairs.where,
            ([name]) =>
              (row) =>
                row[slot(name)],
          )
    return (row) => {
      const [ownerWord, itemWord] = [row[owner] ?? null, row[item] ?? null]
      if (ownerWord === null || itemWord === null || !counts(row)) return null
      const place = (index: number): number => Number(row[order + index])
      return {
        owner: String(ownerWord),
        entry: {
          item: this.#words.number(String(itemWord)),
          order: [Number(row[at]), place(0), place(1), place(2), place(3)],
        },
      }
    }
  }
}

function byOrder(a: Entry['order'], b: Entry['order']): number {
  for (let index = 0; index < a.length; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

type AddPair = (left: number, right: number, weight: number) => void

/** What one history adds; work grows with its length times the number of gaps. */
function addPairs(weight: PairWeight, items: readonly number[], add: AddPair): void {
  switch (weight.kind) {
    case 'ordered':
      addOrdered(weight.byGap, items, add)
      break
    case 'unordered':
      addUnordered(weight.byGapAndRest, items, add)
      break
    case 'together': {
      const distinct = [...new Set(items)].slice(0, weight.maxDistinct)
      for (const left of distinct) for (const right of distinct) add(left, right, 1)
      break
    }
    default:
      unreachable(weight)
  }
}

function addOrdered(byGap: readonly number[], items: readonly number[], add: AddPair): void {
  for (const [p, left] of items.entries()) {
    const last = Math.min(byGap.length - 1, items.length - 1 - p)
    for (let gap = 1; gap <= last; gap += 1) {
      const value = byGap[gap] ?? 0
      if (value !== 0) add(left, items[p + gap] ?? 0, value)
    }
  }
}

function addUnordered(
  byGapAndRest: readonly (readonly number[])[],
  items: readonly number[],
  add: AddPair,
): void {
  for (let q = 0; q <= items.length - 2; q += 1) {
    const later = items[q] ?? 0
    const rest = items.length - 2 - q
    for (let gap = 0; gap <= Math.min(byGapAndRest.length - 1, q); gap += 1) {
      const byRest = byGapAndRest[gap] ?? []
      const value = byRest[Math.min(rest, byRest.length - 1)] ?? 0
      if (value === 0) continue
      const earlier = items[q - gap] ?? 0
      add(earlier, later, value)
      if (gap > 0) add(later, earlier, value)
    }
  }
}
