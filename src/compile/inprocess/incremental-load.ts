import { EndcapError } from '../../core/errors.ts'
import type { LatestEntry, TileRow } from '../tile.ts'
import { type Chunk, type IncrementalEngine, ownPart } from './incremental.ts'
import type { Part, PartFolder } from './incremental-parts.ts'

/** A latest entry with its place in the total order, so that later rows find theirs. */
export type PlacedEntry = LatestEntry & {
  readonly topicNumber: number
  readonly partition: number
  readonly offset: number
  readonly item: number
}

/** A tile that another engine computed. The entries of a `latest` measure are `PlacedEntry`. */
export type LoadedTile = TileRow & {
  /** Rows of the stream in it; 1 if not told. Needed to take rows out, and for the bound on rows. */
  readonly rows?: number
}

/**
 * Puts finished tiles of a view into the engine. Each (key, tile) once: what was there before stays beside it.
 * Fastest where tiles of one owner follow one another.
 * @throws EndcapError BAD_INPUT_FILE if an entry of a sequence has no place
 */
export function loadTiles(engine: IncrementalEngine, view: string, tiles: Iterable<LoadedTile>): void {
  const { group, folder, index } = engine.locate(view)
  const { tileMs } = folder.plan
  let chunk: Chunk | undefined
  // An array that grew has room for more: chunks of the past rarely need it, and there are millions of them.
  const trim = (): void => {
    if (chunk !== undefined) chunk.parts[index] = ownPart(chunk, index).slice()
  }
  for (const { key, tileStart, rows = 1, values } of tiles) {
    const owner = key[0]
    if (owner === undefined) throw new Error(`bug: a tile of '${view}' without a key`)
    const number = Math.floor(tileStart / group.chunkMs)
    if (chunk?.number !== number || chunk.owner.id !== owner) {
      trim()
      chunk = engine.chunk(group, owner, number)
    }
    const part = ownPart(chunk, index)
    part.push(tileStart / tileMs)
    for (let place = 1; place < key.length; place += 1) part.push(engine.words.number(key[place] ?? ''))
    part.push(rows)
    for (const value of values) {
      if (typeof value === 'number') part.push(value)
      else if (value === null) part.push(Number.NaN)
      else pushEntries(engine, folder, part, value)
    }
    // Each row of the stream is in every view of the group: one of them counts.
    if (index === 0) chunk.owner.rows += rows
    engine.touch(chunk)
  }
  trim()
}

function pushEntries(
  engine: IncrementalEngine,
  folder: PartFolder,
  part: Part,
  entries: readonly LatestEntry[],
): void {
  part.push(entries.length)
  for (const entry of entries) {
    if (!isPlaced(entry)) {
      throw new EndcapError('BAD_INPUT_FILE', 'a latest entry has no place in the total order', {
        place: `view '${folder.plan.view.name}'`,
      })
    }
    const { topicNumber, partition, offset, item } = entry
    part.push(engine.words.number(entry.word), entry.at, topicNumber, partition, offset, item)
  }
}

const isPlaced = (entry: LatestEntry): entry is PlacedEntry =>
  'topicNumber' in entry && 'partition' in entry && 'offset' in entry && 'item' in entry
