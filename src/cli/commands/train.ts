import { Command, InvalidArgumentError, Option } from 'commander'
import { EndcapError } from '../../core/errors.ts'
import { counted, runSteps, secondsSince } from '../progress.ts'
import { withRegistryOptions } from '../registries/registry-options.ts'
import type { Shared } from '../registries/share-model.ts'
import { requirePromoted, sharing } from '../registries/share-trained.ts'
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
  readonly registry?: string
  readonly model?: string
  readonly experiment?: string
  readonly everyRecords: number
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  endcap train --data-dir shop
  endcap train --data-dir shop --until 250000        the model as it would have been at that log position
  endcap train --data-dir shop --follow              beside \`endcap serve\`: a new model after every 1,000 events
  endcap train --data-dir shop --registry databricks-uc --model main.shop.recommender
                                                     and to Unity Catalog, current there if its gates let it through`

/** `endcap train`: a model from the lake, published as current. */
export function trainCommand(): Command {
  const command = new Command('train')
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
  return withRegistryOptions(command).action((options: Options) =>
    options.follow === true ? follow(options) : run(options),
  )
}

function parsePosition(text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('not a whole number of at least 0.')
}

/** A model that the gates refuse is said and stored; the passes go on. */
async function follow(all: Options): Promise<void> {
  const { json, gates, everyRecords, until, follow: _, ...options } = all
  const share = sharing(all)
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
    await shareOrTell(() => share(result))
  }
}

/** A registry that is away, or whose gates refuse, is told; the next pass may do better. */
async function shareOrTell(share: () => Promise<Shared | null>): Promise<void> {
  try {
    const shared = await share()
    for (const refusal of shared?.refusals ?? [])
      process.stderr.write(`not current in the registry: ${refusal}\n`)
  } catch (error) {
    if (!(error instanceof EndcapError)) throw error
    process.stderr.write(`${error.code}: ${error.message}\n`)
  }
}

const POLL_MS = 1000

async function run(all: Options): Promise<void> {
  const { json, gates, everyRecords: _, follow: __, ...options } = all
  const share = sharing(all)
  const startedAt = performance.now()
  let trained: { readonly result: TrainResult; readonly shared: Shared | null } | undefined
  await runSteps([
    {
      title: 'training affinity',
      run: async (report) => {
        const result = await train({ ...options, promotion: gates ? 'gated' : 'always', report })
        trained = { result, shared: await share(result) }
        return `${counted(result.manifest.item_count)} products, ${counted(result.events)} events`
      },
    },
  ])
  if (trained === undefined) throw new Error('bug: the training step did not run')
  const { result, shared } = trained
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
          ...sharedFields(shared),
          seconds,
        })
      : `model ${version} of ${counted(shoppers)} shoppers is ${promoted ? 'current' : 'stored'}, after ${seconds} s`
  process.stdout.write(`${text}\n`)
  if (!promoted)
    throw new EndcapError('GATE_REFUSED', verdict.refusals.join('; '), { place: `model ${version}` })
  if (shared !== null) requirePromoted(shared, `model ${version} in ${options.model}`)
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

/** Of the JSON line: whether it is current in the shared registry, where one is named. */
const sharedFields = (shared: Shared | null) =>
  shared === null ? {} : { shared: { promoted: shared.promoted } }
