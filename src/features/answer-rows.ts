import type { PairRow } from '../compile/inprocess/naive-pairs.ts'
import type { Refusal } from '../compile/inprocess/rows.ts'
import type { TileRow, TileValue, WindowRow } from '../compile/tile.ts'
import { unreachable } from '../core/errors.ts'

/** An answer of an engine. */
export type AnswerRows =
  | { readonly kind: 'tiles'; readonly rows: readonly TileRow[] }
  | { readonly kind: 'window'; readonly rows: readonly WindowRow[] }
  | { readonly kind: 'pairs'; readonly rows: readonly PairRow[] }
  | { readonly kind: 'refusals'; readonly rows: readonly Refusal[] }

/** A row on which two engines differ; undefined where one of them has no such row. */
export type Difference = {
  /** To which question. */
  readonly answer: string
  readonly key: string
  readonly expected: string | undefined
  readonly actual: string | undefined
}

/**
 * The rows as text by key, so that answers in any order compare. A sequence without entries says nothing and
 * is left out; a key that comes twice is kept as two rows, which no oracle has.
 */
export function canonicalRows(answer: AnswerRows): ReadonlyMap<string, string> {
  const rows = new Map<string, string>()
  const add = (key: readonly (string | number)[], value: unknown) => {
    let text = JSON.stringify(key)
    while (rows.has(text)) text += ' again'
    rows.set(text, JSON.stringify(value))
  }
  switch (answer.kind) {
    case 'tiles':
      for (const row of answer.rows) if (says(row.values)) add([...row.key, row.tileStart], row.values)
      break
    case 'window':
      for (const row of answer.rows) if (says(row.values)) add(row.key, row.values)
      break
    case 'pairs':
      for (const { left, right, weight } of answer.rows) add([left, right], weight)
      break
    case 'refusals':
      for (const { topic, partition, offset, item, reason } of answer.rows) {
        add([topic, partition, offset, item], reason)
      }
      break
    default:
      unreachable(answer)
  }
  return rows
}

const says = (values: readonly TileValue[]): boolean =>
  !values.every((value) => typeof value === 'object' && value !== null && value.length === 0)

/** Rows that are not equal, those of `expected` first. */
export function* differences(
  answer: string,
  expected: ReadonlyMap<string, string>,
  actual: ReadonlyMap<string, string>,
): Generator<Difference> {
  for (const [key, value] of expected) {
    const other = actual.get(key)
    if (other !== value) yield { answer, key, expected: value, actual: other }
  }
  for (const [key, value] of actual) {
    if (!expected.has(key)) yield { answer, key, expected: undefined, actual: value }
  }
}
