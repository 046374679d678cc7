import type { IncrementalEngine } from '../../compile/inprocess/incremental.ts'
import { wholeTiles } from '../../compile/inprocess/whole-tiles.ts'
import { keptFrom } from '../../compile/retention.ts'
import type { TileRow } from '../../compile/tile.ts'
import { canonicalJson, sha256 } from '../../core/hash.ts'
import type { Entities } from './entities.ts'

/**
 * Equal for equal kept tiles and entities, in whichever order and by whichever way they came about: a hash over the
 * hashes of owners and of entities, sorted. What is older than a view's `retain` does not count, whether it has been
 * removed yet or not.
 */
export function stateHash(engine: IncrementalEngine, entities: Entities, newestAt: number): string {
  const hashes: string[] = []
  for (const group of engine.groups) {
    for (const owner of engine.owners(group)) {
      const lines = group.folders.flatMap(({ plan }) =>
        [...wholeTiles(plan, engine.ownerTiles(plan.view.name, owner))]
          .filter(({ tileStart }) => tileStart >= keptFrom(plan, newestAt))
          .filter(({ values }) => !values.every(isEmptySequence))
          .map((row) => JSON.stringify([plan.tileName, row.key, row.tileStart, row.values])),
      )
      if (lines.length > 0) hashes.push(sha256(lines.toSorted().join('\n')))
    }
  }
  for (const { source, id, value } of entities.all()) hashes.push(sha256(canonicalJson([source, id, value])))
  return sha256(hashes.toSorted().join('\n'))
}

/** A tile of a sequence without entries is no tile: a backfill has none where nothing counted. */
const isEmptySequence = (value: TileRow['values'][number]): boolean =>
  Array.isArray(value) && value.length === 0
