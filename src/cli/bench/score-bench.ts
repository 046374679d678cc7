import { EndcapError } from '../../core/errors.ts'
import { seededRandom } from '../../core/random.ts'
import { forestScorer } from '../../models/rankers/forest-scorer.ts'
import { pathReasons } from '../../models/rankers/path-reasons.ts'
import { plainScore } from '../../models/rankers/plain-score.ts'
import { randomBins, randomForest } from '../../models/rankers/random-forest.ts'
import { type Machine, machine } from './machine.ts'
import { quantile } from './measuring.ts'

export type ScoreBenchOptions = {
  readonly rows: number
  readonly features: number
  readonly trees: number
  readonly runs: number
}

export type ScoreFigures = {
  readonly bench: 'score'
  readonly rows: number
  readonly features: number
  readonly trees: number
  /** Time to score all rows once, ms. */
  readonly score_ms: Readonly<Record<'min' | 'p50' | 'p99', number>>
  /** The same by the plain sum over the trees. */
  readonly plain_ms: number
  /** Reasons of one row, us, median. */
  readonly reasons_us: number
  readonly rows_checked: number
  readonly machine: Machine
}

const DEPTH = 6

/** Scores made rows by a random forest, the worst case for whoever guesses branches; the answer is checked first. */
export function benchScore({ rows, features, trees, runs }: ScoreBenchOptions): ScoreFigures {
  const random = seededRandom('score bench')
  const size = { shape: 'oblivious', depth: DEPTH, featureCount: features, treeCount: trees } as const
  const forest = randomForest(random, size)
  const table = randomBins(random, rows, features)
  const scorer = forestScorer(forest)
  const scores = new Float64Array(rows)
  const plain = () => Float64Array.from({ length: rows }, (_, row) => plainScore(forest, table, row))
  scorer.score(table, scores)
  const wrong = plain().findIndex((score, row) => score !== scores[row])
  if (wrong >= 0) {
    throw new EndcapError('ENGINE_FAILED', `row ${wrong} has another score than the plain sum`, {
      place: 'bench score',
      remedy: 'Nothing was timed.',
    })
  }
  const times = timesOf(() => scorer.score(table, scores), runs)
  const contributions = new Float64Array(features)
  return {
    bench: 'score',
    rows,
    features,
    trees,
    score_ms: { min: Math.min(...times), p50: quantile(times, 0.5), p99: quantile(times, 0.99) },
    plain_ms: Math.min(...timesOf(plain, Math.min(runs, 50))),
    reasons_us:
      1000 *
      quantile(
        timesOf(() => pathReasons(forest, table, 0, contributions), runs),
        0.5,
      ),
    rows_checked: rows,
    machine: machine(),
  }
}

/** Milliseconds of each run, to the microsecond. */
function timesOf(work: () => unknown, runs: number): number[] {
  return Array.from({ length: runs }, () => {
    const startedAt = performance.now()
    work()
    return Math.round((performance.now() - startedAt) * 1000) / 1000
  })
}
