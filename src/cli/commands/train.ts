import { Command, InvalidArgumentError, Option } from 'commander'
import { EndcapError } from '../../core/errors.ts'
import { counted, runSteps, secondsSince } from '../progress.ts'
import {
  learnsTrees,
  MOST_REPLAYED,
  RANKER_CHOICES,
  type RankerChoice,
} from '../training/ranker/learn-ranking.ts'
import { PAIR_SUM_SOURCES, type PairSumSourceName, type TrainResult, train } from '../training/train.ts'
import { trainContinuously } from '../training/train-continuously.ts'

type Options = {
  readonly dataDir: string
  readonly until?: number
  readonly sums: PairSumSourceName
  readonly gates: boolean
  readonly ranker: RankerChoice
  readonly follow?: boolean
  readonly everyRecords: number
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  endcap train --data-dir shop
  endcap train --data-dir shop --until 250000        the model as it would have been at that log position
  endcap train --data-dir shop --follow              beside \`endcap serve\`: a new model after every 1,000 events`

/** `endcap train`: a model from the lake, published as current. */
export function trainCommand(): Command {
  return new Command('train')
    .description('learn a model from the lake and publish it; a running server picks it up')
    .requiredOption('--data-dir <dir>', 'data folder of the shop')
    .option(
      '--until <position>',
      'learn from the log records before this one alone (default: all)',
      parsePosition,
    )
    .addOption(
      new Option('--sums <how>', 'what adds up pairs of products; the same numbers either way')
        .choices(Object.keys(PAIR_SUM_SOURCES))
        .default('inprocess'),
    )
    .addOption(
      new Option(
        '--ranker <kind>',
        `what orders candidates: trees that are learnt, or a weighted sum; auto: trees up to ${counted(MOST_REPLAYED)} records`,
      )
        .choices(RANKER_CHOICES)
        .default('auto'),
    )
    .option('--follow', 'go on: a full pass whenever there are new events, until a signal')
    .option('--every-records <n>', 'with --follow: new records that a pass is worth', parsePosition, 1000)
    .option('--no-gates', 'make it current whatever its figures are')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => (options.follow === true ? follow(options) : run(options)))
}

function parsePosition(text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('not a whole number of at least 0.')
}

/** A model that the gates refuse is said and stored; the passes go on. */
async function follow({ json, gates, everyRecords, until, follow: _, ...options }: Options): Promise<void> {
  if (until !== undefined) {
    throw new EndcapError('USAGE', '--follow and --until exclude each other')
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const promotion = gates ? 'gated' : 'always'
  const passes = { ...options, promotion, newRecords: Math.max(1, everyRecords), pollMs: POLL_MS } as const
  for await (const result of trainContinuously({ ...passes, signal: stop.signal })) {
    const { manifest, verdict, promoted } = result
    const { version, log_position, metrics } = manifest
    process.stdout.write(
      json === true
        ? `${JSON.stringify({ version, promoted, log_position, metrics })}\n`
        : `model ${version} is ${promoted ? 'current' : `stored: ${verdict.refusals.join('; ')}`}\n`,
    )
  }
}

const POLL_MS = 1000

async function run({ json, gates, everyRecords: _, follow: __, ...options }: Options): Promise<void> {
  const startedAt = performance.now()
  let result: TrainResult | undefined
  await runSteps([
    {
      title: 'training affinity',
      run: async (report) => {
        result = await train({ ...options, promotion: gates ? 'gated' : 'always', report })
        return `${counted(result.manifest.item_count)} products, ${counted(result.events)} events`
      },
    },
  ])
  if (result === undefined) throw new Error('bug: the training step did not run')
  const seconds = secondsSince(startedAt)
  const { manifest, verdict, promoted, shoppers, events } = result
  const { version, model, log_position, item_count, content_snapshot, metrics } = manifest
  const text =
    json === true
      ? JSON.stringify({
          version,
          promoted,
          judged: verdict.judged,
          model,
          log_position,
          shoppers,
          events,
          item_count,
          content_snapshot,
          metrics,
          seconds,
        })
      : `model ${version} of ${counted(shoppers)} shoppers is ${promoted ? 'current' : 'stored'}, after ${seconds} s`
  process.stdout.write(`${text}\n`)
  if (!promoted)
    throw new EndcapError('GATE_REFUSED', verdict.refusals.join('; '), { place: `model ${version}` })
  if (options.ranker === 'auto' && !learnsTrees('auto', log_position)) {
    process.stderr.write(
      `No trees were learnt: replaying ${counted(log_position)} records takes much memory. \`--ranker trees\` does it all the same.\n`,
    )
  }
  if (shoppers === 0) {
    process.stderr.write(
      'Nobody whose history is there has agreed to training, so the model knows the texts of products alone. ' +
        'Data without consent is imported with --consent.\n',
    )
  }
}
