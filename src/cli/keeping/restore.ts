import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import { counted, type Report } from '../progress.ts'
import { type BackupFile, type BackupManifest, OTHER_BACKUP, readBackupManifest } from './backup-manifest.ts'
import { makeFolder, sha256OfFile } from './files.ts'

export type RestoreOptions = {
  /** Folder that `backup` made. */
  readonly from: string
  /** Folder to make. */
  readonly dataDir: string
  readonly report?: Report
}

/**
 * Makes a data folder from a backup, in one step and only if every file is what was backed up.
 * @throws EndcapError DATA_FOLDER if there is no backup or `dataDir` is not empty, CORRUPT, UNKNOWN_FORMAT
 */
export async function restore({ from, dataDir, report }: RestoreOptions): Promise<BackupManifest> {
  const manifest = readBackupManifest(from)
  await makeFolder(dataDir, async (unfinished) => {
    for (const [index, file] of manifest.files.entries()) {
      await restoreFile(file, from, unfinished)
      report?.(`${counted(index + 1)} of ${counted(manifest.files.length)} files`)
    }
  })
  return manifest
}

/** The copy is what is checked, so a disk that garbles it is noticed too. */
async function restoreFile({ path, bytes, sha256 }: BackupFile, from: string, to: string): Promise<void> {
  const [source, target] = [join(from, path), join(to, path)]
  if (!existsSync(source)) throw damaged(source, 'is missing')
  const size = statSync(source).size
  if (size !== bytes) throw damaged(source, `has ${size} bytes, not ${bytes}`)
  mkdirSync(dirname(target), { recursive: true })
  copyFileSync(source, target)
  if ((await sha256OfFile(target)) !== sha256) throw damaged(source, 'does not match its checksum')
}

const damaged = (place: string, what: string) =>
  new EndcapError('CORRUPT', what, { place, remedy: OTHER_BACKUP })
