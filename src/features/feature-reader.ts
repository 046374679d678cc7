import type { RecordValue } from '../algebra/source.ts'
import { TILES, type View } from '../algebra/view.ts'
import { pathsOf } from '../catalog/readings/preferences.ts'
import type { FeatureReader } from '../compile/inprocess/feature-evaluator.ts'
import type { TileRow, WindowRow } from '../compile/tile.ts'
import { type Span, windowSpan } from '../compile/window.ts'
import { durationMs, floorTo } from '../core/duration.ts'

/** Where a reader finds what it reads: the online state, or the tiles that training computed. */
export type FeatureSources = {
  /** Epoch ms. An instant before `newestAt` is rounded down to a tile of each view, unless the tiles end there. */
  readonly asOf: number
  readonly historyStart: number
  /** Instant of the newest event in the tiles, epoch ms. */
  readonly newestAt: number
  /** All tiles of a view whose key begins with `key`; of all keys for an empty one. */
  readonly tiles: (view: string, key: readonly string[]) => Iterable<TileRow>
  /** Rows of a window of a batch view as the lake gave them last; none where it has not been asked. */
  readonly batch: (view: string, window: string) => readonly WindowRow[]
  /** Products as they are sold at the instant, by sku. */
  readonly products: ReadonlyMap<string, RecordValue>
}

/** What feature columns read, from tiles and entities. */
export function featureReader(sources: FeatureSources): FeatureReader {
  const { asOf, historyStart, products } = sources
  let categories: ReadonlyMap<string, readonly string[]> | undefined
  return {
    asOf,
    historyStart,
    tiles: (view, window, key) =>
      view.join === undefined ? tilesOf(sources, view, window, key) : batchRows(sources, view, window, key),
    product: (sku) => products.get(sku),
    skusOf: (category) => {
      categories ??= skusByCategory(products)
      return categories.get(category) ?? []
    },
  }
}

function tilesOf(sources: FeatureSources, view: View, name: string, key: readonly string[]): TileRow[] {
  const span = tileSpan(view, name, sources)
  const rows: TileRow[] = []
  for (const tile of sources.tiles(view.name, key)) {
    if (tile.tileStart >= span.from && tile.tileStart < span.to) rows.push(tile)
  }
  return rows
}

/**
 * The tiles of a window: those that start in `[from, to)`, epoch ms. The open tile holds later rows too, so it counts
 * only if nothing came after the instant.
 */
export function tileSpan(
  view: View,
  name: string,
  { asOf, newestAt }: Pick<FeatureSources, 'asOf' | 'newestAt'>,
): Span {
  const window = view.windows[name]
  if (window === undefined) throw new Error(`bug: view '${view.name}' has no window '${name}'`)
  const tileMs = durationMs(TILES[view.tile])
  const { from, to } = windowSpan(window, asOf, tileMs)
  return { from, to: to > newestAt ? to : floorTo(to, tileMs) }
}

function batchRows(sources: FeatureSources, view: View, window: string, key: readonly string[]): TileRow[] {
  return sources
    .batch(view.name, window)
    .filter((row) => key.every((word, place) => row.key[place] === word))
    .map((row) => ({ ...row, tileStart: 0 }))
}

/** Products by category path and by every path above it. */
function skusByCategory(products: ReadonlyMap<string, RecordValue>): ReadonlyMap<string, readonly string[]> {
  const skus = new Map<string, string[]>()
  for (const [sku, { category }] of products) {
    for (const path of pathsOf(String(category ?? ''))) {
      const below = skus.get(path)
      if (below === undefined) skus.set(path, [sku])
      else below.push(sku)
    }
  }
  return skus
}
