import { ID_PATTERN } from '../../core/ids.ts'
import type { Dialect } from '../dialects.ts'
import { numberedFirst } from '../numbered-first.ts'
import { inParentheses } from '../sql-writer.ts'

/** `regexp_full_match` brings its own anchors. */
const BARE_PATTERN = ID_PATTERN.slice(1, -1)

export const duckdbDialect: Dialect = {
  name: 'duckdb',
  version: '1.5.6',
  quoteMark: '"',
  types: {
    integer: 'BIGINT',
    text: 'VARCHAR',
    boolean: 'BOOLEAN',
    map: 'MAP(VARCHAR, VARCHAR)',
    list: (item) => `${item}[]`,
    record: (fields) => `STRUCT(${fields.map(([name, type]) => `${name} ${type}`).join(', ')})`,
  },
  isId: (text) => `REGEXP_FULL_MATCH(${text}, '${BARE_PATTERN}')`,
  hasNullItem: (list) => `LIST_COUNT(${list}) < LEN(${list})`,
  firstOfEachId: numberedFirst,
  // Two set-returning calls in one SELECT advance together; a null or empty list gives no row.
  unnest: ({ from, list, quote }) => ({
    from: inParentheses(
      `SELECT *, UNNEST(${list}) AS ${quote('item')}, ` +
        `GENERATE_SUBSCRIPTS(${list}, 1) - 1 AS ${quote('item_index')}\nFROM ${from}`,
    ),
    field: (name) => `${quote('item')}.${quote(name)}`,
    index: quote('item_index'),
  }),
  // Left to itself it joins histories on the owner alone and filters by position after.
  materialized: 'MATERIALIZED',
  numbersEntries: true,
}
