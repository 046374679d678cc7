import type { Catalog } from '../../catalog/catalog.ts'
import { planView } from '../../compile/plan.ts'
import type { Logger } from '../../core/logger.ts'
import { isEntitySource } from '../../features/online/entities.ts'
import { openLmdbStateStore } from '../../features/online/lmdb/lmdb-state-store.ts'
import { openOnlineState } from '../../features/online/online-state.ts'
import { Materialiser } from '../../features/stream/flink/materialiser.ts'
import { type FeedOptions, openUpsertFeed } from './upsert-feed.ts'

export type MaterialisedOptions = {
  /** Of the state; made if it is not there. */
  readonly folder: string
  readonly catalog: Catalog
  readonly topics: FeedOptions
  readonly logger: Logger
}

/** The state of a folder and what brings it up to the topics; nothing is read before the materialiser is started. */
export async function openMaterialisedState({ folder, catalog, topics, logger }: MaterialisedOptions) {
  await using cleanups = new AsyncDisposableStack()
  const store = await openLmdbStateStore({ folder })
  const state = await openOnlineState({ catalog, store, isMaterialised: true })
  cleanups.defer(() => state.close())
  const feed = openUpsertFeed(topics)
  cleanups.defer(() => feed.close())
  const materialiser = new Materialiser({
    state,
    feed,
    views: catalog.views.map((view) => planView(view, catalog.horizon)),
    entities: catalog.sources.filter(isEntitySource),
    topicPrefix: topics.topicPrefix,
    logger,
  })
  const owned = cleanups.move()
  return { state, materialiser, close: () => owned.disposeAsync() }
}
