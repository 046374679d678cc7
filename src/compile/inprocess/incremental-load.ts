import { EndcapError } from '../../core/errors.ts'
import type { LatestEntry, TileRow } from '../tile.ts'
import type { IncrementalEngine } from './incremental.ts'
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
 * Puts a finished tile into the engine. Each (key, tile) once: what was there before stays beside it.
 * @throws EndcapError BAD_INPUT_FILE if an entry of a sequence has no place
 */
export function loadTile(engine: IncrementalEngine, view: string, tile: LoadedTile): void {
  const { group, folder, index } = engine.locate(view)
  const [owner, ...rest] = tile.key
  if (owner === undefined) throw new Error(`bug: a tile of '${view}' without a key`)
  const chunk = engine.chunk(group, owner, Math.floor(tile.tileStart / group.chunkMs))
  const part = chunk.parts[index]
  if (part === undefined) throw new Error('bug: a chunk without a part')
  part.push(tile.tileStart / folder.plan.tileMs)
  for (const word of rest) part.push(engine.words.number(word))
  part.push(tile.rows ?? 1)
  for (const value of tile.values) {
    if (typeof value === 'number' || value === null) part.push(value ?? Number.NaN)
    else pushEntries(engine, folder, part, value)
  }
  // Each row of the stream is in every view of the group: one of them counts.
  if (index === 0) chunk.owner.rows += tile.rows ?? 1
  engine.touch(chunk)
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
