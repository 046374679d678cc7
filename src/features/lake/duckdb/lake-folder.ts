import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { EndcapError } from '../../../core/errors.ts'

/** What the lake holds: every record of the log below `position`, with the columns that `columnsHash` names. */
export type LakeManifest = {
  readonly format: number
  readonly columnsHash: string
  /** Offset of the first log record that is not in the lake. */
  readonly position: number
}

export const LAKE_FORMAT = 1
const MANIFEST = 'manifest.json'
/** Offsets in file names are padded, so that names sort as offsets do. */
const OFFSET_DIGITS = 15

/** @throws EndcapError CORRUPT if it cannot be read; null if there is none */
export function readManifest(folder: string): LakeManifest | null {
  const path = join(folder, MANIFEST)
  if (!existsSync(path)) return null
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (isManifest(read)) return read
  } catch (cause) {
    throw new EndcapError('CORRUPT', 'is not JSON', { place: path, cause, remedy: REMAKE })
  }
  throw new EndcapError('CORRUPT', 'lacks its format, columns or position', { place: path, remedy: REMAKE })
}

/** The lake is made from the log alone, so losing it loses nothing. */
export const REMAKE = 'Remove the folder of the lake; the next command makes it again from the log.'

const isManifest = (value: unknown): value is LakeManifest =>
  typeof value === 'object' &&
  value !== null &&
  'format' in value &&
  typeof value.format === 'number' &&
  'columnsHash' in value &&
  typeof value.columnsHash === 'string' &&
  'position' in value &&
  Number.isSafeInteger(value.position)

/** Replaces the manifest in one step; durable when it returns. */
export function writeManifest(folder: string, manifest: LakeManifest): void {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, MANIFEST)
  writeFileSync(`${path}.part`, `${JSON.stringify(manifest)}\n`, { flush: true })
  renameSync(`${path}.part`, path)
  flush(folder)
}

/** Name of the file that holds a topic's records with `from <= offset < to`. */
export const partName = (from: number, to: number): string =>
  `${String(from).padStart(OFFSET_DIGITS, '0')}-${String(to).padStart(OFFSET_DIGITS, '0')}.parquet`

/** Files of a topic with records below `position`, by offset. */
export function partsOf(folder: string, topic: string, position: number): readonly string[] {
  const topicFolder = join(folder, topic)
  if (!existsSync(topicFolder)) return []
  return readdirSync(topicFolder)
    .filter((name) => endOf(name) <= position)
    .toSorted()
    .map((name) => join(topicFolder, name))
}

/** Removes what a run that did not finish has left: files that reach beyond `position`, or are not whole. */
export function removeLeftovers(folder: string, topics: readonly string[], position: number): void {
  for (const topic of topics) {
    const topicFolder = join(folder, topic)
    if (!existsSync(topicFolder)) continue
    for (const name of readdirSync(topicFolder)) {
      if (endOf(name) > position) rmSync(join(topicFolder, name))
    }
  }
}

/** Offset after the last record of a file; Infinity for a name that is no part's. */
function endOf(name: string): number {
  const match = /^[0-9]+-([0-9]+)\.parquet$/.exec(name)
  return match === null ? Number.POSITIVE_INFINITY : Number(match[1])
}

/** Makes a file or folder durable. */
export function flush(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
