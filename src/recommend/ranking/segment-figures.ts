import { measureOf } from '../../catalog/readings/window-figures.ts'
import type { BoundPart } from '../../compile/inprocess/feature-binding.ts'
import type { FeatureRequest } from '../../compile/inprocess/feature-evaluator.ts'
import type { FeatureProgram, FigureRead, Figures } from '../../compile/inprocess/feature-program.ts'
import type { ItemTable } from '../../models/candidates/item-table.ts'
import type { SegmentSnapshot } from '../segment-sales.ts'

type Segment = NonNullable<FeatureRequest['segment']>

/** Groups of people whose rows are kept apart, and segments: the last ones that were asked for. */
const KEPT = 5000
const BETWEEN_WORDS = '\n'

/** What one group of people did, for one read: sums. */
type GroupFigures = { readonly all: number; readonly byItem: ReadonlyMap<number, number> }
/** By read; null where nothing is told. */
type Told = { readonly alone: Float64Array; readonly ofItems: readonly (GroupFigures | null)[] }

/** What is read of the segment of who asks, from the snapshot at hand; of nobody's segment all is missing. */
export class SegmentFigures {
  readonly #items: ItemTable
  readonly #program: FeatureProgram
  readonly #groups = new Map<string, GroupFigures>()
  readonly #segments = new Map<string, Told>()
  /** Rows of the snapshot by the words of some columns, by those columns. */
  readonly #rows = new Map<string, ReadonlyMap<string, readonly SegmentRow[]>>()
  #of: SegmentSnapshot | null = null
  #told: Told
  readonly #values: Float64Array

  constructor(items: ItemTable, program: FeatureProgram) {
    this.#items = items
    this.#program = program
    this.#values = new Float64Array(program.reads.segmentItem.length)
    this.#told = this.#tell(null, null)
  }

  /** @param snapshot null, or one that may know what came after the instant: nothing is told */
  show(figures: Figures, snapshot: SegmentSnapshot | null, segment: Segment | null): void {
    if (snapshot !== this.#of) for (const kept of [this.#groups, this.#segments, this.#rows]) kept.clear()
    this.#of = snapshot
    const name = segment === null ? '' : `${segment.generation} ${segment.gender} ${segment.region}`
    this.#told = remembered(this.#segments, name, () => this.#tell(snapshot, segment))
    figures.segment = this.#told.alone
  }

  #tell(snapshot: SegmentSnapshot | null, segment: Segment | null): Told {
    const { segment: alone, segmentItem } = this.#program.reads
    const told = (read: FigureRead, kind: string, slot: number): GroupFigures | null => {
      const words = snapshot === null ? null : wordsOf(read, segment)
      if (words === null) return null
      const name = `${kind} ${slot} ${words.map(({ word }) => word).join(' ')}`
      return remembered(this.#groups, name, () => this.#group(read, words))
    }
    return {
      alone: Float64Array.from(alone, (read, slot) => told(read, 'alone', slot)?.all ?? Number.NaN),
      ofItems: segmentItem.map((read, slot) => told(read, 'item', slot)),
    }
  }

  showItem(figures: Figures, item: number): void {
    const { ofItems } = this.#told
    for (let slot = 0; slot < ofItems.length; slot += 1) {
      const group = ofItems[slot] ?? null
      this.#values[slot] = group === null ? Number.NaN : (group.byItem.get(item) ?? 0)
    }
    figures.segmentItem = this.#values
  }

  #group({ read, binding }: FigureRead, words: readonly Word[]): GroupFigures {
    if (read.what.kind !== 'measure') throw new Error('bug: of a segment only sums are read')
    const measure = measureOf(read.view, read.what.measure)
    const skuPlace = binding.find(({ part }) => part === 'item')?.place
    const byItem = new Map<number, number>()
    let all = 0
    for (const row of this.#rowsOf(words)) {
      const count = measure(row)
      all += count
      if (skuPlace === undefined) continue
      const item = this.#items.numberOf(row.key[skuPlace] ?? '')
      if (item >= 0) byItem.set(item, (byItem.get(item) ?? 0) + count)
    }
    return { all, byItem }
  }

  /** Rows with these words; put in order by the columns of the words when those are first asked for. */
  #rowsOf(words: readonly Word[]): readonly SegmentRow[] {
    const name = words.map(({ place }) => place).join(' ')
    let byWords = this.#rows.get(name)
    if (byWords === undefined) {
      byWords = Map.groupBy(this.#of?.rows ?? [], ({ key }) =>
        words.map(({ place }) => key[place] ?? '').join(BETWEEN_WORDS),
      )
      this.#rows.set(name, byWords)
    }
    return byWords.get(words.map(({ word }) => word).join(BETWEEN_WORDS)) ?? []
  }
}

type SegmentRow = SegmentSnapshot['rows'][number]
type Word = { readonly place: number; readonly word: string }

/** Words of the bound columns; null where the segment is not known. */
function wordsOf({ binding }: FigureRead, segment: Segment | null): readonly Word[] | null {
  const words: Word[] = []
  for (const { place, part } of binding) {
    if (part === 'item') continue
    if (segment === null) return null
    words.push({
      place,
      word: segment[part as Exclude<BoundPart, 'item' | 'category' | 'shopper' | 'session'>],
    })
  }
  return words
}

/** The value of a key, made if it is not known; of the oldest keys those beyond what is kept are forgotten. */
function remembered<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const found = known.get(key)
  if (found !== undefined) return found
  const value = make()
  const [oldest] = known.keys()
  if (oldest !== undefined && known.size >= KEPT) known.delete(oldest)
  known.set(key, value)
  return value
}
