import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'

/** Places in a meta page of LMDB's data format 2, seen on lmdb 3.5.6 (64 bit, little endian). */
const META = { bytes: 4096, magicAt: 0x18, versionAt: 0x1c, pageSizeAt: 0x30, lastPageAt: 0x90 } as const
const MAGIC = 0xbeefc0de
const VERSION = 2

/**
 * Looks at the file of an LMDB environment before it is mapped: opening one that is damaged or cut short would
 * end the process instead of throwing.
 *
 * @throws EndcapError CORRUPT; nothing if there is no file yet
 */
export function checkLmdbFile(folder: string): void {
  const path = join(folder, 'data.mdb')
  if (!existsSync(path)) return
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    if (size === 0) return
    const pages = Buffer.alloc(2 * META.bytes)
    const read = readSync(file, pages, 0, pages.length, 0)
    if (read < pages.length) throw corrupt(path, `has ${read} bytes`)
    for (const page of [0, META.bytes]) {
      if (pages.readUInt32LE(page + META.magicAt) !== MAGIC) throw corrupt(path, 'is no LMDB file')
      const version = pages.readUInt32LE(page + META.versionAt)
      if (version !== VERSION) throw corrupt(path, `has data format ${version}, not ${VERSION}`)
      const pageBytes = pages.readUInt32LE(page + META.pageSizeAt)
      const needed = (Number(pages.readBigUInt64LE(page + META.lastPageAt)) + 1) * pageBytes
      if (size < needed) throw corrupt(path, `is cut short: ${size} bytes of ${needed}`)
    }
  } finally {
    closeSync(file)
  }
}

const corrupt = (path: string, what: string) => new EndcapError('CORRUPT', `'${path}' ${what}`)

/** What an error of LMDB itself means to whoever opened the folder. */
export function asFolderError(error: unknown, folder: string): EndcapError {
  if (error instanceof EndcapError) return error
  const message = error instanceof Error ? error.message : String(error)
  const isDamaged = /MDB_(INVALID|CORRUPTED|VERSION_MISMATCH|PAGE_NOTFOUND|PANIC)/.test(message)
  return new EndcapError(isDamaged ? 'CORRUPT' : 'DATA_FOLDER', `'${folder}' cannot be opened: ${message}`, {
    cause: error,
  })
}
