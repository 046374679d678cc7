import { ID_PATTERN } from '../../core/ids.ts'
import type { Dialect } from '../dialects.ts'
import { numberedFirst } from '../numbered-first.ts'

/**
 * Java's `$` also holds before a closing line break, so the end is said as "no further character"; no
 * backslash, which a literal of Spark would take as an escape.
 */
const JAVA_PATTERN = `(?s)${ID_PATTERN.slice(0, -1)}(?!.)`

export const sparkDialect: Dialect = {
  name: 'spark',
  version: '4.2.0',
  quoteMark: '`',
  types: {
    integer: 'BIGINT',
    text: 'STRING',
    boolean: 'BOOLEAN',
    map: 'MAP<STRING, STRING>',
    list: (item) => `ARRAY<${item}>`,
    record: (fields) => `STRUCT<${fields.map(([name, type]) => `${name}: ${type}`).join(', ')}>`,
  },
  isId: (text) => `${text} RLIKE '${JAVA_PATTERN}'`,
  hasNullItem: (list) => `EXISTS(${list}, x -> x IS NULL)`,
  firstOfEachId: numberedFirst,
  unnest: ({ from, list, quote }) => ({
    from: `${from}\n  LATERAL VIEW POSEXPLODE(${list}) ${quote('items')} AS ${quote('item_index')}, ${quote('item')}`,
    field: (name) => `${quote('item')}.${quote(name)}`,
    index: quote('item_index'),
  }),
  materialized: '',
  numbersEntries: true,
}
