import type { RecordValue } from '../../algebra/source.ts'
import { type Clock, systemClock } from '../../core/clock.ts'
import { EndcapError } from '../../core/errors.ts'
import { DuckDbSession } from '../../features/lake/duckdb/duckdb-session.ts'
import { type LakeHistories, lakeHistories } from '../../features/lake/duckdb/lake-histories.ts'
import { lakeEntities } from '../../features/lake/duckdb/lake-statistics.ts'
import { affinity, type ContentSimilarity, contentSimilarity } from '../../models/affinity/affinity.ts'
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
import { solveInWorkers } from '../../models/training/workers/solve-in-workers.ts'
import { modelDefinitions } from '../../recommend/ranking/model-definitions.ts'
import { shopFolders } from '../embedded-shop.ts'
import { pairSumsByDuckDb } from '../evaluation/duckdb-pair-sums.ts'
import { openFollowedLake } from '../lake.ts'
import { readPictureVectors } from '../pictures/picture-file.ts'
import { counted, type Report } from '../progress.ts'
import { catalog } from '../shop.ts'
import { affinityMaterial, learnAffinity } from './learn-affinity.ts'
import { learnRanking, learnsTrees, type RankerChoice } from './ranker/learn-ranking.ts'
import { NO_RANKER } from './ranker/train-ranker.ts'

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
/** Shoppers whose last event is looked for: enough for a share to a hundredth; of more, evenly some. */
const MOST_EVALUATED = 10_000

/**
 * Learns affinity, and trees that rank, from the lake and publishes them; they become the current model unless the gates
 * refuse it. The same position gives the same model, bit for bit; `trained_at` alone differs.
 *
 * @throws EndcapError DATA_FOLDER if there is no log, USAGE if `until` lies beyond it
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { dataDir, sums = 'inprocess', promotion = 'gated', clock = systemClock, report } = options
  const registry = artefactFolder(shopFolders(dataDir).models)
  // Asked before the events are read: a model that misses an erasure is not taken.
  const erasures = await registry.erasures()
  const { histories, products, position } = await read(options)
  const known = { products, pictures: picturesOf(dataDir) }
  const material = affinityMaterial(histories, known)
  const { skus, sequences, content, snapshot } = material
  if (skus.length < histories.skus.length) {
    report?.(
      `the ${counted(skus.length)} products with the most shoppers, of ${counted(histories.skus.length)}`,
    )
  }
  report?.(`${counted(sequences.items.length)} events of ${counted(histories.shopperCount)} shoppers`)
  const pairSums = PAIR_SUM_SOURCES[sums]
  const similarity = contentSimilarity(content)
  report?.('products compared; measuring on each shopper’s last event')
  const metrics = await heldOutMetrics({ sequences, content }, pairSums, similarity)
  report?.('measured on each shopper’s last event; solving')
  const weights = await learnAffinity(material, pairSums, similarity)
  const ranking = learnsTrees(options.ranker, position)
    ? await learnRanking({ dataDir, position, known, pairSums, report })
    : NO_RANKER
  const model: Artefact = {
    manifest: {
      model: ranking.model === null ? 'affinity' : 'two-stage',
      definitions: modelDefinitions(catalog, ranking.model),
      log_position: position,
      ...(erasures > 0 ? { erasures } : {}),
      content_snapshot: snapshot,
      trained_at: clock(),
      item_count: sequences.itemCount,
      settings: { ...AFFINITY_SETTINGS },
      metrics: { ...metrics, ...ranking.metrics },
      seeds: ranking.seeds,
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
  similarity: ContentSimilarity,
): Promise<Record<string, number>> {
  const split = leaveOneOut(interactions, 'test')
  if (split.targets.length === 0) return { evaluated_users: 0 }
  const every = Math.ceil(split.targets.length / MOST_EVALUATED)
  const metrics: Record<string, number> = { evaluated_users: Math.ceil(split.targets.length / every) }
  const models: readonly [string, Recommender][] = [
    [
      '',
      affinity(
        pairSums,
        (problem) => solveInWorkers(problem),
        () => similarity,
      ),
    ],
    ['popular_', popular],
  ]
  for (const [prefix, model] of models) {
    const { recall, ndcg } = measure(await model.fit(split.training), split, [CUTOFF], every).at(CUTOFF)
    metrics[`${prefix}recall@${CUTOFF}`] = rounded(recall)
    metrics[`${prefix}ndcg@${CUTOFF}`] = rounded(ndcg)
  }
  return metrics
}

const rounded = (value: number): number => Number(value.toFixed(4))
