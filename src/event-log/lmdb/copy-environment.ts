import { mkdirSync } from 'node:fs'
import { open } from 'lmdb'
import { EndcapError } from '../../core/errors.ts'
import { asFolderError, checkLmdbFile } from '../data-folder/lmdb-file.ts'

/** File of an LMDB environment inside its folder; beside it lies `lock.mdb`, which belongs to the machine. */
export const ENVIRONMENT_FILE = 'data.mdb'

/**
 * Copies an LMDB environment as one commit left it, also while its one writer goes on. Pages that were given
 * back are left out.
 *
 * @param to folder to make; holds `ENVIRONMENT_FILE` alone
 * @throws EndcapError CORRUPT, DATA_FOLDER
 */
export async function copyEnvironment(from: string, to: string): Promise<void> {
  checkLmdbFile(from)
  try {
    const root = open({ path: from, noSubdir: false, maxDbs: 12, readOnly: true })
    try {
      mkdirSync(to, { recursive: true })
      // It takes a folder, as the environment is one.
      await root.backup(to, true)
    } finally {
      await root.close()
    }
  } catch (error) {
    throw isDiskError(error)
      ? new EndcapError('DATA_FOLDER', `'${from}' cannot be copied to '${to}'`, { cause: error })
      : asFolderError(error, from)
  }
}

const isDiskError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code))
