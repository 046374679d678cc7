import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import { flush } from '../../features/lake/duckdb/lake-folder.ts'

/**
 * Makes a folder in one step: `fill` writes into one beside it, which is flushed and takes its name at the end.
 * Whoever dies meanwhile leaves nothing under that name.
 *
 * @throws EndcapError DATA_FOLDER if something is there already, or the disk fails
 */
export async function makeFolder<T>(folder: string, fill: (unfinished: string) => Promise<T>): Promise<T> {
  const target = resolve(folder)
  requireEmpty(target)
  const unfinished = join(dirname(target), `.${basename(target)}.unfinished-${process.pid}`)
  try {
    mkdirSync(unfinished, { recursive: true })
    const result = await fill(unfinished)
    for (const path of filesBelow(unfinished)) flush(join(unfinished, path))
    if (existsSync(target)) rmdirSync(target)
    renameSync(unfinished, target)
    flush(dirname(target))
    return result
  } catch (cause) {
    if (cause instanceof EndcapError) throw cause
    throw new EndcapError('DATA_FOLDER', `'${folder}' could not be written`, { cause })
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** @throws EndcapError DATA_FOLDER if it is there and holds something, or is a file */
function requireEmpty(folder: string): void {
  if (!existsSync(folder)) return
  let isEmpty = false
  try {
    isEmpty = readdirSync(folder).length === 0
  } catch (cause) {
    throw new EndcapError('DATA_FOLDER', `'${folder}' is no folder`, { cause })
  }
  if (isEmpty) return
  throw new EndcapError('DATA_FOLDER', `'${folder}' is not empty`, {
    remedy: 'Name a folder that is not there yet, or is empty.',
  })
}

/** Paths of all files below a folder, relative to it, with `/`, sorted. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .toSorted()
}

/** SHA-256 of a file, hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(path)) hash.update(part)
  return hash.digest('hex')
}
