import type { Catalog } from '../../../catalog/catalog.ts'
import { duckdbSql } from '../../../compile/duckdb/duckdb-sql.ts'
import { planView } from '../../../compile/plan.ts'
import { windowRowsOf } from '../../../compile/sql-results.ts'
import type { WindowRow } from '../../../compile/tile.ts'
import { EndcapError } from '../../../core/errors.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { readingBelow } from './lake-statistics.ts'

export type PastWindow = {
  /** Name of a view of the catalog, and of a window of it. */
  readonly view: string
  readonly window: string
  /** Instant at which the window ends (a shifted one: at which it is asked), epoch ms; rows before it count, also of its own tile. */
  readonly asOf: number
  /** Only log records below this offset count: what was known then. */
  readonly position: number
  /** First key words wanted; absent: all that have rows. */
  readonly owners?: readonly string[]
}

/**
 * A window as of any instant, exact inside a tile, after any position of the log: what the online state rounds to a
 * whole tile or no longer keeps. Order of the rows: none.
 *
 * @param session with the lake of an embedded log attached up to `position` at least
 * @throws EndcapError NOT_FOUND for a view or window that is not defined
 */
export async function lakeWindow(
  session: DuckDbSession,
  catalog: Catalog,
  { view: name, window: windowName, asOf, position, owners }: PastWindow,
): Promise<WindowRow[]> {
  const view = catalog.views.find((one) => one.name === name)
  const window = view?.windows[windowName]
  if (view === undefined || window === undefined) {
    throw new EndcapError('NOT_FOUND', `there is no window '${windowName}' of a view '${name}'`)
  }
  const plan = planView(view, catalog.horizon)
  const reading = { ...readingBelow(catalog, position), isCounted: true }
  const sql = duckdbSql.window(plan, window, asOf, reading)
  if (owners === undefined) return windowRowsOf(plan, await session.rows(sql))
  const places = owners.map((_, place) => `$${place + 1}`).join(', ')
  if (places === '') return []
  const of = `SELECT * FROM (${sql}) WHERE ${duckdbSql.quote(view.key[0])} IN (${places})`
  return windowRowsOf(plan, await session.rows(of, owners))
}
