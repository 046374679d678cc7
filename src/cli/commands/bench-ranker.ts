import { Command } from 'commander'
import { benchInvocations } from '../bench/invocations-bench.ts'
import { benchScore } from '../bench/score-bench.ts'
import { benchTrain } from '../bench/train-bench.ts'
import { parseCount, printing } from './bench-output.ts'

/** `endcap bench train`: our trees beside LightGBM's. */
export function trainBenchCommand(): Command {
  return new Command('train')
    .description('growing the ranker beside LightGBM (lambdarank, one thread, from PyPI), on the same rows')
    .option('--rows <n>', 'rows, in groups of 100', parseCount, 500_000)
    .option('--features <n>', 'features', parseCount, 32)
    .option('--trees <n>', 'trees of depth 6', parseCount, 100)
    .option('--runs <n>', 'runs by turns; the median is told', parseCount, 3)
    .option('--json', 'one JSON object on stdout')
    .action(printing(benchTrain))
}

/** `endcap bench score`: the scorer of the ranker. */
export function scoreBenchCommand(): Command {
  return new Command('score')
    .description('scoring candidates by the ranker, and its reasons')
    .option('--rows <n>', 'candidates', parseCount, 500)
    .option('--features <n>', 'features', parseCount, 32)
    .option('--trees <n>', 'trees of depth 6', parseCount, 400)
    .option('--runs <n>', 'runs', parseCount, 2000)
    .option('--json', 'one JSON object on stdout')
    .action(printing(benchScore))
}

/** `endcap bench invocations`: our scoring server beside MLflow's. */
export function invocationsBenchCommand(): Command {
  return new Command('invocations')
    .description('scoring rows over HTTP beside MLflow (from PyPI, one worker), with the same trees')
    .option('--rows <n>', 'rows of a request', parseCount, 100)
    .option('--features <n>', 'features', parseCount, 32)
    .option('--trees <n>', 'trees of depth 6', parseCount, 100)
    .option('--requests <n>', 'requests of a run; a tenth of them to MLflow', parseCount, 2000)
    .option('--runs <n>', 'runs by turns; the median is told', parseCount, 3)
    .option('--json', 'one JSON object on stdout')
    .action(printing(benchInvocations))
}
