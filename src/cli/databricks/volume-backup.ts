import { closeSync, openSync, writeSync } from 'node:fs'
import { EndcapError } from '../../core/errors.ts'
import { textOr } from '../../core/http/answer-fields.ts'
import { RestRefusal } from '../../core/http/rest-call.ts'
import type { RestClient } from '../../core/http/rest-client.ts'
import { BACKUP_MANIFEST } from '../keeping/backup-manifest.ts'
import { type BackupSource, damaged, noBackup } from '../keeping/backup-source.ts'

/** As the Databricks command line names a file that is read through the workspace's API. */
const SCHEME = 'dbfs:'
/** Says which backup is the one to restore; whoever writes it does so after the last file of the backup. */
const CURRENT = 'current.json'
/** Of one answer, so that a large file is never in memory as a whole. */
const PART_BYTES = 32 * 2 ** 20
const TIMEOUT_MS = 600_000

/** The folder of a Unity Catalog volume in `dbfs:/Volumes/...`; null for any other text. */
export const volumeFolderOf = (from: string): string | null => {
  const [, folder] = /^dbfs:(\/Volumes(?:\/[^/]+){3,}?)\/*$/.exec(from) ?? []
  return folder ?? null
}

/**
 * The backup that `current.json` in a folder of a Unity Catalog volume names, read through the Files API: for where the
 * volume is not mounted. The file is `{"backup": NAME}`, the backup `backups/NAME` beside it.
 * @param client of the workspace
 * @param folder `/Volumes/<catalog>/<schema>/<volume>[/...]`
 * @throws EndcapError DATA_FOLDER if nothing is named there, CORRUPT; as `RestClient`
 */
export async function volumeBackup(client: RestClient, folder: string): Promise<BackupSource> {
  const named = await readText(client, `${folder}/${CURRENT}`)
  if (named === null) {
    throw new EndcapError('DATA_FOLDER', `'${SCHEME}${folder}' names no backup: it has no ${CURRENT}`, {
      remedy: 'Run the job that trains and leaves its backup there, then start again.',
    })
  }
  const backup = `${folder}/backups/${nameIn(named, folder)}`
  return {
    name: `${SCHEME}${backup}`,
    manifest: async () => {
      const text = await readText(client, `${backup}/${BACKUP_MANIFEST}`)
      if (text === null) throw noBackup(`${SCHEME}${backup}`)
      return text
    },
    copy: async ({ path, bytes }, to) => {
      const file = openSync(to, 'w')
      try {
        for (let at = 0; at < bytes; at += PART_BYTES) {
          const end = Math.min(at + PART_BYTES, bytes)
          const part = await read(client, `${backup}/${path}`, bytes > PART_BYTES ? [at, end] : undefined)
          if (part === null) throw damaged(`${SCHEME}${backup}/${path}`, 'is missing')
          if (part.length !== end - at)
            throw damaged(`${SCHEME}${backup}/${path}`, `has not ${end - at} bytes from ${at} on`)
          writeAll(file, part)
        }
      } finally {
        closeSync(file)
      }
    },
  }
}

function nameIn(text: string, folder: string): string {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    read = undefined
  }
  const name = textOr(read, 'backup')
  // It never leads out of the folder.
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name)) return name
  throw new EndcapError('CORRUPT', 'names no backup', {
    place: `${SCHEME}${folder}/${CURRENT}`,
    remedy: 'Write {"backup": NAME} of a folder in `backups`.',
  })
}

async function readText(client: RestClient, path: string): Promise<string | null> {
  const bytes = await read(client, path)
  return bytes === null ? null : new TextDecoder().decode(bytes)
}

/**
 * Null if it is not there.
 * @param range first byte and the one after the last; absent: all
 */
async function read(
  client: RestClient,
  path: string,
  range?: readonly [number, number],
): Promise<Uint8Array | null> {
  try {
    return await client.bytes({
      method: 'GET',
      path: `/api/2.0/fs/files${path.split('/').map(encodeURIComponent).join('/')}`,
      headers: {
        accept: 'application/octet-stream',
        ...(range === undefined ? {} : { range: `bytes=${range[0]}-${range[1] - 1}` }),
      },
      what: `file '${path}'`,
      timeoutMs: TIMEOUT_MS,
    })
  } catch (error) {
    if (error instanceof RestRefusal && error.httpStatus === 404) return null
    throw error
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}
