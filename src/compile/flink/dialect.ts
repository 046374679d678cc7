import { ID_PATTERN } from '../../core/ids.ts'
import type { Dialect } from '../dialects.ts'
import { inParentheses, select } from '../sql-writer.ts'

/** Java's `$` also holds before a closing line break, so the end is said as "no further character". */
const JAVA_PATTERN = `(?s)${ID_PATTERN.slice(0, -1)}(?!.)`

export const flinkDialect: Dialect = {
  name: 'flink',
  version: '2.2.0',
  quoteMark: '`',
  types: {
    integer: 'BIGINT',
    text: 'STRING',
    boolean: 'BOOLEAN',
    map: 'MAP<STRING, STRING>',
    list: (item) => `ARRAY<${item}>`,
    record: (fields) => `ROW<${fields.map(([name, type]) => `${name} ${type}`).join(', ')}>`,
  },
  isId: (text) => `REGEXP(${text}, '${JAVA_PATTERN}')`,
  // The cast is for items that are NOT NULL, of which there is no null to ask for.
  hasNullItem: (list, itemType) =>
    `ARRAY_CONTAINS(CAST(${list} AS ARRAY<${itemType}>), CAST(NULL AS ${itemType}))`,
  /**
   * The first to arrive, which within a partition is the first by offset. It skips nulls, hence one row of
   * all columns. `ROW_NUMBER() ... ORDER BY log_offset` is planned insert-only and counts a duplicate twice
   * when the smaller offset comes second; ordering by a time attribute waits for watermarks.
   */
  firstOfEachId: ({ from, where, id, columns, quote }) => {
    const first = quote('first_row')
    const names = columns.map(({ name }) => name).join(', ')
    const type = `ROW<${columns.map(({ name, type }) => `${name} ${type}`).join(', ')}>`
    const firsts = select({
      columns: [[`FIRST_VALUE(CAST(ROW(${names}) AS ${type}))`, first]],
      from,
      where,
      groupBy: id,
    })
    return select({
      columns: columns.map(({ name }) => [`${first}.${name}`, name] as const),
      from: inParentheses(firsts),
    })
  },
  // Fields of a row become columns of their own. A path without its table is not found inside UNNEST.
  unnest: ({ from, list, fields, quote }) => {
    const columns = [...fields.map((name) => quote(`item_${name}`)), quote('item_number')]
    return {
      from: `${from}\n  CROSS JOIN UNNEST(${from}.${list}) WITH ORDINALITY AS ${quote('items')} (${columns.join(', ')})`,
      field: (name) => quote(`item_${name}`),
      index: `${quote('item_number')} - 1`,
    }
  },
  materialized: '',
  numbersEntries: false,
  pairsGap: {
    kind: 'never',
    reason:
      'a position in an owner’s history moves with every late row, and the planner refuses to number rows ' +
      'in an order that is not time (`The window can only be ordered by a single time column`); DuckDB and ' +
      'Spark compute the sums',
    version: '2.2.0',
  },
  joinGap: {
    kind: 'never',
    reason:
      'a version of an entity that comes late moves rows of the past to another segment; a join of event times waits ' +
      'for watermarks and drops what comes after them; DuckDB and Spark compute batch views',
    version: '2.2.0',
  },
}
