import { DuckDbSession } from '../../features/lake/duckdb/duckdb-session.ts'
import { LakeChunks } from '../../features/lake/duckdb/lake-chunks.ts'
import { lakeEntities, lakeNewestAt } from '../../features/lake/duckdb/lake-statistics.ts'
import { bulkLoad } from '../../features/online/bulk-load.ts'
import { openShopStateStore } from '../embedded-shop.ts'
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

/** Buffers of DuckDB, MB; beyond them it spills to the folder of the lake. */
const MEMORY_LIMIT_MB = 600

/**
 * Computes the state of a data folder anew from its lake, up to the end of the log, and puts it in place of
 * what was there in one step. Equal to having streamed every event. The state is not held in memory on the way.
 *
 * @throws EndcapError FOLDER_IN_USE while a server holds the state, DATA_FOLDER if there is no log
 */
export async function backfill(dataDir: string, report?: Report): Promise<BackfillResult> {
  using lake = await openFollowedLake(dataDir, report)
  using session = await DuckDbSession.open({
    memoryLimitMb: MEMORY_LIMIT_MB,
    tempDir: lake.spillFolder,
    keepsOrder: false,
  })
  await lake.attach(session)
  const { position } = lake
  const store = await openShopStateStore(dataDir)
  try {
    const newestAt = await lakeNewestAt(session, catalog, position)
    const lakeChunks = new LakeChunks(session, { catalog, position, newestAt })
    let entities = 0
    async function* countedEntities() {
      for await (const lot of lakeEntities(session, catalog, position)) {
        entities += lot.length
        yield lot
      }
    }
    async function* countedChunks() {
      for await (const lot of lakeChunks.chunks()) {
        report?.(`${counted(sumOf(lakeChunks.counts))} tiles`)
        yield lot
      }
    }
    await bulkLoad(
      { catalog, store },
      {
        position,
        newestAt,
        chunks: countedChunks(),
        words: () => lakeChunks.words.texts(),
        entities: countedEntities(),
      },
    )
    return { position, tiles: Object.fromEntries(lakeChunks.counts), entities }
  } finally {
    await store.close()
  }
}

const sumOf = (counts: ReadonlyMap<string, number>): number =>
  counts.values().reduce((sum, count) => sum + count, 0)
