import type { RecordValue } from '../algebra/source.ts'
import type { TileRow } from '../compile/tile.ts'

/** Topics of versions of things. */
export type EntityTopic = 'products' | 'customers' | 'inventory' | 'offers'

/** What a decision reads of the online state. Every call sees all that has been applied, checkpoint or not. */
export type ShopState = {
  /** Number of log records that have been applied. */
  readonly position: () => number
  /** Instant of the newest event that has been applied, epoch ms; 0 in an empty shop. */
  readonly newestAt: () => number
  /** All kept tiles of a view for one key, in no particular order. */
  readonly tiles: (view: string, key: readonly string[]) => Iterable<TileRow>
  /** All kept tiles of a view whose first key column is `owner`. */
  readonly ownerTiles: (view: string, owner: string) => Iterable<TileRow>
  /** The winning version of an entity; undefined if there is none. */
  readonly entity: (source: EntityTopic, id: string) => RecordValue | undefined
  readonly entities: (source: EntityTopic) => Iterable<RecordValue>
  /** Calls back with the owner whenever a tile of the view, or the entity, changed. */
  readonly onChange: (listener: (name: string, owner: string) => void) => void
}
