import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import { BACKUP_MANIFEST, type BackupFile, OTHER_BACKUP } from './backup-manifest.ts'

/** Where a backup lies. */
export type BackupSource = {
  /** How a person names it, for errors. */
  readonly name: string
  /** Text of its manifest. @throws EndcapError DATA_FOLDER if it has none */
  readonly manifest: () => Promise<string>
  /**
   * Copies one file; whether it is whole is for others to see.
   * @param to path of a file in a folder that is there
   * @throws EndcapError CORRUPT if it is missing or has not the bytes that the manifest says
   */
  readonly copy: (file: BackupFile, to: string) => Promise<void>
}

/** A backup in a folder. */
export const folderSource = (folder: string): BackupSource => ({
  name: folder,
  manifest: async () => {
    const path = join(folder, BACKUP_MANIFEST)
    if (!existsSync(path)) throw noBackup(folder)
    return readFileSync(path, 'utf8')
  },
  copy: async ({ path, bytes }, to) => {
    const source = join(folder, path)
    if (!existsSync(source)) throw damaged(source, 'is missing')
    const size = statSync(source).size
    if (size !== bytes) throw damaged(source, `has ${size} bytes, not ${bytes}`)
    copyFileSync(source, to)
  },
})

export const noBackup = (name: string): EndcapError =>
  new EndcapError('DATA_FOLDER', `'${name}' is no backup: it has no ${BACKUP_MANIFEST}`)

export const damaged = (place: string, what: string): EndcapError =>
  new EndcapError('CORRUPT', what, { place, remedy: OTHER_BACKUP })
