import { segmentProduct } from '../catalog/views/segment-product.ts'
import { DAY_MS, durationMs } from '../core/duration.ts'
import type { DuckDbSession } from '../features/lake/duckdb/duckdb-session.ts'
import { lakeBatchWindow } from '../features/lake/duckdb/lake-batch-views.ts'
import type { SegmentSnapshot } from '../recommend/segment-sales.ts'
import { catalog } from './shop.ts'

const WINDOW = 'last_90d'
const DAYS = durationMs(segmentProduct.windows[WINDOW]?.length ?? '90d') / DAY_MS

/**
 * What groups of people bought before an instant, of those who agreed in the last word below a log position.
 * @param session with the lake attached
 */
export async function segmentSnapshot(
  session: DuckDbSession,
  { asOf, position }: { readonly asOf: number; readonly position: number },
): Promise<SegmentSnapshot> {
  const window = { view: segmentProduct.name, window: WINDOW, asOf, position }
  return { asOf, position, days: DAYS, rows: await lakeBatchWindow(session, catalog, window) }
}
