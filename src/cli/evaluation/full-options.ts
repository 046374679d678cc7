import { pairSumsInProcess } from '../../models/affinity/pair-sums.ts'
import { solveInWorkers } from '../../models/training/workers/solve-in-workers.ts'
import { trainForestInWorkers } from '../../models/training/workers/train-forest-in-workers.ts'
import type { FullOptions } from '../../models/two-stage/prepare-full.ts'
import { sourceFitters } from '../../models/two-stage/scoring-sources.ts'

/** How `full` is learnt on this machine: solves and trees in worker threads, defaults for the rest. */
export const FULL_OPTIONS: FullOptions = {
  fitters: sourceFitters(pairSumsInProcess, (problem) => solveInWorkers(problem)),
  trainForest: (rows, settings, validation) =>
    trainForestInWorkers(rows, settings, validation === null ? {} : { validation }),
}
