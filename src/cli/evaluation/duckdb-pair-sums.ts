import { PAST_BY_GAP_AND_REST, SUCCESSION_BY_GAP } from '../../catalog/pairs/gap-weights.ts'
import { pairSumsSql } from '../../compile/duckdb/pair-sums.ts'
import { DuckDbSession } from '../../features/lake/duckdb/duckdb-session.ts'
import { countedHistories, distinctItems, type PairSumSource } from '../../models/affinity/pair-sums.ts'
import { type Entries, fromEntries, mirrored } from '../../models/linalg/sparse-rows.ts'
import type { Sequences } from '../../models/sequences.ts'

/** The sums through SQL in an in-memory DuckDB, as the lake computes them; equal to `pairSumsInProcess`. */
export const pairSumsByDuckDb: PairSumSource = async (sequences) => {
  const counted = countedHistories(sequences)
  using session = await DuckDbSession.open()
  await session.run('CREATE TABLE sequences (shopper INTEGER, position INTEGER, item INTEGER, size INTEGER)')
  await session.append('sequences', sequenceColumns(counted))
  await session.run('CREATE TABLE distinct_items (shopper INTEGER, item INTEGER)')
  const distinct = distinctItems(counted)
  const [shoppers = new Int32Array(), , items = new Int32Array()] = sequenceColumns(distinct)
  await session.append('distinct_items', [shoppers, items])
  const sql = pairSumsSql({
    sequences: 'sequences',
    distinctItems: 'distinct_items',
    successionByGap: SUCCESSION_BY_GAP,
    pastByGapAndRest: PAST_BY_GAP_AND_REST,
  })
  const size = sequences.itemCount
  return {
    succession: fromEntries({ rowCount: size, columnCount: size }, await entries(session, sql.succession)),
    past: mirrored(size, await entries(session, sql.past)),
    together: mirrored(size, await entries(session, sql.together)),
  }
}

/** Shopper, position, item and size of each event. */
function sequenceColumns({ starts, items }: Sequences): Int32Array[] {
  const shoppers = new Int32Array(items.length)
  const positions = new Int32Array(items.length)
  const sizes = new Int32Array(items.length)
  for (let shopper = 0; shopper < starts.length - 1; shopper += 1) {
    const [from, to] = [starts[shopper] ?? 0, starts[shopper + 1] ?? 0]
    shoppers.fill(shopper, from, to)
    sizes.fill(to - from, from, to)
    for (let place = from; place < to; place += 1) positions[place] = place - from
  }
  return [shoppers, positions, items, sizes]
}

async function entries(session: DuckDbSession, sql: string): Promise<Entries> {
  const batch = await session.columns(sql)
  return {
    rows: batch.int32('row_item'),
    columns: batch.int32('column_item'),
    values: batch.numbers('weight'),
  }
}
