import type { Chunk, OwnerGroup } from './incremental-owners.ts'
import { ENTRY, NO_TILES, type Part, type PartFolder } from './incremental-parts.ts'
import type { VarintReader, VarintWriter } from './varint.ts'

/** What a chunk holds, whoever has it. */
export type ChunkContent = {
  readonly group: OwnerGroup
  /** The chunk covers `[number x chunkMs, (number + 1) x chunkMs)`. */
  readonly number: number
  /** One part a view of the group, in its order. */
  readonly parts: readonly Part[]
}

/**
 * Writes a chunk compactly: per view the length of its part, then its tiles, times relative to the chunk and
 * to the tile. Read with `readChunk` of an engine with the same plans and words.
 */
export function writeChunk({ group, number, parts }: ChunkContent, to: VarintWriter): void {
  const { folders, chunkMs } = group
  for (let index = 0; index < folders.length; index += 1) {
    const folder = folders[index]
    const part = parts[index]
    if (folder === undefined || part === undefined) continue
    const firstTile = (number * chunkMs) / folder.plan.tileMs
    to.unsigned(part.length)
    for (let start = 0; start < part.length; start += folder.lengthAt(part, start)) {
      to.unsigned((part[start] ?? 0) - firstTile)
      for (let slot = start + 1; slot < start + folder.head; slot += 1) to.unsigned(part[slot] ?? 0)
      if (folder.plan.viewKind === 'sequence') writeEntries(part, start, folder, to)
      else {
        const end = start + folder.lengthAt(part, start)
        for (let slot = start + folder.head; slot < end; slot += 1) to.signed(part[slot] ?? 0)
      }
    }
  }
}

/** Fills a chunk with what `writeChunk` wrote of it, in place of what it held. @throws RangeError if it is cut off */
export function readChunk(chunk: Chunk, from: VarintReader): void {
  const { folders, chunkMs } = chunk.owner.group
  let rows = 0
  for (const [index, folder] of folders.entries()) {
    const length = from.unsigned()
    const part: Part = []
    const firstTile = (chunk.number * chunkMs) / folder.plan.tileMs
    let partRows = 0
    while (part.length < length) {
      const start = part.length
      part.push(from.unsigned() + firstTile)
      for (let slot = 1; slot < folder.head; slot += 1) part.push(from.unsigned())
      partRows += part[start + folder.head - 1] ?? 0
      if (folder.plan.viewKind === 'sequence') readEntries(part, start, folder, from)
      else for (let measure = 0; measure < folder.plan.measures.length; measure += 1) part.push(from.signed())
    }
    chunk.parts[index] = length === 0 ? NO_TILES : part.slice()
    rows = Math.max(rows, partRows)
  }
  chunk.owner.rows += rows
}

function writeEntries(part: Part, start: number, folder: PartFolder, to: VarintWriter): void {
  const tileStart = (part[start] ?? 0) * folder.plan.tileMs
  const first = start + folder.head + 1
  to.unsigned(part[first - 1] ?? 0)
  for (let entry = first; entry < start + folder.lengthAt(part, start); entry += ENTRY) {
    to.unsigned(part[entry] ?? 0)
    to.unsigned((part[entry + 1] ?? 0) - tileStart)
    for (let field = 2; field < ENTRY; field += 1) to.unsigned(part[entry + field] ?? 0)
  }
}

function readEntries(part: Part, start: number, folder: PartFolder, from: VarintReader): void {
  const tileStart = (part[start] ?? 0) * folder.plan.tileMs
  const count = from.unsigned()
  part.push(count)
  for (let entry = 0; entry < count; entry += 1) {
    part.push(from.unsigned(), from.unsigned() + tileStart)
    for (let field = 2; field < ENTRY; field += 1) part.push(from.unsigned())
  }
}
