import type { View } from '../../algebra/view.ts'

/**
 * One key of a view with the values of its measures, of a tile or of a window: integers, nulls, or the latest
 * entries. The rows that the engines give are of this shape.
 */
export type Figures = {
  readonly key: readonly string[]
  readonly values: readonly (number | null | readonly Entry[])[]
}

/** One of the latest: the word and the instant of its row, epoch ms. */
export type Entry = { readonly word: string; readonly at: number }

/** Reads a measure of the view by name; 0 where it has no value. @throws Error for a name that the view has not */
export function measureOf(view: View, name: string): (row: Figures) => number {
  const index = Object.keys(view.measures).indexOf(name)
  if (index < 0) throw new Error(`bug: view '${view.name}' has no measure '${name}'`)
  return ({ values }) => {
    const value = values[index]
    return typeof value === 'number' ? value : 0
  }
}
