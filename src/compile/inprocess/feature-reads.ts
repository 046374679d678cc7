import type { Reading, WindowRead } from '../../algebra/feature-expression.ts'
import type { Measure, View } from '../../algebra/view.ts'
import { EndcapError, unreachable } from '../../core/errors.ts'
import { weightedMiddle } from '../../core/weighted-middle.ts'
import type { TileRow, TileValue } from '../tile.ts'

/** What the rows of a read come to; null where it is missing. */
export type Reducer = (rows: readonly TileRow[]) => number | null

/** @throws EndcapError BAD_DEFINITION for a window or measure that the view has not, or a measure of the wrong kind */
export function reducerOf({ view, window, what }: WindowRead): Reducer {
  if (view.windows[window] === undefined) throw bad(view, `has no window '${window}'`)
  switch (what.kind) {
    case 'measure':
      return measureReducer(view, what.measure)
    case 'firstTile':
    case 'lastTile':
    case 'tileCount':
    case 'keyCount':
      return placesReducer(view, what)
    case 'middle':
      return middleReducer(view, what)
    case 'lastWordIs':
      return lastWordReducer(view, what.word)
    default:
      return unreachable(what)
  }
}

function measureReducer(view: View, name: string): Reducer {
  const { measure, index } = measureAt(view, name)
  switch (measure.kind) {
    case 'count':
    case 'sum':
      return (rows) => rows.reduce((sum, { values }) => sum + numberOf(values[index]), 0)
    case 'min':
    case 'max': {
      const choose = measure.kind === 'min' ? Math.min : Math.max
      return (rows) =>
        rows.reduce<number | null>((before, { values }) => {
          const value = values[index]
          if (typeof value !== 'number') return before
          return before === null ? value : choose(before, value)
        }, null)
    }
    case 'latest':
      throw bad(view, `measure '${name}' is no number`)
    default:
      return unreachable(measure)
  }
}

function placesReducer(
  view: View,
  { kind, measure: name }: Extract<Reading, { kind: 'firstTile' | 'lastTile' | 'tileCount' | 'keyCount' }>,
): Reducer {
  const { index } = measureAt(view, name)
  const counted = (rows: readonly TileRow[]) => rows.filter(({ values }) => numberOf(values[index]) > 0)
  const starts = (rows: readonly TileRow[]) => counted(rows).map(({ tileStart }) => tileStart)
  switch (kind) {
    case 'firstTile':
      return (rows) => starts(rows).reduce<number | null>((a, b) => (a === null ? b : Math.min(a, b)), null)
    case 'lastTile':
      return (rows) => starts(rows).reduce<number | null>((a, b) => (a === null ? b : Math.max(a, b)), null)
    case 'tileCount':
      return (rows) => new Set(starts(rows)).size
    case 'keyCount':
      return (rows) => new Set(counted(rows).map(({ key }) => JSON.stringify(key))).size
    default:
      return unreachable(kind)
  }
}

function middleReducer(view: View, { count, sum }: Extract<Reading, { kind: 'middle' }>): Reducer {
  const [counts, sums] = [measureAt(view, count).index, measureAt(view, sum).index]
  return (rows) =>
    weightedMiddle(
      rows.map(({ key, values }) => ({
        from: Number(key.at(-1)),
        count: numberOf(values[counts]),
        sum: numberOf(values[sums]),
      })),
    )
}

function lastWordReducer(view: View, word: string): Reducer {
  if (Object.values(view.measures)[0]?.kind !== 'latest') throw bad(view, 'keeps no latest entries')
  return (rows) => {
    const newest = rows
      .flatMap(({ values: [entries] }) => (typeof entries === 'object' && entries !== null ? entries : []))
      .reduce<{ word: string; at: number } | null>((a, b) => (a === null || b.at > a.at ? b : a), null)
    return newest?.word === word ? 1 : 0
  }
}

function measureAt(view: View, name: string): { readonly measure: Measure; readonly index: number } {
  const measure = view.measures[name]
  if (measure === undefined) throw bad(view, `has no measure '${name}'`)
  return { measure, index: Object.keys(view.measures).indexOf(name) }
}

const numberOf = (value: TileValue | undefined): number => (typeof value === 'number' ? value : 0)

const bad = ({ name }: View, message: string) =>
  new EndcapError('BAD_DEFINITION', message, { place: `view '${name}'` })
