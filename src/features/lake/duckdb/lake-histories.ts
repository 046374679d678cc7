import type { PairStatistic } from '../../../algebra/pair-statistic.ts'
import type { Stream } from '../../../algebra/stream.ts'
import type { Catalog } from '../../../catalog/catalog.ts'
import { customers } from '../../../catalog/events/customers.ts'
import { products } from '../../../catalog/events/products.ts'
import { duckdbDialect } from '../../../compile/duckdb/dialect.ts'
import { duckdbSql } from '../../../compile/duckdb/duckdb-sql.ts'
import { type PairPlan, planPairs } from '../../../compile/plan.ts'
import { pairsSql } from '../../../compile/sql-pairs.ts'
import { streamSql } from '../../../compile/sql-stream.ts'
import { withQueries } from '../../../compile/sql-writer.ts'
import { EndcapError } from '../../../core/errors.ts'
import { canonicalJson } from '../../../core/hash.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { readingBelow } from './lake-statistics.ts'

/** The histories that the pair statistics are taken over, in dense numbers. */
export type LakeHistories = {
  /** By item number, ascending: every product of the shop and every item of a history. */
  readonly skus: readonly string[]
  /** How many shoppers may be learnt from and have a history. */
  readonly shopperCount: number
  /** CSR: shopper `s` has `items[starts[s] .. starts[s + 1])`, in the total order. */
  readonly starts: Int32Array
  readonly items: Int32Array
}

/** Tag of a customer among the shoppers of the stream. */
const CUSTOMER_TAG = 'c:'
const HISTORY_TABLE = 'training_history'
const ITEMS_TABLE = 'training_items'

/**
 * The histories of customers who agreed to training, from the log records below `position`. Somebody who is
 * not known, or has not said, has not agreed; so visits without a login are not learnt from.
 *
 * @param session with the lake attached; its tables for training are made anew
 * @param before only what happened before this instant, epoch ms; absent: all
 * @throws EndcapError BAD_DEFINITION if the catalog's pair statistics are over different histories
 */
export async function lakeHistories(
  session: DuckDbSession,
  catalog: Catalog,
  position: number,
  before?: number,
): Promise<LakeHistories> {
  await session.run(
    `CREATE OR REPLACE TEMP TABLE ${HISTORY_TABLE} AS ${historySql(catalog, position, before)}`,
  )
  await session.run(`CREATE OR REPLACE TEMP TABLE ${ITEMS_TABLE} AS ${itemsSql(position)}`)
  const items = await session.columns(`SELECT sku FROM ${ITEMS_TABLE} ORDER BY number`)
  const entries = await session.columns(
    `SELECT i.number AS item, (DENSE_RANK() OVER (ORDER BY h.owner) - 1)::INTEGER AS shopper ` +
      `FROM ${HISTORY_TABLE} AS h JOIN ${ITEMS_TABLE} AS i ON i.sku = h.item ORDER BY h.owner, h.position`,
  )
  const shoppers = entries.int32('shopper')
  const shopperCount = (shoppers.at(-1) ?? -1) + 1
  const starts = new Int32Array(shopperCount + 1)
  for (const shopper of shoppers) starts[shopper + 1] = (starts[shopper + 1] ?? 0) + 1
  for (let shopper = 0; shopper < shopperCount; shopper += 1) {
    starts[shopper + 1] = (starts[shopper + 1] ?? 0) + (starts[shopper] ?? 0)
  }
  const skus = items.strings('sku').map((sku) => sku ?? '')
  return { skus, shopperCount, starts, items: entries.int32('item') }
}

/** owner, item, position: the histories as the pair statistics define them, of those who agreed. */
function historySql(catalog: Catalog, position: number, before: number | undefined): string {
  const plan = historyPlan(catalog)
  const { from: stream } = plan.pairs
  const name = duckdbSql.quote(stream.name)
  const { shared, rows } = streamSql(stream, plan.horizon, duckdbDialect, readingBelow(catalog, position))
  const [history] = pairsSql(plan, duckdbDialect, name).shared
  if (history === undefined) throw new Error('bug: pair statistics without a history')
  return withQueries(
    [...shared, [name, before === undefined ? rows : earlierRows(stream, rows, before)], history],
    `SELECT owner, item, position\nFROM ${history[0]}\nWHERE owner IN (${consentingSql(position)})`,
  )
}

const earlierRows = (stream: Stream, rows: string, before: number): string =>
  `SELECT * FROM (${rows}) WHERE ${duckdbSql.quote(stream.at)} < ${before}`

/** Any of the statistics: they differ in their weights alone. */
function historyPlan(catalog: Catalog): PairPlan {
  const [first, ...others] = catalog.pairs
  if (first === undefined) throw new EndcapError('BAD_DEFINITION', 'the catalog has no pair statistic')
  const other = others.find((pairs) => historyOf(pairs) !== historyOf(first))
  if (other !== undefined) {
    throw new EndcapError('BAD_DEFINITION', `is over another history than '${first.name}'`, {
      place: `pair statistic '${other.name}'`,
    })
  }
  return planPairs(first, catalog.horizon)
}

const historyOf = ({ from, owner, item, where, maxHistory }: PairStatistic): string =>
  canonicalJson({ from, owner, item, where, maxHistory })

/** Shoppers whose last word on it is that they may be learnt from. */
function consentingSql(position: number): string {
  const winners =
    `SELECT customer_id, consent, deleted FROM ${duckdbSql.quote(customers.name)} ` +
    `WHERE log_offset < ${position} ` +
    'QUALIFY ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY updated_at DESC, log_offset DESC) = 1'
  return (
    `SELECT '${CUSTOMER_TAG}' || customer_id FROM (${winners}) ` +
    'WHERE consent.training AND COALESCE(deleted, false) = false'
  )
}

function itemsSql(position: number): string {
  return (
    'SELECT sku, (ROW_NUMBER() OVER (ORDER BY sku) - 1)::INTEGER AS number FROM (' +
    `SELECT sku FROM ${duckdbSql.quote(products.name)} WHERE log_offset < ${position} ` +
    `UNION SELECT item FROM ${HISTORY_TABLE})`
  )
}
