import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../core/clock.ts'
import { lockFolder } from '../../event-log/data-folder/folder-lock.ts'
import { copyEnvironment, ENVIRONMENT_FILE } from '../../event-log/lmdb/copy-environment.ts'
import { openLmdbLog } from '../../event-log/lmdb/lmdb-log.ts'
import { openShopLog, shopFolders } from '../embedded-shop.ts'
import type { Report } from '../progress.ts'
import { catalog } from '../shop.ts'
import { BACKUP_FORMAT, BACKUP_MANIFEST, type BackupFile, type BackupManifest } from './backup-manifest.ts'
import { filesBelow, makeFolder, sha256OfFile } from './files.ts'

export type BackupOptions = {
  readonly dataDir: string
  /** Folder to make. */
  readonly to: string
  readonly clock?: Clock
  readonly report?: Report
}

/** Locks, and what a command that runs or died has not finished. */
const LEFT_OUT = /^(writer\..*|lock\.mdb|staging|\.unfinished-.*|.*\.part|manifest\.json\.[0-9]+)$/

/**
 * Copies a data folder, also while its server runs: the log as one commit left it, a state and a lake that do not
 * go beyond it, models and everything else, with the checksum of every file.
 *
 * @throws EndcapError DATA_FOLDER if there is no shop, `to` is not empty or the disk fails; FOLDER_IN_USE while
 *   another command writes to the lake; CORRUPT
 */
export async function backup({
  dataDir,
  to,
  clock = systemClock,
  report,
}: BackupOptions): Promise<BackupManifest> {
  await (await openShopLog({ dataDir, readOnly: true })).close()
  const made_at = clock()
  // The lake does not change meanwhile; what is appended to the log meanwhile is beyond state and lake.
  const lock = lockFolder(shopFolders(dataDir).lake)
  try {
    return await makeFolder(to, async (unfinished) => {
      const environments: string[] = []
      copyFiles(dataDir, unfinished, environments)
      const { log } = shopFolders(dataDir)
      for (const folder of environments.toSorted((a, b) => Number(a === log) - Number(b === log))) {
        report?.(`copying ${folder.slice(dataDir.length + 1)}`)
        await copyEnvironment(folder, join(unfinished, folder.slice(dataDir.length + 1)))
      }
      const log_position = await positionOf(shopFolders(unfinished).log)
      report?.('adding up checksums')
      const manifest = {
        format: BACKUP_FORMAT,
        made_at,
        log_position,
        files: await sums(unfinished),
      } as const
      writeFileSync(join(unfinished, BACKUP_MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
      return manifest
    })
  } finally {
    lock.release()
  }
}

/** Files before folders: the model that is named as current is there when the folders of models are copied. */
function copyFiles(from: string, to: string, environments: string[]): void {
  if (existsSync(join(from, ENVIRONMENT_FILE))) {
    environments.push(from)
    return
  }
  mkdirSync(to, { recursive: true })
  const entries = readdirSync(from, { withFileTypes: true }).filter(({ name }) => !LEFT_OUT.test(name))
  for (const { name } of entries.filter((entry) => entry.isFile()))
    copyFileSync(join(from, name), join(to, name))
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    copyFiles(join(from, name), join(to, name), environments)
  }
}

/** Opens the copy: what cannot be opened is no backup. */
async function positionOf(folder: string): Promise<number> {
  const log = await openLmdbLog({ folder, sources: catalog.sources, readOnly: true })
  const { position } = log
  await log.close()
  rmSync(join(folder, 'lock.mdb'), { force: true })
  return position
}

async function sums(folder: string): Promise<BackupFile[]> {
  const files: BackupFile[] = []
  for (const path of filesBelow(folder)) {
    const file = join(folder, path)
    files.push({ path, bytes: statSync(file).size, sha256: await sha256OfFile(file) })
  }
  return files
}
