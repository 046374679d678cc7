import type { Catalog } from '../../../catalog/catalog.ts'
import { duckdbSql } from '../../../compile/duckdb/duckdb-sql.ts'
import { planView } from '../../../compile/plan.ts'
import { windowRowsOf } from '../../../compile/sql-results.ts'
import type { WindowRow } from '../../../compile/tile.ts'
import { EndcapError } from '../../../core/errors.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { readingBelow } from './lake-statistics.ts'

/** Which window of which batch view, and its two coordinates. */
export type BatchWindow = {
  readonly view: string
  readonly window: string
  /** Epoch ms: events with `at < asOf` count. */
  readonly asOf: number
  /** Log records below this offset count; consent is the last word below it. */
  readonly position: number
}

/**
 * The sums of a batch view, exactly as of an instant and a log position. Whoever serves them asks again from time to
 * time; between two askings they are those of the earlier position.
 *
 * @param session with the lake of an embedded log attached: its records are admitted and distinct
 * @returns keys with rows in the window, in no particular order
 * @throws EndcapError NOT_FOUND for a batch view or window that is not defined
 */
export async function lakeBatchWindow(
  session: DuckDbSession,
  catalog: Catalog,
  { view: name, window: windowName, asOf, position }: BatchWindow,
): Promise<readonly WindowRow[]> {
  const view = catalog.batchViews.find((candidate) => candidate.name === name)
  if (view === undefined) throw new EndcapError('NOT_FOUND', `no batch view is called '${name}'`)
  const window = view.windows[windowName]
  if (window === undefined) {
    throw new EndcapError('NOT_FOUND', `view '${name}' has no window '${windowName}'`)
  }
  const plan = planView(view, catalog.horizon)
  const reading = { ...readingBelow(catalog, position), isCounted: true }
  return windowRowsOf(plan, await session.rows(duckdbSql.window(plan, window, asOf, reading)))
}
