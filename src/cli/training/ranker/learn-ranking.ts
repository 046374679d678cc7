import { DuckDbSession } from '../../../features/lake/duckdb/duckdb-session.ts'
import { lakeHistories } from '../../../features/lake/duckdb/lake-histories.ts'
import type { PairSumSource } from '../../../models/affinity/pair-sums.ts'
import { openFollowedLake } from '../../lake.ts'
import type { Report } from '../../progress.ts'
import { catalog } from '../../shop.ts'
import { affinityMaterial, type KnownProducts, learnAffinity } from '../learn-affinity.ts'
import { type RankerTraining, trainRanker } from './train-ranker.ts'

export const RANKER_CHOICES = ['auto', 'trees', 'none'] as const
export type RankerChoice = (typeof RANKER_CHOICES)[number]

/** Records that `auto` replays at most: figures of products are held in memory, about 1.2 KB a record. */
export const MOST_REPLAYED = 700_000

/** Whether trees are learnt from a log of so many records. */
export const learnsTrees = (choice: RankerChoice = 'auto', records: number): boolean =>
  choice === 'trees' || (choice === 'auto' && records <= MOST_REPLAYED)

export type LearnRankingOptions = {
  readonly dataDir: string
  /** Log records below it are learnt from. */
  readonly position: number
  readonly known: KnownProducts
  readonly pairSums: PairSumSource
  readonly report: Report | undefined
}

/** Trees over what the sources say, from the lake of a data folder; none where they do not help. */
export async function learnRanking({
  dataDir,
  position,
  known,
  pairSums,
  report,
}: LearnRankingOptions): Promise<RankerTraining> {
  using lake = await openFollowedLake(dataDir, report)
  using session = await DuckDbSession.open()
  using events = await DuckDbSession.open()
  for (const each of [session, events]) await lake.attach(each)
  const affinityBefore = async (instant: number) => {
    const material = affinityMaterial(await lakeHistories(session, catalog, position, instant), known)
    return { skus: material.skus, weights: await learnAffinity(material, pairSums) }
  }
  const parts = { session, events, position, affinityBefore }
  // Awaited here: the sessions are closed on return.
  return await trainRanker({ ...parts, ...(report === undefined ? {} : { report }) })
}
