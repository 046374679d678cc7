import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'

/** Below the data folder: tombstones and their key, certificates, requests. */
export const ERASURES_FOLDER = 'erasures'

/** What a file of the folder says; undefined if it is not there. @throws EndcapError CORRUPT if it is not JSON */
export function readErasuresFile(dataDir: string, name: string): unknown {
  const path = join(dataDir, ERASURES_FOLDER, name)
  if (!existsSync(path)) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const remedy = 'Restore it from a backup.'
    throw new EndcapError('CORRUPT', 'is not JSON', { place: path, cause, remedy })
  }
}
