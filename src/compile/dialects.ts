import type { ColumnType } from '../algebra/column.ts'
import { unreachable } from '../core/errors.ts'
import type { Gap } from './gap.ts'
import type { QuoteMark } from './sql-writer.ts'

/** All that differs between the engines in what the language needs: names of types and five constructs. */
export type Dialect = {
  readonly name: 'duckdb' | 'flink' | 'spark'
  /** On which the text is proven. */
  readonly version: string
  readonly quoteMark: QuoteMark
  readonly types: TypeNames
  /** True where the text is an id; null or false elsewhere. */
  readonly isId: (text: string) => string
  /** True where an item of the list is null; null or false elsewhere. */
  readonly hasNullItem: (list: string, itemType: string) => string
  /** A query for the first row in log order of each id among the admitted rows. */
  readonly firstOfEachId: (parts: FirstParts) => string
  /** How to read the rows of a relation once for each item of a list column. */
  readonly unnest: (parts: UnnestParts) => Unnested
  /** Keeps the optimiser from joining in another order; empty where it does not need that. */
  readonly materialized: 'MATERIALIZED' | ''
  /** Whether the rows of a sequence are numbered; if not, the reader orders them by their coordinates. */
  readonly numbersEntries: boolean
  /** Absent: it computes them. */
  readonly pairsGap?: Gap
  /** Of batch views, which join versions of an entity. Absent: it computes them. */
  readonly joinGap?: Gap
}

export type TypeNames = {
  readonly integer: string
  readonly text: string
  readonly boolean: string
  readonly map: string
  readonly list: (item: string) => string
  /** Names are quoted. */
  readonly record: (fields: readonly (readonly [name: string, type: string])[]) => string
}

/** Names are quoted; `where` keeps the admitted rows. */
export type FirstParts = {
  readonly from: string
  readonly where: readonly string[]
  readonly id: readonly string[]
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly partition: string
  readonly offset: string
  /** Quotes a further name. */
  readonly quote: (name: string) => string
}

export type UnnestParts = {
  readonly from: string
  /** Expression of the list, and the names of its items' fields, not quoted. */
  readonly list: string
  readonly fields: readonly string[]
  readonly quote: (name: string) => string
}

export type Unnested = {
  readonly from: string
  /** Reads a field (by its name, not quoted) of the item. */
  readonly field: (name: string) => string
  /** Place of the item in its list, from 0. */
  readonly index: string
}

/** Name of the engine's type for a column. */
export function typeName(type: ColumnType, dialect: Dialect, quote: (name: string) => string): string {
  const { types } = dialect
  switch (type.kind) {
    case 'integer':
      return types.integer
    case 'id':
    case 'enum':
    case 'text':
      return types.text
    case 'boolean':
      return types.boolean
    case 'map':
      return types.map
    case 'list':
      return types.list(typeName(type.item, dialect, quote))
    case 'record':
      return types.record(
        Object.entries(type.fields).map(([name, field]) => [quote(name), typeName(field, dialect, quote)]),
      )
    default:
      return unreachable(type)
  }
}
