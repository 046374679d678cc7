import { availableParallelism } from 'node:os'
import { EndcapError } from '../../core/errors.ts'
import { fitQuantiser, type Quantiser, quantise } from '../../models/rankers/bins/quantiser.ts'
import { meanNdcg } from '../../models/rankers/boosting/ndcg.ts'
import type { Forest } from '../../models/rankers/forest.ts'
import { forestScorer } from '../../models/rankers/forest-scorer.ts'
import { trainForestInWorkers } from '../../models/training/workers/train-forest-in-workers.ts'
import { missingPython, pythonEnvironment } from '../python/python-environment.ts'
import { LightGbmSide } from './lightgbm-side.ts'
import { type Machine, machine } from './machine.ts'
import { median, rounded, withFolder } from './measuring.ts'
import { makeRankingData, type RankingData } from './ranking-data.ts'

export type TrainBenchOptions = {
  readonly rows: number
  readonly features: number
  readonly trees: number
  readonly runs: number
}

export type TrainFigures = {
  readonly bench: 'train'
  readonly rows: number
  readonly features: number
  readonly trees: number
  readonly threads: number
  /** LightGBM's seconds (one thread) over ours, median of the runs: all threads, one thread. Null without LightGBM. */
  readonly ratio: number | null
  readonly ratio_one_thread: number | null
  /** The same of CPU seconds, one thread each: what other load on the machine changes least. */
  readonly ratio_cpu: number | null
  /** Medians: from bins to the forest; from floats to bins. */
  readonly train_seconds: Readonly<Record<Side, number | null>>
  readonly bin_seconds: Readonly<Record<'endcap' | 'lightgbm', number | null>>
  readonly train_cpu_seconds: Readonly<Record<Side, number | null>>
  readonly train_runs: Readonly<Record<Side, readonly Seconds[]>>
  /** NDCG@10 of groups that nothing was learnt from; `untaught`: of no model. */
  readonly ndcg: { readonly endcap: number; readonly lightgbm: number | null; readonly untaught: number }
  readonly lightgbm: string
  readonly machine: Machine
}

/** By the clock, and of a core. */
type Seconds = { readonly wall: number; readonly cpu: number }

type Side = 'endcap' | 'endcap_one_thread' | 'lightgbm'

const GROUP_SIZE = 100
/** Trees of the same size on both sides: depth 6, 64 leaves. */
const LIGHTGBM = {
  objective: 'lambdarank',
  num_threads: 1,
  learning_rate: 0.08,
  num_leaves: 64,
  max_depth: 6,
  max_bin: 127,
  min_data_in_leaf: 20,
  bagging_fraction: 0.8,
  bagging_freq: 1,
  lambda_l2: 1,
  verbosity: -1,
} as const
const TREES_OF_CHECK = 30
const WORST_NDCG_GAP = 0.02

/** Our trainer and LightGBM on the same made rows: quality first, then time, by turns. */
export async function benchTrain(
  options: TrainBenchOptions,
  progress: (text: string) => void,
): Promise<TrainFigures> {
  progress('making rows ...')
  const size = { rowCount: options.rows, featureCount: options.features, groupSize: GROUP_SIZE }
  const train = makeRankingData(size, 'train')
  const held = makeRankingData({ ...size, rowCount: Math.max(GROUP_SIZE, options.rows >> 3) }, 'held')
  const missing = await missingPython()
  if (missing !== null) progress(`without LightGBM: ${missing}`)
  return withFolder(async (folder) => {
    if (missing !== null) return measure({ options, train, held, side: null, absent: missing }, progress)
    const bin = await pythonEnvironment('lightgbm', progress)
    using side = await LightGbmSide.start(bin, folder, { train, held })
    return await measure({ options, train, held, side, absent: '' }, progress)
  })
}

type Bench = {
  readonly options: TrainBenchOptions
  readonly train: RankingData
  readonly held: RankingData
  /** Null where LightGBM cannot run, and then why. */
  readonly side: LightGbmSide | null
  readonly absent: string
}

async function measure(bench: Bench, progress: (text: string) => void): Promise<TrainFigures> {
  const { options, train, side } = bench
  const startedAt = performance.now()
  const quantiser = fitQuantiser(train.features)
  const rows = { ...train, table: quantise(quantiser, train.features) }
  const ownBinSeconds = (performance.now() - startedAt) / 1000
  const threads = availableParallelism()
  progress('checking that both learn ...')
  const ndcg = await checkQuality(bench, (trees) => trainForestInWorkers(rows, { trees }), quantiser)
  const runs: Record<Side, Seconds[]> = { endcap: [], endcap_one_thread: [], lightgbm: [] }
  const binSeconds: number[] = []
  for (let run = 1; run <= options.runs; run += 1) {
    progress(`training by turns, run ${run} of ${options.runs} ...`)
    const own = (count: number) => trainForestInWorkers(rows, { trees: options.trees }, { threads: count })
    runs.endcap_one_thread.push(await secondsOf(() => own(1)))
    const theirs = await side?.train(LIGHTGBM, options.trees)
    runs.endcap.push(await secondsOf(() => own(threads)))
    if (theirs === undefined) continue
    runs.lightgbm.push({ wall: rounded(theirs.trainSeconds), cpu: rounded(theirs.trainCpuSeconds) })
    binSeconds.push(theirs.binSeconds)
  }
  const { rows: rowCount, features, trees } = options
  return {
    bench: 'train',
    rows: rowCount,
    features,
    trees,
    threads,
    ...figuresOf(runs),
    bin_seconds: { endcap: rounded(ownBinSeconds), lightgbm: medianOrNull(binSeconds) },
    ndcg,
    lightgbm: side === null ? `not run: ${bench.absent}` : side.version,
    machine: machine(),
  }
}

function figuresOf(runs: Readonly<Record<Side, readonly Seconds[]>>) {
  const ratio = (side: Side, kind: keyof Seconds) =>
    medianOrNull(runs.lightgbm.map((theirs, run) => theirs[kind] / (runs[side][run]?.[kind] ?? Number.NaN)))
  const medians = (kind: keyof Seconds) => ({
    endcap: medianOrNull(runs.endcap.map((seconds) => seconds[kind])),
    endcap_one_thread: medianOrNull(runs.endcap_one_thread.map((seconds) => seconds[kind])),
    lightgbm: medianOrNull(runs.lightgbm.map((seconds) => seconds[kind])),
  })
  return {
    ratio: ratio('endcap', 'wall'),
    ratio_one_thread: ratio('endcap_one_thread', 'wall'),
    ratio_cpu: ratio('endcap_one_thread', 'cpu'),
    train_seconds: medians('wall'),
    train_cpu_seconds: medians('cpu'),
    train_runs: runs,
  }
}

/** @throws EndcapError ENGINE_FAILED if our forest ranks held-out groups much worse, or has learnt nothing */
async function checkQuality(
  { held, side }: Bench,
  trainOwn: (trees: number) => Promise<Forest>,
  quantiser: Quantiser,
): Promise<TrainFigures['ndcg']> {
  const scores = new Float64Array(held.labels.length)
  const untaught = meanNdcg(held, scores, 10)
  forestScorer(await trainOwn(TREES_OF_CHECK)).score(quantise(quantiser, held.features), scores)
  const own = meanNdcg(held, scores, 10)
  const theirs = await side?.train(LIGHTGBM, TREES_OF_CHECK)
  const lightgbm = theirs === undefined ? null : meanNdcg(held, theirs.scores, 10)
  if (own < (lightgbm ?? untaught + 0.1) - WORST_NDCG_GAP) {
    throw new EndcapError('ENGINE_FAILED', `NDCG ${own}, LightGBM ${lightgbm}, untaught ${untaught}`, {
      place: 'bench train',
      remedy: 'Nothing was timed.',
    })
  }
  const digits = (value: number) => Math.round(value * 10_000) / 10_000
  return {
    endcap: digits(own),
    lightgbm: lightgbm === null ? null : digits(lightgbm),
    untaught: digits(untaught),
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<Seconds> {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { wall: rounded((performance.now() - startedAt) / 1000), cpu: rounded((user + system) / 1e6) }
}

const medianOrNull = (values: readonly number[]): number | null =>
  values.length === 0 ? null : rounded(median(values))
