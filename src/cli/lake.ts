import { ParquetLake } from '../features/lake/duckdb/parquet-lake.ts'
import { openShopLog, shopFolders } from './embedded-shop.ts'
import { counted, type Report } from './progress.ts'
import { catalog } from './shop.ts'

/**
 * Opens the lake of a data folder and copies into it what the log has beyond it. The log is only read, so this
 * works beside a server.
 *
 * @throws EndcapError DATA_FOLDER if there is no log, FOLDER_IN_USE if another command writes to the lake
 */
export async function openFollowedLake(dataDir: string, report?: Report): Promise<ParquetLake> {
  const log = await openShopLog({ dataDir, readOnly: true })
  try {
    const lake = ParquetLake.open({ folder: shopFolders(dataDir).lake, sources: catalog.sources })
    try {
      await lake.follow(log, (records) => report?.(`${counted(records)} records copied`))
      return lake
    } catch (error) {
      lake.close()
      throw error
    }
  } finally {
    await log.close()
  }
}
