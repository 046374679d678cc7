import type { RecordValue } from '../../algebra/source.ts'
import { planPairs } from '../../compile/plan.ts'
import { type Clock, systemClock } from '../../core/clock.ts'
import { EndcapError } from '../../core/errors.ts'
import { hash8 } from '../../core/hash.ts'
import { DuckDbSession } from '../../features/lake/duckdb/duckdb-session.ts'
import { type LakeHistories, lakeHistories } from '../../features/lake/duckdb/lake-histories.ts'
import { lakeEntities } from '../../features/lake/duckdb/lake-statistics.ts'
import { affinity, affinityProblem, contentSimilarity } from '../../models/affinity/affinity.ts'
import { affinityFiles } from '../../models/affinity/affinity-artefact.ts'
import { AFFINITY_SETTINGS } from '../../models/affinity/affinity-settings.ts'
import { type PairSumSource, pairSumsInProcess } from '../../models/affinity/pair-sums.ts'
import { popular } from '../../models/baselines/popular.ts'
import { measure } from '../../models/evaluation/measure.ts'
import { type Interactions, leaveOneOut } from '../../models/evaluation/split.ts'
import type { Manifest } from '../../models/manifest.ts'
import { rankerFiles } from '../../models/rankers/ranker-artefact.ts'
import type { Recommender } from '../../models/recommender.ts'
import type { Artefact, ArtefactRegistry } from '../../models/registry/artefact-registry.ts'
import { artefactFolder } from '../../models/registry/folder/artefact-folder.ts'
import { judge, type Verdict } from '../../models/registry/gates.ts'
import { learnableItems } from '../../models/training/learnable-items.ts'
import { solveInWorkers } from '../../models/training/workers/solve-in-workers.ts'
import { shopFolders } from '../embedded-shop.ts'
import { pairSumsByDuckDb } from '../evaluation/duckdb-pair-sums.ts'
import { openFollowedLake } from '../lake.ts'
import { readPictureVectors } from '../pictures/picture-file.ts'
import { counted, type Report } from '../progress.ts'
import { catalog } from '../shop.ts'
import { productContent } from './product-content.ts'
import { type RankerTraining, trainRanker } from './ranker/train-ranker.ts'

/** What adds the pair sums up: item by item in process, or self joins in SQL. The same integers either way. */
export const PAIR_SUM_SOURCES = {
  inprocess: pairSumsInProcess,
  sql: pairSumsByDuckDb,
} as const satisfies Record<string, PairSumSource>
export type PairSumSourceName = keyof typeof PAIR_SUM_SOURCES

export type TrainOptions = {
  readonly dataDir: string
  /** Learn from the log records below this offset alone; absent: from all. */
  readonly until?: number
  readonly sums?: PairSumSourceName
  /**
   * `trees`: learn to rank as well; `none`: affinity alone, ranked by the weighted sum of the sources; `auto` (default):
   * trees unless the log is too long to be replayed in the memory of a small machine.
   */
  readonly ranker?: RankerChoice
  /** Whether the figures of the model decide if it becomes current; after an erasure it always has to. */
  readonly promotion?: 'gated' | 'always'
  readonly clock?: Clock
  readonly report?: Report
}

export type TrainResult = {
  readonly manifest: Manifest
  readonly verdict: Verdict
  readonly promoted: boolean
  /** People who agreed to be learnt from, and did something. */
  readonly shoppers: number
  /** Events in their histories, of the products that are learnt. */
  readonly events: number
}

/** List length of the figures in the manifest. */
const CUTOFF = 10

/**
 * Learns affinity from the lake and publishes it; it becomes the current model unless the gates refuse it. The same position
 * gives the same model, bit for bit; `trained_at` alone differs.
 *
 * @throws EndcapError DATA_FOLDER if there is no log, USAGE if `until` lies beyond it
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { dataDir, sums = 'inprocess', promotion = 'gated', clock = systemClock, report } = options
  const registry = artefactFolder(shopFolders(dataDir).models)
  // Asked before the events are read: a model that misses an erasure is not taken.
  const erasures = await registry.erasures()
  const material = await read(options)
  const { histories, products, position } = material
  const all = { ...histories, itemCount: histories.skus.length, days: null }
  const { numbers, sequences } = learnableItems(all)
  const skus = Array.from(numbers, (number) => histories.skus[number] ?? '')
  const { content, snapshot } = productContent(skus, products, picturesOf(dataDir))
  if (skus.length < all.itemCount) {
    report?.(`the ${counted(skus.length)} products with the most shoppers, of ${counted(all.itemCount)}`)
  }
  report?.(`${counted(sequences.items.length)} events of ${counted(histories.shopperCount)} shoppers`)
  const pairSums = PAIR_SUM_SOURCES[sums]
  const metrics = await heldOutMetrics({ sequences, content }, pairSums)
  report?.('measured on each shopper’s last event; solving')
  const problem = affinityProblem(await pairSums(sequences), contentSimilarity(content))
  const weights = await solveInWorkers(problem)
  const ranking = learnsTrees(options.ranker, position) ? await learnRanking(options, material) : NO_RANKER
  const model: Artefact = {
    manifest: {
      model: 'affinity',
      catalog_hash: hash8(catalog.pairs.map((pairs) => planPairs(pairs, catalog.horizon).hash)),
      log_position: position,
      ...(erasures > 0 ? { erasures } : {}),
      content_snapshot: snapshot,
      trained_at: clock(),
      item_count: sequences.itemCount,
      settings: { ...AFFINITY_SETTINGS },
      metrics: { ...metrics, ...ranking.metrics },
      seeds: {},
    },
    files: new Map([...affinityFiles({ skus, weights }), ...rankerFiles(ranking.model)]),
  }
  const manifest = await registry.publish(model)
  const verdict = judge(manifest, await currentManifest(registry))
  const promoted = promotion === 'always' || verdict.refusals.length === 0
  if (promoted) await registry.promote(manifest.version)
  return { manifest, verdict, promoted, shoppers: histories.shopperCount, events: sequences.items.length }
}

type Material = {
  readonly histories: LakeHistories
  readonly products: readonly RecordValue[]
  readonly position: number
}

async function read({ dataDir, until, report }: TrainOptions): Promise<Material> {
  using lake = await openFollowedLake(dataDir, report)
  const position = until ?? lake.position
  if (position > lake.position) {
    throw new EndcapError(
      'USAGE',
      `position ${position} lies beyond the log, which has ${lake.position} records`,
    )
  }
  using session = await DuckDbSession.open()
  await lake.attach(session)
  const products: RecordValue[] = []
  for await (const lot of lakeEntities(session, catalog, position)) {
    for (const { source, value } of lot) if (source === 'products') products.push(value)
  }
  return { histories: await lakeHistories(session, catalog, position), products, position }
}

export const RANKER_CHOICES = ['auto', 'trees', 'none'] as const
export type RankerChoice = (typeof RANKER_CHOICES)[number]

/** Records that `auto` replays at most: figures of products are held in memory, about 1.2 KB a record. */
export const MOST_REPLAYED = 700_000

/** Whether trees are learnt from a log of so many records. */
export const learnsTrees = (choice: RankerChoice = 'auto', records: number): boolean =>
  choice === 'trees' || (choice === 'auto' && records <= MOST_REPLAYED)

const NO_RANKER: RankerTraining = { model: null, metrics: {} }

/** Trees over what the sources say, from events before `position`; none where they do not help. */
async function learnRanking(
  { dataDir, sums = 'inprocess', report }: TrainOptions,
  { products, position }: Material,
): Promise<RankerTraining> {
  using lake = await openFollowedLake(dataDir, report)
  using session = await DuckDbSession.open()
  using events = await DuckDbSession.open()
  for (const each of [session, events]) await lake.attach(each)
  const affinityBefore = async (instant: number) => {
    const histories = await lakeHistories(session, catalog, position, instant)
    const all = { ...histories, itemCount: histories.skus.length, days: null }
    const { numbers, sequences } = learnableItems(all)
    const skus = Array.from(numbers, (number) => histories.skus[number] ?? '')
    const { content } = productContent(skus, products, picturesOf(dataDir))
    const problem = affinityProblem(await PAIR_SUM_SOURCES[sums](sequences), contentSimilarity(content))
    return { skus, weights: await solveInWorkers(problem) }
  }
  // Awaited here: the session is closed on return.
  return await trainRanker({
    session,
    events,
    position,
    affinityBefore,
    ...(report === undefined ? {} : { report }),
  })
}

/** Vectors that `endcap pictures` made, by sku. */
function picturesOf(dataDir: string): ReadonlyMap<string, Float32Array> {
  const made = readPictureVectors(shopFolders(dataDir).pictures)?.bySku ?? new Map()
  return new Map(Array.from(made, ([sku, { vector }]) => [sku, vector]))
}

/** Null before the first promotion, or if what is said of the current model cannot be read any more. */
async function currentManifest(registry: ArtefactRegistry): Promise<Manifest | null> {
  const version = await registry.current()
  return version === null ? null : await registry.manifest(version).catch(() => null)
}

/**
 * How well a model that has not seen them finds each shopper's last event, beside what everybody buys. The
 * model that is published has seen them.
 */
async function heldOutMetrics(
  interactions: Interactions,
  pairSums: PairSumSource,
): Promise<Record<string, number>> {
  const split = leaveOneOut(interactions, 'test')
  const metrics: Record<string, number> = { evaluated_users: split.targets.length }
  if (split.targets.length === 0) return metrics
  const models: readonly [string, Recommender][] = [
    ['', affinity(pairSums, (problem) => solveInWorkers(problem))],
    ['popular_', popular],
  ]
  for (const [prefix, model] of models) {
    const { recall, ndcg } = measure(await model.fit(split.training), split, [CUTOFF]).at(CUTOFF)
    metrics[`${prefix}recall@${CUTOFF}`] = rounded(recall)
    metrics[`${prefix}ndcg@${CUTOFF}`] = rounded(ndcg)
  }
  return metrics
}

const rounded = (value: number): number => Number(value.toFixed(4))
