import { join } from 'node:path'
import { type Clock, systemClock } from '../core/clock.ts'
import type { EndcapError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { EventLog } from '../event-log/contract/event-log.ts'
import { openLmdbLog } from '../event-log/lmdb/lmdb-log.ts'
import { openLmdbStateStore } from '../features/online/lmdb/lmdb-state-store.ts'
import { type OnlineState, openOnlineState } from '../features/online/online-state.ts'
import type { StateStore } from '../features/online/state-store.ts'
import { type Intake, withOrdersOfClicks } from '../features/stream/inprocess/click-orders.ts'
import { startWriter, type Writer } from '../features/stream/inprocess/writer.ts'
import { erasedPeople } from './erasing/tombstones.ts'
import { catalog, settings } from './shop.ts'
import { shopCurrency } from './shop-currency.ts'
import { checkManifest, manifestOf } from './shop-manifest.ts'

/** Where everything of a shop lies in its data folder. */
export const shopFolders = (dataDir: string) => ({
  manifest: manifestOf(dataDir),
  log: join(dataDir, 'log'),
  state: join(dataDir, 'state'),
  lake: join(dataDir, 'lake'),
  models: join(dataDir, 'models'),
  decisions: join(dataDir, 'decisions'),
  keys: join(dataDir, 'keys.json'),
  currency: join(dataDir, 'currency.json'),
  pictures: join(dataDir, 'pictures.ndjson'),
})

export type ShopOptions = {
  readonly dataDir: string
  readonly logger: Logger
  readonly clock?: Clock
}

/** A shop open for writing: the one process that may. */
export type EmbeddedShop = {
  readonly log: EventLog
  readonly state: OnlineState
  readonly writer: Writer
  /** The way in as the shop's settings have it: the writer, or with it the orders of purchase clicks. */
  readonly intake: Intake
  /** Why nobody can be erased from here; absent: everybody can. */
  readonly erasureRefusal?: EndcapError
  /** Waits for what is under way, checkpoints, closes. */
  readonly close: () => Promise<void>
}

/**
 * Opens the log and the online state of a data folder (made if absent), and brings the state up to the log.
 * @throws EndcapError FOLDER_IN_USE, UNKNOWN_FORMAT, CORRUPT, DATA_FOLDER
 */
export async function openShop({ dataDir, logger, clock = systemClock }: ShopOptions): Promise<EmbeddedShop> {
  const folders = shopFolders(dataDir)
  const log = await openShopLog({ dataDir })
  let state: OnlineState | undefined
  try {
    const store = await openLmdbStateStore({ folder: folders.state })
    state = await openOnlineState({ catalog, store }).catch(async (error) => {
      await store.close()
      throw error
    })
    const writer = await startWriter({ catalog, log, state, ...writerSettings(dataDir), clock, logger })
    return { log, state, writer, intake: intakeOf(writer), close: () => writer.close() }
  } catch (error) {
    await state?.close().catch(() => {})
    await log.close()
    throw error
  }
}

/** Opens the log of a data folder alone. @throws EndcapError as `openShop` */
export async function openShopLog(options: {
  readonly dataDir: string
  readonly readOnly?: boolean
}): Promise<EventLog> {
  const { dataDir, readOnly = false } = options
  const { log } = shopFolders(dataDir)
  checkManifest(dataDir, { profile: 'embedded', readOnly })
  return openLmdbLog({ folder: log, sources: catalog.sources, readOnly })
}

/** Opens the way in without the online state: for an import, whose tiles a backfill computes. */
export async function openImport({ dataDir, logger, clock = systemClock }: ShopOptions): Promise<Writer> {
  const log = await openShopLog({ dataDir })
  try {
    return await startWriter({ catalog, log, ...writerSettings(dataDir), clock, logger })
  } catch (error) {
    await log.close()
    throw error
  }
}

/** Who was erased, and the currency: of the settings, else of the data folder. */
export const writerSettings = (dataDir: string) => ({
  erased: erasedPeople(dataDir),
  currency: settings.currency ?? shopCurrency(shopFolders(dataDir).currency),
})

/** The way in that the settings ask for. */
export const intakeOf = (writer: Writer): Intake =>
  settings.ordersFrom === 'clickstream' ? withOrdersOfClicks(writer, () => writer.currencyCode) : writer

/** Opens the online state alone, as the last checkpoint left it; for a backfill or, read-only, a look at it. */
export async function openShopState(options: {
  readonly dataDir: string
  readonly readOnly?: boolean
}): Promise<OnlineState> {
  const { dataDir, readOnly = false } = options
  checkManifest(dataDir, { profile: 'embedded', readOnly })
  const store = await openLmdbStateStore({ folder: shopFolders(dataDir).state, readOnly })
  return openOnlineState({ catalog, store }).catch(async (error) => {
    await store.close()
    throw error
  })
}

/** Opens the store of the online state for a backfill to fill anew. @throws EndcapError as `openShop` */
export async function openShopStateStore(dataDir: string): Promise<StateStore> {
  checkManifest(dataDir, { profile: 'embedded', readOnly: false })
  return openLmdbStateStore({ folder: shopFolders(dataDir).state })
}
