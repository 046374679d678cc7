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

/** A file of a topic's records with `from <= offset < to`. */
export type LakePart = { readonly path: string; readonly from: number; readonly to: number }

/**
 * Files of a topic with records below `position`, by offset. A file whose offsets lie within another one's has been
 * merged into that, and does not count.
 */
export function partsOf(folder: string, topic: string, position: number): readonly LakePart[] {
  const parts = allParts(join(folder, topic)).filter(({ to }) => to <= position)
  const sorted = parts.toSorted((a, b) => a.from - b.from || b.to - a.to)
  let reached = 0
  return sorted.filter(({ to }) => {
    const counts = to > reached
    reached = Math.max(reached, to)
    return counts
  })
}

/** Whole parts that lie in a folder. */
function allParts(topicFolder: string): LakePart[] {
  if (!existsSync(topicFolder)) return []
  return readdirSync(topicFolder).flatMap((name) => {
    const match = /^([0-9]+)-([0-9]+)\.parquet$/.exec(name)
    return match === null
      ? []
      : [{ path: join(topicFolder, name), from: Number(match[1]), to: Number(match[2]) }]
  })
}

/**
 * Removes what a run that did not finish has left: files that reach beyond `position`, are not whole, or have been
 * merged into others.
 */
export function removeLeftovers(folder: string, topics: readonly string[], position: number): void {
  for (const topic of topics) {
    const topicFolder = join(folder, topic)
    if (!existsSync(topicFolder)) continue
    const kept = new Set(partsOf(folder, topic, position).map(({ path }) => path))
    for (const name of readdirSync(topicFolder)) {
      const path = join(topicFolder, name)
      if (!kept.has(path)) rmSync(path)
    }
  }
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
