import type { RecordValue } from '../../algebra/source.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { IncrementalEngine } from '../../compile/inprocess/incremental.ts'
import { planView } from '../../compile/plan.ts'
import { EndcapError } from '../../core/errors.ts'
import { isEntitySource, versionOf } from './entities.ts'
import { catalogHash } from './online-state.ts'
import type { Lots, StateStore, StoredChunk, StoredEntity } from './state-store.ts'

/** What a backfill computes, complete up to `position`; what lies in the log beyond it is applied afterwards. */
export type BulkLoad = {
  /** All log records below this offset are in it. */
  readonly position: number
  /** Instant of the newest event in it, epoch ms. */
  readonly newestAt: number
  /** Each (group, owner, number) once. */
  readonly chunks: Lots<StoredChunk>
  /** Words of the chunks, in the order of their numbers; asked for when all chunks have been taken. */
  readonly words: () => Iterable<string>
  readonly entities: Lots<BulkEntity>
}

/** The winning version of an entity. */
export type BulkEntity = { readonly source: string; readonly offset: number; readonly value: RecordValue }

/**
 * Puts what a backfill computes in place of everything that a store holds, in one switch; the state itself is never
 * in memory. The store stays as it was if anything fails on the way.
 *
 * @throws EndcapError DATA_FOLDER if the disk fails
 */
export async function bulkLoad(
  { catalog, store }: { readonly catalog: Catalog; readonly store: StateStore },
  { position, newestAt, chunks, words, entities }: BulkLoad,
): Promise<void> {
  const engine = new IncrementalEngine(catalog.views.map((view) => planView(view, catalog.horizon)))
  try {
    await store.replace({
      meta: { catalogHash: catalogHash(catalog, engine), position, newestAt },
      chunks,
      words,
      entities: versionsOf(catalog, entities),
    })
  } catch (cause) {
    if (cause instanceof EndcapError) throw cause
    throw new EndcapError('DATA_FOLDER', 'the state could not be written to disk', { cause })
  }
}

async function* versionsOf(
  catalog: Catalog,
  lots: Lots<BulkEntity>,
): AsyncGenerator<readonly StoredEntity[]> {
  const sources = new Map(catalog.sources.filter(isEntitySource).map((source) => [source.name, source]))
  for await (const lot of lots) {
    yield Array.from(lot).map(({ source: name, offset, value }) => {
      const source = sources.get(name)
      if (source === undefined) throw new Error(`bug: '${name}' has no versions`)
      return versionOf(source, offset, value)
    })
  }
}
