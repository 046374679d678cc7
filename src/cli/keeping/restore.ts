import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { counted, type Report } from '../progress.ts'
import { type BackupFile, type BackupManifest, parseBackupManifest } from './backup-manifest.ts'
import { type BackupSource, damaged, folderSource } from './backup-source.ts'
import { makeFolder, sha256OfFile } from './files.ts'

export type RestoreOptions = {
  /** Folder that `backup` made, or where else a copy of it lies. */
  readonly from: string | BackupSource
  /** Folder to make. */
  readonly dataDir: string
  readonly report?: Report
}

/**
 * Makes a data folder from a backup, in one step and only if every file is what was backed up.
 * @throws EndcapError DATA_FOLDER if there is no backup or `dataDir` is not empty, CORRUPT, UNKNOWN_FORMAT; what the source
 *   throws
 */
export async function restore({ from, dataDir, report }: RestoreOptions): Promise<BackupManifest> {
  const source = typeof from === 'string' ? folderSource(from) : from
  const manifest = parseBackupManifest(await source.manifest(), source.name)
  await makeFolder(dataDir, async (unfinished) => {
    for (const [index, file] of manifest.files.entries()) {
      await restoreFile(file, source, unfinished)
      report?.(`${counted(index + 1)} of ${counted(manifest.files.length)} files`)
    }
  })
  return manifest
}

/** The copy is what is checked, so a disk or a network that garbles it is noticed too. */
async function restoreFile(file: BackupFile, source: BackupSource, to: string): Promise<void> {
  const target = join(to, file.path)
  mkdirSync(dirname(target), { recursive: true })
  await source.copy(file, target)
  if ((await sha256OfFile(target)) !== file.sha256)
    throw damaged(`${source.name}/${file.path}`, 'does not match its checksum')
}
