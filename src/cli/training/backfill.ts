import { DuckDbSession } from '../../features/lake/duckdb/duckdb-session.ts'
import { lakeEntities, lakeNewestAt, lakeTiles } from '../../features/lake/duckdb/lake-statistics.ts'
import type { BulkTiles } from '../../features/online/online-state.ts'
import { openShopStateForLoad } from '../embedded-shop.ts'
import { openFollowedLake } from '../lake.ts'
import { counted, type Report } from '../progress.ts'
import { catalog } from '../shop.ts'

export type BackfillResult = {
  /** The state has every log record below, none beyond; the stream goes on from here. */
  readonly position: number
  /** Tiles by view. */
  readonly tiles: Readonly<Record<string, number>>
  readonly entities: number
}

/**
 * Computes the state of a data folder anew from its lake, up to the end of the log, and puts it in place of
 * what was there in one step. Equal to having streamed every event.
 *
 * @throws EndcapError FOLDER_IN_USE while a server holds the state, DATA_FOLDER if there is no log
 */
export async function backfill(dataDir: string, report?: Report): Promise<BackfillResult> {
  using lake = await openFollowedLake(dataDir, report)
  using session = await DuckDbSession.open()
  await lake.attach(session)
  const { position } = lake
  const state = await openShopStateForLoad(dataDir)
  try {
    const tiles: Record<string, number> = {}
    let [tileCount, entities] = [0, 0]
    async function* countedTiles(): AsyncGenerator<BulkTiles> {
      for await (const some of lakeTiles(session, catalog, position)) {
        tiles[some.view] = (tiles[some.view] ?? 0) + some.count
        tileCount += some.count
        report?.(`${counted(tileCount)} tiles`)
        yield some
      }
    }
    async function* countedEntities() {
      for await (const entity of lakeEntities(session, catalog, position)) {
        entities += 1
        yield entity
      }
    }
    const newestAt = await lakeNewestAt(session, catalog, position)
    await state.bulkLoad({ position, newestAt, tiles: countedTiles(), entities: countedEntities() })
    return { position, tiles, entities }
  } finally {
    await state.close()
  }
}
