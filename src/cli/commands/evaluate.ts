import { Command } from 'commander'
import { EndcapError } from '../../core/errors.ts'
import { readDataSet } from '../evaluation/data-sets.ts'
import { evaluateModels } from '../evaluation/evaluate-models.ts'
import { modelsNamed } from '../evaluation/models.ts'
import { type Protocol, protocolNamed } from '../evaluation/protocols.ts'
import type { Evaluation } from '../evaluation/rows.ts'
import { readPictureVectors } from '../pictures/picture-file.ts'

type Options = {
  readonly data: string
  readonly protocol: string
  readonly model: string
  readonly format?: string
  readonly pictures?: string
  readonly cutoff?: string
  readonly cutoffs?: string
  readonly details?: true
  readonly variants?: true
  readonly slices?: true
  readonly ablate?: true
  readonly strangers?: true
  readonly report?: string
  readonly json?: true
}

/** `endcap evaluate`: measures models on a data set by a fixed protocol. Keeps nothing that it reads. */
export const evaluateCommand = (): Command =>
  new Command('evaluate')
    .description('measure models on a data set by a fixed protocol')
    .requiredOption('--data <dir>', 'folder with the data')
    .requiredOption('--protocol <name>', 'leave-one-out, next-period, next-basket or next-click')
    .requiredOption('--model <names>', 'one or more models, with commas between them')
    .option('--format <name>', 'format of the data; recognised from the files if not given')
    .option('--pictures <file>', 'pictures.ndjson that `endcap pictures` wrote of the same products (ndjson)')
    .option('--cutoff <day>', 'first day of the targets, counted from the first event (next-period)')
    .option('--cutoffs <days>', 'further first days, with commas between them (next-period)')
    .option('--details', '95 % intervals, differences from the first model, novelty, diversity, calibration')
    .option('--variants', 'also: refit, and histories with ties shuffled')
    .option('--slices', 'also: by length of history, generation, cold and warm, repeated and new items')
    .option('--ablate', 'also: each driver taken away, of models that have drivers')
    .option('--strangers', 'also: shoppers without a history (next-period)')
    .option('--report <dir>', 'write report.md, report.html and report.json there')
    .option('--json', 'one JSON object per line on stdout')
    .action(run)

async function run(options: Options): Promise<void> {
  const isJson = options.json === true
  const rows: Evaluation[] = []
  for await (const row of evaluations(options)) {
    if (!isJson && rows.length === 0) process.stdout.write(TABLE_HEAD)
    process.stdout.write(isJson ? `${JSON.stringify(row)}\n` : tableRow(row))
    rows.push(row)
  }
  if (options.report === undefined) return
  const { writeReport } = await import('../evaluation/report/write-report.ts')
  for (const path of await writeReport(rows, options.report)) progress(`wrote ${path}`)
}

async function* evaluations(options: Options): AsyncGenerator<Evaluation> {
  const protocol = protocolNamed(options.protocol)
  const models = modelsNamed(options.model)
  const cutoffDay = options.cutoff === undefined ? undefined : dayNumber('--cutoff', options.cutoff)
  const cutoffDays = options.cutoffs?.split(',').map((day) => dayNumber('--cutoffs', day)) ?? []
  checkPeriodOptions(protocol, options)
  progress(`reading ${options.data}`)
  const pictures = options.pictures === undefined ? undefined : vectorsOfPictures(options.pictures)
  const { name, interactions } = await readDataSet(options.data, options.format, pictures)
  yield* evaluateModels({
    data: name,
    interactions,
    protocol,
    options: { cutoffDay },
    models,
    extras: {
      details: options.details === true || options.report !== undefined,
      variants: options.variants === true,
      slices: options.slices === true,
      ablate: options.ablate === true,
      strangers: options.strangers === true,
      cutoffDays,
    },
    onProgress: progress,
  })
}

/** @throws EndcapError BAD_INPUT_FILE if there is no such file, CORRUPT if it is something else */
function vectorsOfPictures(file: string): ReadonlyMap<string, Float32Array> {
  const known = readPictureVectors(file)
  if (known === null) throw new EndcapError('BAD_INPUT_FILE', `there is no file '${file}'`)
  return new Map(Array.from(known.bySku, ([sku, { vector }]) => [sku, vector]))
}

function checkPeriodOptions({ takesCutoff }: Protocol, options: Options): void {
  if (takesCutoff) return
  for (const name of ['cutoff', 'cutoffs', 'strangers'] as const) {
    if (options[name] !== undefined) throw new EndcapError('USAGE', `--${name} goes with next-period alone`)
  }
}

function dayNumber(option: string, text: string): number {
  if (/^[0-9]{1,6}$/.test(text)) return Number(text)
  throw new EndcapError('USAGE', `${option} '${text}' is no day number`)
}

const progress = (text: string): void => {
  process.stderr.write(`evaluate: ${text}\n`)
}

const COLUMNS = ['recall@5', 'ndcg@5', 'recall@10', 'ndcg@10', 'hit@10', 'coverage@10'] as const
const NAME_WIDTH = 32

const TABLE_HEAD = `${'model'.padEnd(NAME_WIDTH)}${COLUMNS.map((name) => name.padStart(12)).join('')}${'users'.padStart(8)}${'s'.padStart(8)}${'MB'.padStart(7)}\n`

const tableRow = (row: Evaluation): string =>
  `${[row.model, row.variant]
    .filter((word) => word !== undefined)
    .join(' ')
    .padEnd(NAME_WIDTH)}` +
  `${COLUMNS.map((name) => row[name].toFixed(4).padStart(12)).join('')}` +
  `${String(row.users).padStart(8)}${row.seconds.toFixed(1).padStart(8)}${String(row.peak_mb).padStart(7)}${tableTail(row)}\n`

function tableTail(row: Evaluation): string {
  const difference = row['ndcg@10_difference']
  const interval = row['ndcg@10_interval']
  return [
    interval === undefined ? '' : `  ndcg@10 in [${interval.map((end) => end.toFixed(4)).join(', ')}]`,
    difference === undefined
      ? ''
      : `  ${signed(difference[0])} [${signed(difference[1])}, ${signed(difference[2])}] against ${row.against}`,
  ].join('')
}

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`
