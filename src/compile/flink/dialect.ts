import { ID_PATTERN } from '../../core/ids.ts'
import type { Dialect } from '../dialects.ts'
import { inParentheses, select } from '../sql-writer.ts'

/** The characters of a range `a-z`, one by one. */
const listed = (from: string, to: string): string =>
  Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, place) =>
    String.fromCharCode(from.charCodeAt(0) + place),
  ).join('')

/**
 * Java looks single characters up in one table, and asks one range after the other. Its `$` also holds before a closing
 * line break, so the end is said as "no further character".
 */
const JAVA_PATTERN = `(?s)${ID_PATTERN.slice(0, -1).replace(/(\w)-(\w)/g, (_, from, to) => listed(from, to))}(?!.)`

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
   * The first to arrive, which within a partition is the first by offset. All rows compare as equal, so none ever takes
   * the place of another: what is read downstream is only inserted, and nothing there has to be able to take a row back.
   * An order by the offset itself would let a smaller one of another partition come second. One row of all columns,
   * since the planner would otherwise look for the first once per set of columns that somebody reads.
   */
  firstOfEachId: ({ from, where, id, columns, offset, quote }) => {
    const [first, arrival] = [quote('first_row'), quote('arrival')]
    const names = columns.map(({ name }) => name).join(', ')
    const type = `ROW<${columns.map(({ name, type }) => `${name} ${type}`).join(', ')}>`
    const numbered = select({
      columns: [
        [`CAST(ROW(${names}) AS ${type})`, first],
        [`ROW_NUMBER() OVER (PARTITION BY ${id.join(', ')} ORDER BY MOD(${offset}, 1))`, arrival],
      ],
      from,
      where,
    })
    return select({
      columns: columns.map(({ name }) => [`${first}.${name}`, name] as const),
      from: inParentheses(numbered),
      where: [`${arrival} = 1`],
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
