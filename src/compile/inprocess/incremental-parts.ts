import type { Measure } from '../../algebra/view.ts'
import { EndcapError, unreachable } from '../../core/errors.ts'
import type { ViewPlan } from '../plan.ts'
import type { LatestEntry, TileValue } from '../tile.ts'
import { type Access, integerClosure, predicateClosure, wordClosure } from './closures.ts'
import { type RowSlots, slotsOf } from './incremental-rows.ts'
import type { Words } from './words.ts'

/**
 * The tiles of one view and owner in one chunk of time, flat. A tile is
 * `[tile number, word of key[1], ..., rows, ...]`, where the tile number is the instant / tile size and words
 * are numbers of `Words`. Then:
 * - sum and merge views: one number a measure, NaN for a null;
 * - sequence views: the count of entries, then `ENTRY` numbers for each, newest first.
 */
export type Part = number[]

/** What a chunk holds of a view without tiles there; never written to. */
export const NO_TILES: Part = []
Object.freeze(NO_TILES)

/** Numbers of an entry of a sequence: word, at, topic number, partition, offset, item index. */
export const ENTRY = 6

/** Folds rows into the parts of one view, and reads them back. */
export type PartFolder = {
  readonly plan: ViewPlan
  /** Numbers before the measures: tile, rest of the key, rows. */
  readonly head: number
  /** Numbers of the tile that begins at `start`. */
  readonly lengthAt: (part: Part, start: number) => number
  /** Whether the row is in the view: its `where` holds and no word of the key is null. */
  readonly takes: (row: RowSlots) => boolean
  /**
   * Adds a row that the view takes (sign 1), or takes it out of its tile (sign -1; sum views alone). An empty part
   * is not written to.
   * @returns the part, or in place of an empty one a part of its own
   */
  readonly fold: (part: Part, row: RowSlots, at: number, sign: 1 | -1) => Part
  readonly valuesAt: (part: Part, start: number) => TileValue[]
}

/** Compiles a view for the engine. */
export function partFolder(plan: ViewPlan, words: Words): PartFolder {
  return plan.viewKind === 'sequence' ? sequenceFolder(plan, words) : numericFolder(plan, words)
}

/** Adds to, or takes from, the number at `slot`. */
type Step = (part: Part, slot: number, row: RowSlots, sign: 1 | -1) => void

function numericFolder(plan: ViewPlan, words: Words): PartFolder {
  const key = restOfKey(plan, words)
  const head = key.length + 2
  const measures = plan.measures.map(({ measure }) => measure)
  const steps = measures.map((measure, index) => stepOf(measure, plan, index))
  const empty = measures.map((measure) =>
    measure.kind === 'count' || measure.kind === 'sum' ? 0 : Number.NaN,
  )
  const stride = head + steps.length
  const fresh = [0, ...key.numbers, 0, ...empty]
  const belongs = belonging(plan)
  return {
    plan,
    head,
    lengthAt: () => stride,
    takes: (row) => belongs(row) && key.isWhole(row),
    fold: (part, row, at, sign) => {
      key.read(row)
      const tile = Math.floor(at / plan.tileMs)
      let start = part.length - stride
      while (start >= 0 && !(part[start] === tile && key.matches(part, start))) start -= stride
      let own = part
      if (start < 0) {
        start = part.length
        fresh[0] = tile
        for (let index = 0; index < key.length; index += 1) fresh[1 + index] = key.numbers[index] ?? 0
        own = extended(part, fresh)
      }
      const rows = head - 1 + start
      own[rows] = (own[rows] ?? 0) + sign
      for (let index = 0; index < steps.length; index += 1)
        steps[index]?.(own, start + head + index, row, sign)
      if (own[rows] === 0) own.splice(start, stride)
      return own
    },
    valuesAt: (part, start) =>
      measures.map((measure, index) => {
        const value = part[start + head + index] ?? Number.NaN
        if (!Number.isNaN(value)) return value
        return measure.kind === 'count' || measure.kind === 'sum' ? 0 : null
      }),
  }
}

function sequenceFolder(plan: ViewPlan, words: Words): PartFolder {
  const key = restOfKey(plan, words)
  const head = key.length + 2
  const measure = plan.measures[0]?.measure
  if (measure?.kind !== 'latest') throw new Error(`bug: sequence view '${plan.view.name}' without latest`)
  const access = rowAccess(plan)
  const word = wordClosure(measure.word, access)
  const where = measure.where === undefined ? () => true : predicateClosure(measure.where, access)
  const { order } = slotsOf(plan.view.from)
  const belongs = belonging(plan)
  const lengthAt = (part: Part, start: number) => head + 1 + ENTRY * (part[start + head] ?? 0)
  const startOf = (part: Part, tile: number): number => {
    let start = 0
    while (start < part.length && !(part[start] === tile && key.matches(part, start)))
      start += lengthAt(part, start)
    return start
  }
  const fresh = [0, ...key.numbers, 0, 0]
  const freshWithEntry = [...fresh, ...new Array<number>(ENTRY).fill(0)]
  const entry = new Array<number>(ENTRY).fill(0)
  return {
    plan,
    head,
    lengthAt,
    takes: (row) => belongs(row) && key.isWhole(row),
    fold: (part, row, at, sign) => {
      if (sign < 0) throw notSubtractable(plan)
      key.read(row)
      const tile = Math.floor(at / plan.tileMs)
      const start = startOf(part, tile)
      const text = where(row) ? word(row) : null
      if (text !== null) {
        entry[0] = words.number(text)
        entry[1] = at
        for (let field = 2; field < ENTRY; field += 1) entry[field] = Number(row[order + field - 2])
      }
      if (start === part.length) {
        const first = text === null ? fresh : freshWithEntry
        first[0] = tile
        for (let index = 0; index < key.length; index += 1) first[1 + index] = key.numbers[index] ?? 0
        first[head - 1] = 1
        if (text !== null) {
          first[head] = 1
          for (let field = 0; field < ENTRY; field += 1) first[head + 1 + field] = entry[field] ?? 0
        }
        return extended(part, first)
      }
      part[start + head - 1] = (part[start + head - 1] ?? 0) + 1
      if (text !== null) insertEntry(part, start + head, entry, measure.limit)
      return part
    },
    valuesAt: (part, start) => {
      const entries: LatestEntry[] = []
      for (let at = start + head + 1; at < start + lengthAt(part, start); at += ENTRY) {
        entries.push({ word: words.text(part[at] ?? -1), at: part[at + 1] ?? 0 })
      }
      return [entries]
    },
  }
}

/** Adds a tile. An empty part is replaced by one of just that size: most parts never have a second tile. */
function extended(part: Part, tile: readonly number[]): Part {
  if (part.length === 0) return tile.slice()
  for (const number of tile) part.push(number)
  return part
}

/** Keeps the entries after `countSlot` newest first, at most `limit` of them. */
function insertEntry(part: Part, countSlot: number, entry: readonly number[], limit: number): void {
  const count = part[countSlot] ?? 0
  let place = 0
  while (place < count && isNewer(part, countSlot + 1 + place * ENTRY, entry)) place += 1
  if (place === limit) return
  part.splice(countSlot + 1 + place * ENTRY, 0, ...entry)
  if (count === limit) part.splice(countSlot + 1 + limit * ENTRY, ENTRY)
  else part[countSlot] = count + 1
}

/** Whether the entry at `start` lies after `entry` in the total order. */
function isNewer(part: Part, start: number, entry: readonly number[]): boolean {
  for (let field = 1; field < ENTRY; field += 1) {
    const difference = (part[start + field] ?? 0) - (entry[field] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}

function stepOf(measure: Measure, plan: ViewPlan, index: number): Step {
  const access = rowAccess(plan)
  const where = measure.where === undefined ? undefined : predicateClosure(measure.where, access)
  const guarded = (step: Step): Step =>
    where === undefined
      ? step
      : (part, slot, row, sign) => {
          if (where(row)) step(part, slot, row, sign)
        }
  switch (measure.kind) {
    case 'count':
      return guarded((part, slot, _row, sign) => {
        part[slot] = (part[slot] ?? 0) + sign
      })
    case 'sum': {
      const value = integerClosure(measure.value, access)
      return guarded((part, slot, row, sign) => {
        const sum = (part[slot] ?? 0) + sign * (value(row) ?? 0)
        if (!Number.isSafeInteger(sum)) throw beyondExact(plan, index, sum)
        part[slot] = sum
      })
    }
    case 'min':
    case 'max': {
      const value = integerClosure(measure.value, access)
      const isMin = measure.kind === 'min'
      return guarded((part, slot, row, sign) => {
        if (sign < 0) throw notSubtractable(plan)
        const now = value(row)
        if (now === null) return
        const before = part[slot] ?? Number.NaN
        if (Number.isNaN(before) || (isMin ? now < before : now > before)) part[slot] = now
      })
    }
    case 'latest':
      throw new Error(`bug: latest beside other measures in view '${plan.view.name}'`)
    default:
      return unreachable(measure)
  }
}

/** The words of key[1], key[2], ... of a row, as numbers. */
function restOfKey(plan: ViewPlan, words: Words) {
  const { columns } = slotsOf(plan.view.from)
  const slots = plan.view.key.slice(1).map((name) => columns.get(name) ?? -1)
  const numbers = slots.map(() => 0)
  return {
    length: slots.length,
    numbers,
    /** Whether none of the row's words is null. */
    isWhole: (row: RowSlots): boolean => {
      for (const slot of slots) if ((row[slot] ?? null) === null) return false
      return true
    },
    /** Reads the words of a whole row into `numbers`. */
    read: (row: RowSlots): void => {
      for (let index = 0; index < slots.length; index += 1) {
        numbers[index] = words.number(String(row[slots[index] ?? -1]))
      }
    },
    matches: (part: Part, start: number): boolean => {
      for (let index = 0; index < numbers.length; index += 1) {
        if (part[start + 1 + index] !== numbers[index]) return false
      }
      return true
    },
  }
}

/** Whether a row is in the view, as its `where` says. */
function belonging(plan: ViewPlan): (row: RowSlots) => boolean {
  const { where } = plan.view
  return where === undefined ? () => true : predicateClosure(where, rowAccess(plan))
}

function rowAccess(plan: ViewPlan): Access<RowSlots> {
  const { columns } = slotsOf(plan.view.from)
  return ([name]) => {
    const slot = columns.get(name) ?? -1
    return (row) => row[slot]
  }
}

const notSubtractable = (plan: ViewPlan) =>
  new EndcapError('NOT_EXPRESSIBLE', 'a view with merge measures cannot take a row out', {
    place: `view '${plan.view.name}'`,
    remedy: 'Rebuild the key from the log.',
  })

const beyondExact = (plan: ViewPlan, index: number, sum: number) =>
  new EndcapError('BAD_DEFINITION', `a sum reached ${sum}, beyond the exact integers (2^53 - 1)`, {
    place: `view '${plan.view.name}', measure '${plan.measures[index]?.name}'`,
    remedy: 'Narrow the ranges of its columns, or make the tile smaller.',
  })
