import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { EventLog } from '../../event-log/contract/event-log.ts'
import { lockFolder } from '../../event-log/data-folder/folder-lock.ts'
import { ENVIRONMENT_FILE } from '../../event-log/lmdb/copy-environment.ts'
import { flush } from '../../features/lake/duckdb/lake-folder.ts'
import { openLmdbStateStore } from '../../features/online/lmdb/lmdb-state-store.ts'
import { openOnlineState } from '../../features/online/online-state.ts'
import { openShopLog, openShopState, shopFolders } from '../embedded-shop.ts'
import { openFollowedLake } from '../lake.ts'
import { counted, type Report } from '../progress.ts'
import { catalog } from '../shop.ts'

export type RebuildOptions = {
  readonly dataDir: string
  /** Reads the state that is there first, which a damaged one may not survive, and tells both hashes. */
  readonly compare?: boolean
  readonly report?: Report
}

export type RebuildResult = {
  readonly logPosition: number
  /** Hash and position of the state before and after; null unless `compare`. */
  readonly compared: { readonly before: StateSummary; readonly after: StateSummary } | null
}

export type StateSummary = { readonly hash: string; readonly position: number }

/** Records between two checkpoints. */
const CHECKPOINT_RECORDS = 50_000
const UNFINISHED = 'rebuild'

/**
 * Makes the online state again from the log alone, and then the lake. The old state stays until the new one is
 * whole and takes its place in one step.
 *
 * @throws EndcapError FOLDER_IN_USE while a server or another command writes; CORRUPT if the log is damaged
 */
export async function rebuild({ dataDir, compare = false, report }: RebuildOptions): Promise<RebuildResult> {
  const folders = shopFolders(dataDir)
  const before = compare ? await summaryOf(dataDir) : null
  const log = await openShopLog({ dataDir })
  try {
    const lock = lockFolder(folders.state)
    try {
      await fillState(log, join(folders.state, UNFINISHED), report)
      takePlace(folders.state)
    } finally {
      lock.release()
    }
  } finally {
    await log.close()
  }
  emptyLake(folders.lake)
  using lake = await openFollowedLake(dataDir, report)
  const after = compare ? await summaryOf(dataDir) : null
  return { logPosition: lake.position, compared: before && after && { before, after } }
}

async function fillState(log: EventLog, folder: string, report: Report | undefined): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  const store = await openLmdbStateStore({ folder })
  const state = await openOnlineState({ catalog, store })
  try {
    for await (const records of log.read(0)) {
      state.applyBatch(records)
      if (state.position() - state.savedPosition() < CHECKPOINT_RECORDS) continue
      await state.checkpoint()
      report?.(`${counted(state.position())} records applied`)
    }
  } finally {
    await state.close()
  }
}

/** Renaming one file puts the new state in place of the old one whole. */
function takePlace(folder: string): void {
  const unfinished = join(folder, UNFINISHED)
  flush(join(unfinished, ENVIRONMENT_FILE))
  rmSync(join(folder, 'lock.mdb'), { force: true })
  renameSync(join(unfinished, ENVIRONMENT_FILE), join(folder, ENVIRONMENT_FILE))
  flush(folder)
  rmSync(unfinished, { recursive: true, force: true })
}

/** The next command that opens the lake copies the log into it, should this one die in between. */
function emptyLake(folder: string): void {
  const lock = lockFolder(folder)
  try {
    rmSync(join(folder, 'manifest.json'), { force: true })
  } finally {
    lock.release()
  }
}

async function summaryOf(dataDir: string): Promise<StateSummary> {
  const state = await openShopState({ dataDir, readOnly: true })
  try {
    return { hash: state.hash(), position: state.position() }
  } finally {
    await state.close()
  }
}
