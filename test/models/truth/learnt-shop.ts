import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Customer } from '../../../src/catalog/events/customers.ts'
import { type EmbeddedShop, openShop, shopFolders } from '../../../src/cli/embedded-shop.ts'
import { importData } from '../../../src/cli/importing/import-data.ts'
import { LakeSegments } from '../../../src/cli/serving/lake-segments.ts'
import { PublishedModel } from '../../../src/cli/serving/published-model.ts'
import { backfill } from '../../../src/cli/training/backfill.ts'
import { train } from '../../../src/cli/training/train.ts'
import { fixedClock } from '../../../src/core/clock.ts'
import { silentLogger } from '../../../src/core/logger.ts'
import type { Imported } from '../../../src/datagen/importers/import-format.ts'
import type { ShopOptions } from '../../../src/datagen/synthetic-shop/shop-options.ts'
import { type SyntheticShop, syntheticShop } from '../../../src/datagen/synthetic-shop/synthetic-shop.ts'
import type { RankerModel } from '../../../src/models/rankers/ranker-model.ts'
import { artefactFolder } from '../../../src/models/registry/folder/artefact-folder.ts'
import type { ShownItem } from '../../../src/recommend/decision.ts'
import {
  createRecommender,
  type Recommender,
  type RecommenderOptions,
  type ServingModel,
} from '../../../src/recommend/recommender.ts'

/** A synthetic shop that went the way of every shop: imported, backfilled, trained, and asked with what serves. */
export type LearntShop = {
  readonly planted: SyntheticShop
  readonly recommender: Recommender
  /** The same without the trees: what `endcap train --ranker none` gives. */
  readonly withoutTrees: Recommender
  /** The trees; null if none were trained. */
  readonly ranker: RankerModel | null
  readonly shop: EmbeddedShop
  readonly categoryOf: ReadonlyMap<string, string>
  readonly close: () => Promise<void>
}

export type LearntShopOptions = ShopOptions & {
  /** What of `endcap train` is run: `none`, affinity alone, or trees as well. */
  readonly training: 'none' | 'affinity' | 'trees'
  /** Further customers, who do nothing. */
  readonly people?: readonly Customer[]
}

export async function learntShop({ training, people = [], ...size }: LearntShopOptions): Promise<LearntShop> {
  const planted = syntheticShop(size)
  const dataDir = mkdtempSync(join(tmpdir(), 'endcap-truth-'))
  const clock = fixedClock(size.endAt)
  await importData({ dataDir, imported: eventsOf(planted, people), logger: silentLogger, clock })
  await backfill(dataDir)
  if (training !== 'none') {
    await train({
      dataDir,
      ranker: training === 'trees' ? 'trees' : 'none',
      promotion: 'always',
      clock,
    })
  }
  return await opened(planted, dataDir, size.endAt)
}

/** As `endcap serve` opens it, without the network; nothing is drawn or spread out. */
async function opened(planted: SyntheticShop, dataDir: string, endAt: number): Promise<LearntShop> {
  const [clock, logger] = [fixedClock(endAt), silentLogger]
  const shop = await openShop({ dataDir, logger, clock })
  const model = await PublishedModel.watch(artefactFolder(shopFolders(dataDir).models), logger)
  const segments = LakeSegments.watch({ dataDir, logger, asOf: () => endAt })
  await segments.settled()
  const options: RecommenderOptions = {
    state: shop.state,
    model: model.current,
    segments: segments.current,
    clock,
    settings: { diversity: 0, exploration: 0 },
    seed: () => 1,
  }
  const bare = withoutRanker(model.current())
  const close = async () => {
    await segments[Symbol.asyncDispose]()
    await model[Symbol.asyncDispose]()
    await shop.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return {
    planted,
    recommender: createRecommender(options),
    withoutTrees: createRecommender({ ...options, model: () => bare }),
    ranker: model.current()?.ranker ?? null,
    shop,
    categoryOf: new Map(
      Array.from(shop.state.entities('products'), ({ sku, category }) => [String(sku), String(category)]),
    ),
    close,
  }
}

function withoutRanker(model: ServingModel | null): ServingModel | null {
  if (model === null) return null
  const { ranker: _, ...bare } = model
  return bare
}

function* eventsOf(planted: SyntheticShop, people: readonly Customer[]): Generator<Imported> {
  for (const { topic, value } of planted.events()) yield { kind: 'event', topic, value: { ...value } }
  for (const value of people) yield { kind: 'event', topic: 'customers', value: { ...value } }
}

/** The home page; of a stranger if nobody is named. */
export const shelf = (recommender: Recommender, limit: number, customerId?: string, asOf?: number) =>
  recommender.recommend({
    page: 'home',
    cart: [],
    exclude: [],
    limit,
    ...(customerId === undefined ? {} : { customerId }),
    ...(asOf === undefined ? {} : { asOf }),
  }).decision.items

/** What a driver gave to an item, with a reason that speaks for it. */
export const givenBy = (driver: string, { reasons }: ShownItem): number =>
  reasons.reduce((sum, reason) => (reason.driver === driver ? sum + reason.contribution : sum), 0)

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

export const shareOf = <T>(values: readonly T[], holds: (value: T) => boolean): number =>
  values.filter(holds).length / values.length
