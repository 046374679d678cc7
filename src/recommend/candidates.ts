import type {
  CandidateSource,
  PreparedSource,
  ShopperContext,
} from '../models/candidates/candidate-source.ts'
import type { ItemTable } from '../models/candidates/item-table.ts'
import type { CandidateMatrix } from '../models/candidates/ranker.ts'
import type { Eligibility } from './eligibility.ts'

/** Candidates of one decision, with what each source says of them. Holds until the next `gather`. */
export type Candidates = {
  readonly matrix: CandidateMatrix
  readonly prepared: readonly PreparedSource[]
  /** Bit s of row r: source s proposed it. */
  readonly proposedBy: Int32Array
}

/** Whether a source's values are read for all rows; those of others are computed for what is shortlisted alone. */
export type IsRead = (source: number) => boolean

export type GatherOptions = {
  /** Proposals of each source, at most. */
  readonly perSource: number
  /** Further items, proposed by no source. */
  readonly more: (rowCount: number) => Iterable<number>
  readonly isRead: IsRead
}

/** More bits than an int32 has sources would need. */
const MOST_SOURCES = 31
/** Variants of a proposed product that are looked at too. */
const MOST_VARIANTS = 20

/** Gathers candidates into memory that is used again: a request makes no object for each of them. */
export class Gatherer {
  readonly #items: ItemTable
  readonly #sources: readonly CandidateSource[]
  /** By item number; 0 outside of a call. */
  #marks = new Int32Array(1024)
  #rows = new Int32Array(1024)
  #proposedBy = new Int32Array(1024)
  #columns: Float32Array<ArrayBuffer>[]

  /** @param featureCount columns behind those of the sources, which somebody else fills */
  constructor(items: ItemTable, sources: readonly CandidateSource[], featureCount = 0) {
    if (sources.length > MOST_SOURCES) throw new Error(`bug: ${sources.length} sources`)
    this.#items = items
    this.#sources = sources
    this.#columns = Array.from({ length: sources.length + featureCount }, () => new Float32Array(1024))
  }

  /**
   * What the sources propose and may be shown, each once, in the order of the sources; of what may not, its variants.
   */
  gather(
    shopper: ShopperContext,
    isEligible: Eligibility,
    { perSource, more, isRead }: GatherOptions,
  ): Candidates {
    const prepared = this.#sources.map((source) => source.prepare(shopper))
    if (this.#marks.length < this.#items.count) this.#marks = new Int32Array(2 * this.#items.count)
    let count = 0
    const take = (item: number, bit: number): boolean => {
      const mark = this.#marks[item] ?? 0
      if (mark === 0) {
        if (!isEligible(item)) return false
        if (count === this.#rows.length) this.#grow()
        this.#rows[count++] = item
      }
      this.#marks[item] = mark | bit | SEEN
      return true
    }
    for (let index = 0; index < prepared.length; index += 1) {
      for (const item of prepared[index]?.propose(perSource) ?? []) this.#takeItem(item, 1 << index, take)
    }
    for (const item of more(count)) this.#takeItem(item, 0, take)
    for (let row = 0; row < count; row += 1) {
      const item = this.#rows[row] ?? 0
      this.#proposedBy[row] = (this.#marks[item] ?? 0) & ~SEEN
      this.#marks[item] = 0
    }
    this.#fill(prepared, { from: 0, to: count, isRead })
    const matrix = { rowCount: count, items: this.#rows, columns: this.#columns }
    return { matrix, prepared, proposedBy: this.#proposedBy }
  }

  /** Further items behind the candidates that were gathered last, proposed by what proposed a variant of theirs. */
  extend(
    { matrix, prepared, proposedBy }: Candidates,
    more: readonly { readonly item: number; readonly like: number }[],
    isRead: IsRead,
  ): Candidates {
    const rowCount = matrix.rowCount + more.length
    while (this.#rows.length < rowCount) this.#grow()
    for (const [place, { item, like }] of more.entries()) {
      this.#rows[matrix.rowCount + place] = item
      this.#proposedBy[matrix.rowCount + place] = proposedBy[like] ?? 0
    }
    this.#fill(prepared, { from: matrix.rowCount, to: rowCount, isRead })
    return {
      matrix: { rowCount, items: this.#rows, columns: this.#columns },
      prepared,
      proposedBy: this.#proposedBy,
    }
  }

  /** These items alone, in their order, whatever the sources propose; each once. */
  evaluate(shopper: ShopperContext, items: readonly number[]): Candidates {
    const prepared = this.#sources.map((source) => source.prepare(shopper))
    while (this.#rows.length < items.length) this.#grow()
    this.#rows.set(items)
    this.#proposedBy.fill(0, 0, items.length)
    this.#fill(prepared, { from: 0, to: items.length, isRead: () => true })
    const matrix = { rowCount: items.length, items: this.#rows, columns: this.#columns }
    return { matrix, prepared, proposedBy: this.#proposedBy }
  }

  /** An item, or what stands in for one that may not be shown: its variants. */
  #takeItem(item: number, bit: number, take: (item: number, bit: number) => boolean): void {
    if (take(item, bit)) return
    const variants = this.#items.variants(item)
    if (variants.size <= 1) return
    let left = MOST_VARIANTS
    for (const variant of variants) {
      if (left-- <= 0) return
      take(variant, bit)
    }
  }

  /** Values of sources that are not read, for some rows. */
  complete(prepared: readonly PreparedSource[], isRead: IsRead, rows: Iterable<number>): void {
    for (let index = 0; index < prepared.length; index += 1) {
      const [source, column] = [prepared[index], this.#columns[index]]
      if (source === undefined || column === undefined || isRead(index)) continue
      for (const row of rows) column[row] = source.valueFor(this.#rows[row] ?? 0)
    }
  }

  #fill(
    prepared: readonly PreparedSource[],
    { from, to, isRead }: { readonly from: number; readonly to: number; readonly isRead: IsRead },
  ): void {
    for (let index = 0; index < prepared.length; index += 1) {
      const [source, column] = [prepared[index], this.#columns[index]]
      if (source === undefined || column === undefined || !isRead(index)) continue
      for (let row = from; row < to; row += 1) column[row] = source.valueFor(this.#rows[row] ?? 0)
    }
  }

  #grow(): void {
    const length = 2 * this.#rows.length
    const rows = new Int32Array(length)
    rows.set(this.#rows)
    this.#rows = rows
    const proposedBy = new Int32Array(length)
    proposedBy.set(this.#proposedBy)
    this.#proposedBy = proposedBy
    this.#columns = this.#columns.map((column) => {
      const longer = new Float32Array(length)
      longer.set(column)
      return longer
    })
  }
}

const SEEN = 1 << MOST_SOURCES
