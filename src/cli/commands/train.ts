import { Command, InvalidArgumentError, Option } from 'commander'
import { EndcapError } from '../../core/errors.ts'
import { counted, runSteps, secondsSince } from '../progress.ts'
import { PAIR_SUM_SOURCES, type PairSumSourceName, type TrainResult, train } from '../training/train.ts'

type Options = {
  readonly dataDir: string
  readonly until?: number
  readonly sums: PairSumSourceName
  readonly gates: boolean
  readonly ranker: 'trees' | 'none'
  readonly json?: boolean
}

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
      new Option('--ranker <kind>', 'what orders candidates: trees that are learnt, or a weighted sum')
        .choices(['trees', 'none'])
        .default('trees'),
    )
    .option('--no-gates', 'make it current whatever its figures are')
    .option('--json', 'one JSON object on stdout')
    .action(run)
}

function parsePosition(text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('not a whole number of at least 0.')
}

async function run({ json, gates, ...options }: Options): Promise<void> {
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
  if (shoppers === 0) {
    process.stderr.write(
      'Nobody whose history is there has agreed to training, so the model knows the texts of products alone. ' +
        'Data without consent is imported with --consent.\n',
    )
  }
}
