import { EndcapError } from '../../core/errors.ts'

export const BACKUP_MANIFEST = 'backup.json'
export const BACKUP_FORMAT = 1

/** What a backup holds, beside its files. */
export type BackupManifest = {
  readonly format: typeof BACKUP_FORMAT
  /** Epoch ms. */
  readonly made_at: number
  /** Records of the log that are in it. */
  readonly log_position: number
  /** Every file but this manifest, sorted by path. */
  readonly files: readonly BackupFile[]
}

export type BackupFile = {
  /** Relative to the backup, with `/`. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/**
 * @param name where the backup lies, for errors
 * @throws EndcapError UNKNOWN_FORMAT, CORRUPT
 */
export function parseBackupManifest(text: string, name: string): BackupManifest {
  const path = `${name}/${BACKUP_MANIFEST}`
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (cause) {
    throw new EndcapError('CORRUPT', 'is not JSON', { place: path, cause, remedy: OTHER_BACKUP })
  }
  const format = isObject(read) ? read['format'] : undefined
  if (format !== BACKUP_FORMAT && typeof format === 'number') {
    throw new EndcapError('UNKNOWN_FORMAT', `the backup has format ${format}, not ${BACKUP_FORMAT}`, {
      place: path,
      remedy: 'Restore it with the version that made it.',
    })
  }
  if (isManifest(read)) return read
  throw new EndcapError('CORRUPT', 'lacks its format, position or files', {
    place: path,
    remedy: OTHER_BACKUP,
  })
}

export const OTHER_BACKUP = 'Restore another backup; this one is damaged.'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isManifest = (value: unknown): value is BackupManifest =>
  isObject(value) &&
  value['format'] === BACKUP_FORMAT &&
  Number.isSafeInteger(value['made_at']) &&
  Number.isSafeInteger(value['log_position']) &&
  Array.isArray(value['files']) &&
  value['files'].every(isFile)

/** A path never leads out of the folder. */
const isFile = (value: unknown): value is BackupFile =>
  isObject(value) &&
  typeof value['path'] === 'string' &&
  /^[^/\\]+(\/[^/\\]+)*$/.test(value['path']) &&
  !value['path'].split('/').includes('..') &&
  Number.isSafeInteger(value['bytes']) &&
  typeof value['sha256'] === 'string'
