import type { Answers } from '../../models/evaluation/answers.ts'
import { coverageAt, metricsAt } from '../../models/evaluation/answers.ts'
import type { BeyondAccuracy } from '../../models/metrics/beyond-accuracy.ts'
import { bootstrapInterval, differences } from '../../models/metrics/bootstrap.ts'
import { meanOf } from '../../models/metrics/user-metrics.ts'

/** One measured model: the object that `--json` prints on one line. Metrics are in [0, 1]. */
export type Evaluation = {
  readonly model: string
  readonly protocol: string
  /** Name of the folder. */
  readonly data: string
  /** What differs from the plain line: a slice, a driver taken away, another cut-off; absent on the plain line. */
  readonly variant?: string
  /** Users (next-click: steps) that were asked about. */
  readonly users: number
  readonly 'recall@5': number
  readonly 'ndcg@5': number
  readonly 'recall@10': number
  readonly 'ndcg@10': number
  readonly 'hit@10': number
  readonly 'coverage@10': number
  /** Learning and ranking, without reading the data. */
  readonly seconds: number
  /** Greatest resident memory of the process so far, MB of 10^6 bytes. */
  readonly peak_mb: number
} & Partial<Details> &
  Partial<Difference>

/** Further fields of `--details`; intervals are [low, high] at 95 %, by resampling users. */
export type Details = {
  readonly 'recall@10_interval': readonly [number, number]
  readonly 'ndcg@10_interval': readonly [number, number]
  readonly 'hit@10_interval': readonly [number, number]
  readonly 'novelty@10': number
  readonly 'diversity@10': number | null
  readonly 'calibration@10': number | null
  readonly 'popularity_bias@10': number
}

/** How a line differs from another, user by user, each with its 95 % interval: [difference, low, high]. */
export type Difference = {
  readonly against: string
  readonly 'recall@10_difference': readonly [number, number, number]
  readonly 'ndcg@10_difference': readonly [number, number, number]
}

export type RowOf = {
  readonly model: string
  readonly protocol: string
  readonly data: string
  readonly variant?: string
}

/** The plain fields, in the order of the contract. */
export function evaluationRow(of: RowOf, answers: Answers, startedMs: number): Evaluation {
  const [at5, at10] = [metricsAt(5, answers), metricsAt(10, answers)]
  return {
    ...of,
    users: answers.targets.length,
    'recall@5': rounded(meanOf(at5.recall)),
    'ndcg@5': rounded(meanOf(at5.ndcg)),
    'recall@10': rounded(meanOf(at10.recall)),
    'ndcg@10': rounded(meanOf(at10.ndcg)),
    'hit@10': rounded(meanOf(at10.hit)),
    'coverage@10': rounded(coverageAt(10, answers)),
    seconds: Math.round((performance.now() - startedMs) / 10) / 100,
    peak_mb: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6),
  }
}

/** Fixed, so that a figure and its interval are the same on every run. */
const SEED = 'endcap evaluate'

export function detailFields(answers: Answers, beyond: BeyondAccuracy): Details {
  const { recall, ndcg, hit } = metricsAt(10, answers)
  const interval = (values: Float64Array): readonly [number, number] => {
    const { low, high } = bootstrapInterval(values, SEED)
    return [rounded(low), rounded(high)]
  }
  return {
    'recall@10_interval': interval(recall),
    'ndcg@10_interval': interval(ndcg),
    'hit@10_interval': interval(hit),
    'novelty@10': rounded(beyond.novelty),
    'diversity@10': beyond.diversity === null ? null : rounded(beyond.diversity),
    'calibration@10': beyond.calibration === null ? null : rounded(beyond.calibration),
    'popularity_bias@10': rounded(beyond.popularityBias),
  }
}

/** `answers` less those of `other` to the same questions. */
export function differenceFields(
  answers: Answers,
  other: { readonly name: string; readonly answers: Answers },
): Difference {
  const [mine, theirs] = [metricsAt(10, answers), metricsAt(10, other.answers)]
  const difference = (a: Float64Array, b: Float64Array): readonly [number, number, number] => {
    const { mean, low, high } = bootstrapInterval(differences(a, b), SEED)
    return [rounded(mean), rounded(low), rounded(high)]
  }
  return {
    against: other.name,
    'recall@10_difference': difference(mine.recall, theirs.recall),
    'ndcg@10_difference': difference(mine.ndcg, theirs.ndcg),
  }
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6
