import { Command } from 'commander'
import { EndcapError } from '../../core/errors.ts'
import { measure } from '../../models/evaluation/measure.ts'
import type { Split } from '../../models/evaluation/split.ts'
import type { Recommender } from '../../models/recommender.ts'
import { readDataSet } from '../evaluation/data-sets.ts'
import { modelsNamed } from '../evaluation/models.ts'
import { protocolNamed } from '../evaluation/protocols.ts'

type Options = {
  readonly data: string
  readonly protocol: string
  readonly model: string
  readonly format?: string
  readonly cutoff?: string
  readonly json?: true
}

/** One measured model: the object that `--json` prints on one line. Metrics are in [0, 1]. */
export type Evaluation = {
  readonly model: string
  readonly protocol: string
  /** Name of the folder. */
  readonly data: string
  /** Users that were asked about. */
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
}

/** `endcap evaluate`: measures models on a data set by a fixed protocol. Keeps nothing that it reads. */
export const evaluateCommand = (): Command =>
  new Command('evaluate')
    .description('measure models on a data set by a fixed protocol')
    .requiredOption('--data <dir>', 'folder with the data')
    .requiredOption('--protocol <name>', 'leave-one-out or next-period')
    .requiredOption('--model <names>', 'one or more models, with commas between them')
    .option('--format <name>', 'format of the data; recognised from the files if not given')
    .option('--cutoff <day>', 'first day of the targets, counted from the first event (next-period)')
    .option('--json', 'one JSON object per model on stdout')
    .action(async (options: Options) => {
      for await (const evaluation of evaluations(options)) {
        process.stdout.write(options.json === true ? `${JSON.stringify(evaluation)}\n` : tableRow(evaluation))
      }
    })

async function* evaluations(options: Options): AsyncGenerator<Evaluation> {
  const protocol = protocolNamed(options.protocol)
  const models = modelsNamed(options.model)
  const cutoffDay = options.cutoff === undefined ? undefined : dayNumber(options.cutoff)
  progress(`reading ${options.data}`)
  const { name, interactions } = await readDataSet(options.data, options.format)
  const split = protocol.split(interactions, { cutoffDay })
  progress(
    `${protocol.name}: ${split.training.sequences.items.length} events to learn from, ` +
      `${split.targets.length} users to ask about, ${interactions.sequences.itemCount} items`,
  )
  if (options.json !== true) process.stdout.write(TABLE_HEAD)
  for (const model of models) {
    progress(`${model.name}: learning and ranking`)
    yield await evaluation(model, split, { protocol: protocol.name, data: name })
  }
}

async function evaluation(
  recommender: Recommender,
  split: Split,
  of: { readonly protocol: string; readonly data: string },
): Promise<Evaluation> {
  const startedMs = performance.now()
  const means = measure(await recommender.fit(split.training), split, [5, 10])
  const [at5, at10] = [means.at(5), means.at(10)]
  return {
    model: recommender.name,
    ...of,
    users: means.userCount,
    'recall@5': rounded(at5.recall),
    'ndcg@5': rounded(at5.ndcg),
    'recall@10': rounded(at10.recall),
    'ndcg@10': rounded(at10.ndcg),
    'hit@10': rounded(at10.hit),
    'coverage@10': rounded(at10.coverage),
    seconds: Math.round((performance.now() - startedMs) / 10) / 100,
    peak_mb: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6),
  }
}

const rounded = (ratio: number): number => Math.round(ratio * 1e6) / 1e6

function dayNumber(text: string): number {
  if (/^[0-9]{1,6}$/.test(text)) return Number(text)
  throw new EndcapError('USAGE', `--cutoff '${text}' is no day number`)
}

const progress = (text: string): void => {
  process.stderr.write(`evaluate: ${text}\n`)
}

const COLUMNS = ['recall@5', 'ndcg@5', 'recall@10', 'ndcg@10', 'hit@10', 'coverage@10'] as const

const TABLE_HEAD = `${'model'.padEnd(12)}${COLUMNS.map((name) => name.padStart(12)).join('')}${'users'.padStart(8)}${'s'.padStart(8)}${'MB'.padStart(7)}\n`

const tableRow = (row: Evaluation): string =>
  `${row.model.padEnd(12)}${COLUMNS.map((name) => row[name].toFixed(4).padStart(12)).join('')}` +
  `${String(row.users).padStart(8)}${row.seconds.toFixed(1).padStart(8)}${String(row.peak_mb).padStart(7)}\n`
